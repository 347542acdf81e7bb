"""Resident memory: at how many viewers, and after how many turnovers of them all."""

from collections.abc import Iterator

from stack.collector.shapes import Shape
from tests.benchmarks.bench import Bench, Source
from tests.benchmarks.engines import ours
from tests.benchmarks.flow import Cluster
from tests.benchmarks.results import Measurement, once
from tests.benchmarks.runs import Run
from tests.benchmarks.stream import SCRIPT

__all__ = ["measure"]


def measure(bench: Bench) -> Iterator[Measurement]:
    """Run the flow over each number of viewers once, as far as it comes."""
    for viewers in bench.wanted.viewers:
        source = bench.wanted.source(Shape.FLAT, viewers)
        run = ours(Cluster()).run(bench, source)
        yield once("memory", {"viewers": f"{viewers:,}"}, _at_end(run))
        if viewers == bench.wanted.viewers[0]:
            yield from _turnovers(run, source)


def _at_end(run: Run) -> dict[str, float]:
    held = run.samples[-1].viewers
    grown = run.rss_mb_at(run.samples[-1].done) - run.rss_mb_before()
    return {
        "live_viewers": held,
        "rss_mb": run.rss_mb_at(run.samples[-1].done),
        "rss_grown_mb": grown,
        "gb_a_million": grown / 1000 / held * 1e6,
    }


def _turnovers(run: Run, source: Source) -> Iterator[Measurement]:
    """Yield the memory after each time that every viewer left and another came."""
    turnover = source.viewers * len(SCRIPT)
    for number in range(1, run.samples[-1].done // turnover + 1):
        figures = {
            "live_viewers": run.at(number * turnover).viewers,
            "rss_mb": run.rss_mb_at(number * turnover),
        }
        what = {"viewers": f"{source.viewers:,}", "turnovers": str(number)}
        yield once("turnovers", what, figures)
