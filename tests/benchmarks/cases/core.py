"""The pure core by itself: events a second of CPU time, and the snapshot of many."""

import gc
import time
from collections.abc import Iterator

from tests.benchmarks.bench import Bench
from tests.benchmarks.core import Core, feed, messages, speeds
from tests.benchmarks.results import Measurement, once

__all__ = ["measure"]

_EVENTS_A_VIEWER = 3


def measure(bench: Bench) -> Iterator[Measurement]:
    """Measure the core's speed, then pack the middle number of viewers."""
    for _ in range(bench.wanted.repeat):
        events_a_cpu_s, ratio = speeds()
        figures = {"events_a_cpu_s": events_a_cpu_s, "ratio": ratio}
        yield once("core", {"shape": "flat"}, figures)
    viewers = bench.wanted.middle
    core = Core()
    feed(core, messages(viewers, viewers * _EVENTS_A_VIEWER))
    gc.collect()
    for _ in range(bench.wanted.repeat):
        yield once("snapshot", {"viewers": f"{viewers:,}"}, _snapshot(core, viewers))


def _snapshot(core: Core, viewers: int) -> dict[str, float]:
    took_ms, packed_bytes = [], 0
    begun_s = time.perf_counter()
    for packed in core.pack():
        ended_s = time.perf_counter()
        took_ms.append((ended_s - begun_s) * 1000)
        packed_bytes += len(packed)
        begun_s = ended_s
    return {
        "total_ms": sum(took_ms),
        "slowest_ms": max(took_ms),
        "packed_mb": packed_bytes / 1e6,
        "bytes_a_viewer": packed_bytes / viewers,
    }
