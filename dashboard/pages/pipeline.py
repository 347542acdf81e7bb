"""The Pipeline page: is what I see true? How the events came to be what shows."""

from collections.abc import Callable
from typing import Any, Final

import panel as pn

from dashboard.rates import Growth, share
from dashboard.spans import SPANS, STEPS, Span
from dashboard.verdict import Evidence
from dashboard.views.facts import Facts, Figure
from dashboard.views.flow_tables import FlowTables, snapshot_ms, snapshot_p99_ms
from dashboard.views.letters import LetterSamples
from dashboard.views.lines import (
    Columns,
    Line,
    LineChart,
    growth_columns,
    record_columns,
)
from dashboard.views.message_tables import MessageTables
from dashboard.views.page import StoreView
from dashboard.views.styled import half, side_by_side
from dashboard.views.verdict_line import VerdictLine
from dashboard.wording import known, number_text, percent_text
from dataflows.playback.audience import Audience, EventTally
from dataflows.playback.profile import ms_from_iso

__all__ = ["PipelinePage"]

_RECENT: Final = Span.FIVE_MINUTES
_SHOWN: Final = Span.HOUR
_FACTS: Final = (
    "throughput",
    "lag",
    "event_to_profile",
    "watermark",
    "unused",
    "snapshot",
)
_OUTCOMES: Final = (
    Line("used", "● Used", "#0072b2"),
    Line("skipped", "○ Skipped", "#999999", "dotted"),
    Line("duplicate", "❚❚ Duplicate", "#e69f00", "dashed"),
    Line("late", "▲ Late", "#cc79a7", "dotdash"),
    Line("dead", "✕ Dead letters", "#d55e00", "dashdot"),
)
_LAGS: Final = (Line("lag", "▲ The partition furthest behind", "#d55e00"),)
_LATENCIES: Final = (
    Line("p99", "▲ p99", "#d55e00"),
    Line("p50", "● p50", "#0072b2", "dashed"),
)


class PipelinePage(StoreView):
    """The verdict, and what it rests on."""

    def __init__(self, **params: Any) -> None:  # noqa: ANN401, of their parameters
        super().__init__(**params)
        self._steps: list[Growth] | None = None
        self._columns: list[Columns] = []
        self.verdict = VerdictLine()
        self.facts = Facts(_FACTS)
        self.outcomes = LineChart(
            "Messages a second by outcome (UTC)",
            _OUTCOMES,
            number="0,0.0",
            least=4,
        )
        self.lags = LineChart("Lag in seconds (UTC)", _LAGS, number="0,0.0", least=2)
        self.latencies = LineChart(
            "Event to profile in milliseconds (UTC)",
            _LATENCIES,
            number="0,0",
            least=20,
        )
        self.messages = MessageTables()
        self.flow = FlowTables()
        self.letters = LetterSamples(store=self.store)
        self._layout = pn.Column(
            self.verdict,
            self.facts,
            side_by_side(
                half(self.outcomes, self.latencies, self.lags),
                half(self.verdict.table, self.messages.partitions),
            ),
            side_by_side(half(self.messages.outcomes), half(self.messages.shapes)),
            self.flow,
            self.letters,
            sizing_mode="stretch_width",
        )

    def __panel__(self) -> pn.viewable.Viewable:
        """Return the layout."""
        return self._layout

    def refresh(self) -> None:
        """Take over what differs in the model."""
        model = self.store.model
        newest = model.history.newest
        recent, hour = model.spans.growth(_RECENT), model.spans.growth(_SHOWN)
        self.verdict.draw(
            Evidence(self.store.now, model.feed, newest, recent, model.flow.processes)
        )
        self.facts.draw(self._figures(newest, recent))
        self._draw_lines()
        self.messages.draw(newest, recent, hour)
        self.flow.draw(model.flow)
        self.letters.refresh()

    def _draw_lines(self) -> None:
        spans, step = self.store.model.spans, STEPS[_SHOWN]
        steps = spans.steps(_SHOWN)
        if steps is not self._steps:
            self._steps = steps
            samples = spans.samples(_SHOWN)
            self._columns = [
                growth_columns(steps, step, _RATES),
                record_columns(samples, step, _LATENCY),
                record_columns(samples, step, _LAG_VALUES),
            ]
        charts = (self.outcomes, self.latencies, self.lags)
        for chart, columns in zip(charts, self._columns, strict=True):
            chart.draw(columns, SPANS[_SHOWN], self.store.now)

    def _figures(
        self, newest: Audience | None, recent: Growth | None
    ) -> dict[str, Figure]:
        return {
            "throughput": self._throughput(),
            "snapshot": self._snapshot(),
            **(_newest_figures(newest, self.store.now.timestamp()) if newest else {}),
            **(_recent_figures(recent) if recent else {}),
        }

    def _throughput(self) -> Figure:
        steps = self.store.model.spans.steps(_RECENT)
        rate = _received_a_second(steps[-1]) if steps else None
        return Figure(number_text(rate, digits=1), "messages a second")

    def _snapshot(self) -> Figure:
        flow = self.store.model.flow
        if not flow.configured:
            return Figure(None, "the flow's metrics are not configured")
        means = [ms for p in flow.processes if (ms := snapshot_ms(p)) is not None]
        bounds = [ms for p in flow.processes if (ms := snapshot_p99_ms(p)) is not None]
        p99 = f"p99 ≤ {max(bounds):,.1f} ms" if bounds else "p99 unknown"
        slowest = number_text(max(means), "ms", 2) if means else None
        return Figure(slowest, f"a shard's mean; {p99}")


def _newest_figures(newest: Audience, now_s: float) -> dict[str, Figure]:
    figures = {
        "event_to_profile": Figure(
            number_text(newest.latency_p99_ms, "ms", 0),
            f"p99; p50 {known(number_text(newest.latency_p50_ms, 'ms', 0))}",
        )
    }
    if newest.lag:
        messages = sum(lag.messages for lag in newest.lag)
        lag_s = number_text(_worst_lag_s(newest), "s")
        figures["lag"] = Figure(lag_s, f"{messages:,} messages in all")
    if newest.watermark is not None:
        age_s = max(0.0, now_s - ms_from_iso(newest.watermark) / 1000)
        figures["watermark"] = Figure(number_text(age_s, "s"), "old")
    return figures


def _recent_figures(recent: Growth) -> dict[str, Figure]:
    events = recent.events
    unused = events.late + sum(events.dead_letters.values())
    note = f"{unused:,} of {events.received:,} in five minutes"
    return {"unused": Figure(percent_text(share(unused, events.received), 2), note)}


def _received_a_second(growth: Growth) -> float | None:
    return share(growth.events.received, growth.seconds)


def _a_second(count: Callable[[EventTally], float]) -> Callable[[Growth], float | None]:
    return lambda growth: share(count(growth.events), growth.seconds)


_RATES: Final = {
    "used": _a_second(lambda events: events.used),
    "skipped": _a_second(lambda events: events.skipped),
    "duplicate": _a_second(lambda events: events.duplicate),
    "late": _a_second(lambda events: events.late),
    "dead": _a_second(lambda events: sum(events.dead_letters.values())),
}


def _worst_lag_s(record: Audience) -> float | None:
    return max((lag.seconds for lag in record.lag), default=None)


_LAG_VALUES: Final = {"lag": _worst_lag_s}
_LATENCY: Final[dict[str, Callable[[Audience], float | None]]] = {
    "p50": lambda record: record.latency_p50_ms,
    "p99": lambda record: record.latency_p99_ms,
}
