"""What a run over many viewers says of being flat: its rates, memory and turnovers."""

from collections.abc import Iterator
from typing import Final

from tests.benchmarks.bench import Source
from tests.benchmarks.results import Measurement, once
from tests.benchmarks.runs import Run
from tests.benchmarks.stream import SCRIPT

__all__ = ["flatness", "turnovers"]

_RATES: Final = ("best_5s_eps", "whole_eps", "done_percent", "cpu_us", "peak_rss_mb")


def flatness(run: Run, source: Source) -> Measurement:
    """Return the rates and the memory at a number of viewers."""
    figures = run.figures()
    held = run.samples[-1].viewers
    rss = run.rss_mb_at(run.samples[-1].done)
    grown = rss - run.rss_mb_before()
    told = {
        **{name: figures[name] for name in _RATES},
        "live_viewers": held,
        "rss_mb": rss,
        "rss_grown_mb": grown,
        "gb_a_million": grown / 1000 / max(held, 1) * 1e6,
    }
    return once("flat", {"viewers": f"{source.viewers:,}"}, told)


def turnovers(run: Run, source: Source) -> Iterator[Measurement]:
    """Yield the memory after each time that every viewer left and another came."""
    turnover = source.viewers * len(SCRIPT)
    for number in range(1, run.samples[-1].done // turnover + 1):
        figures = {
            "live_viewers": run.at(number * turnover).viewers,
            "rss_mb": run.rss_mb_at(number * turnover),
        }
        what = {"viewers": f"{source.viewers:,}", "turnovers": str(number)}
        yield once("turnovers", what, figures)
