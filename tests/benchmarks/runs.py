"""One run of a program over a topic, watched to its end, and the figures of it."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from tests.benchmarks.errors import BenchmarkError
from tests.benchmarks.processes import Process, Usage
from tests.benchmarks.progress import Progress, Sample, best_rate, span

__all__ = ["Run", "watch"]

_START_WITHIN_S: Final = 120.0
_LOOK_S: Final = 0.2


@dataclass(frozen=True)
class Run:
    """What was seen of a run: its progress, and what its processes used meanwhile."""

    samples: list[Sample]
    usages: list[tuple[float, Usage]]
    total: int
    """How many events there were to do."""

    def figures(self) -> dict[str, float]:
        """Return the figures of throughput; the start of the processes is not in it."""
        first, last = span(self.samples)
        cpu_s = self._usage_at(last.at_s).cpu_s - self._usage_at(first.at_s).cpu_s
        rss = max(usage.rss_bytes for _, usage in self.usages)
        figures = {
            "best_5s_eps": best_rate(self.samples),
            "whole_eps": last.done / max(last.at_s - first.at_s, 0.001),
            "cpu_us": cpu_s / last.done * 1e6,
            "peak_rss_mb": rss / 1e6,
            "events": last.done,
            "done_percent": self.done_percent,
        }
        if (used := self.samples[-1].used) is not None:
            figures["used_percent"] = 100 * used / last.done
        return figures

    @property
    def done_percent(self) -> float:
        """Return how much of what there was to do it did."""
        return min(100.0, 100 * self.samples[-1].done / self.total)

    def at(self, done: int) -> Sample:
        """Return the first sample that tells of so many events."""
        return next(sample for sample in self.samples if sample.done >= done)

    def rss_mb_at(self, done: int) -> float:
        """Return the resident megabytes when so many events had been done."""
        return self._usage_at(self.at(done).at_s).rss_bytes / 1e6

    def rss_mb_before(self) -> float:
        """Return the resident megabytes before the first event."""
        first_s = span(self.samples)[0].at_s
        before = [usage for at_s, usage in self.usages if at_s <= first_s]
        return max(usage.rss_bytes for usage in before) / 1e6

    def _usage_at(self, at_s: float) -> Usage:
        return min(self.usages, key=lambda seen: abs(seen[0] - at_s))[1]


def watch(
    told: Progress,
    processes: Sequence[Process],
    total: int,
    longest_s: float,
    look: Callable[[], None] | None = None,
) -> Run:
    """Watch a program until it has done all, or for so long from its first event.

    Args:
        told: its progress.
        processes: what it runs in.
        total: how many events there are.
        longest_s: how long to watch.
        look: called every time that it is looked at.

    Raises:
        BenchmarkError: it ended, or did not begin.

    """
    run = Run([], [], total)
    begun_s = started_s = time.monotonic()
    while True:
        run.samples.extend(told())
        usage = sum((process.usage() for process in processes), Usage())
        run.usages.append((time.time(), usage))
        if look is not None:
            look()
        done = run.samples[-1].done if run.samples else 0
        now_s = time.monotonic()
        if not done:
            begun_s = now_s
        if done >= total or now_s - begun_s > longest_s:
            return run
        if not done and now_s - started_s > _START_WITHIN_S:
            msg = f"`{processes[0].name}` did not begin in {_START_WITHIN_S:.0f} s"
            raise BenchmarkError(msg)
        for process in processes:
            process.check()
        time.sleep(_LOOK_S)
