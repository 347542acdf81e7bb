"""What the core's memory is when all of its viewers have been replaced, ten times."""

import sys
from collections.abc import Iterator

import msgspec

from tests.benchmarks.bench import Bench
from tests.benchmarks.errors import BenchmarkError
from tests.benchmarks.processes import running
from tests.benchmarks.results import Measurement, once

__all__ = ["measure"]


class _Line(msgspec.Struct):
    turnover: str
    known: int
    rss_mb: float


def measure(bench: Bench) -> Iterator[Measurement]:
    """Let the most viewers turn over in the pure core, in a process of its own."""
    viewers, turnovers = max(bench.wanted.viewers), bench.wanted.turnovers
    env = bench.env({"VIEWERS": str(viewers), "TURNOVERS": str(turnovers)})
    command = [sys.executable, "-m", "tests.benchmarks.programs.core_turnovers"]
    with running(bench.unique("turnovers"), command, env, bench.folder) as process:
        code = process.wait(bench.wanted.patience_s * (turnovers + 1))
    lines = process.log.read_text().splitlines()
    if code:
        msg = f"`{process.name}` ended with {code}; its log ends:\n{lines[-10:]}"
        raise BenchmarkError(msg)
    for text in lines:
        line = msgspec.json.decode(text, type=_Line)
        what = {"viewers": f"{viewers:,}", "turnovers": line.turnover}
        figures = {"known_viewers": line.known, "rss_mb": line.rss_mb}
        yield once("core turnovers", what, figures)
