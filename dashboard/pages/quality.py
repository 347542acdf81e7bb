"""The Quality page: stalls, startup, qualities and errors, over time and by what."""

from collections.abc import Callable, Sequence
from typing import Any, Final

import panel as pn

from dashboard.breakdown import Slice
from dashboard.definitions import DEFINITIONS
from dashboard.rates import Growth, rebuffer_ratio, share, watched_s
from dashboard.spans import SPANS, STEPS
from dashboard.theme import UNKNOWN
from dashboard.views.error_bars import ErrorBars
from dashboard.views.facts import Facts, Figure
from dashboard.views.lines import Columns, Line, LineChart, growth_columns
from dashboard.views.page import StoreView
from dashboard.views.rows import Rows
from dashboard.views.span_picker import SPAN_WORDS, SpanPicker
from dashboard.views.styled import half, side_by_side
from dashboard.wording import (
    count_text,
    known,
    number_text,
    percent_text,
    shown_text,
)
from dataflows.playback.audience import QualityTally

__all__ = ["QualityPage"]

_HOUR_S: Final = 3_600.0
_CODES_SHOWN: Final = 50


def _a_minute(count: Callable[[Growth], float]) -> Callable[[Growth], float | None]:
    def _rate(growth: Growth) -> float | None:
        return share(60 * count(growth), growth.seconds)

    return _rate


_stalls_a_minute: Final = _a_minute(lambda growth: growth.quality.stalls)
_changes_a_minute: Final = _a_minute(lambda growth: growth.quality.quality_changes)
_errors_a_minute: Final = _a_minute(lambda growth: growth.quality.errors)


def _percent(growth: Growth) -> float | None:
    ratio = rebuffer_ratio(growth.quality)
    return None if ratio is None else 100 * ratio


_VALUES: Final[tuple[dict[str, Callable[[Growth], float | None]], ...]] = (
    {"ratio": _percent},
    {"stalls": _stalls_a_minute, "changes": _changes_a_minute},
)
_FACTS: Final = (
    "rebuffer_share",
    "stalls_per_minute",
    "stall_rate",
    "startup",
    "bitrate",
    "quality_changes_per_minute",
    "errors_per_minute",
)


class QualityPage(StoreView):
    """Quality of experience over the span that is picked, and of those on now."""

    def __init__(self, **params: Any) -> None:  # noqa: ANN401, of their parameters
        super().__init__(**params)
        self._steps: list[Growth] | None = None
        self._columns: list[Columns] = []
        self.picker = SpanPicker("quality", store=self.store)
        # Who picks a span does not wait for the next tick.
        self.picker.param.watch(lambda _: self.refresh(), "span")
        self.facts = Facts(_FACTS)
        self.rebuffering, self.interruptions = _rebuffering(), _interruptions()
        self.errors = ErrorBars()
        self.by_code = Rows(
            "Errors by code",
            {"Code": DEFINITIONS["errors"].text, "Errors": "In the span.", **_SHARES},
            words=["Code"],
            empty="No error in this span.",
        )
        self.slices = {name: _slices(word) for name, word in _DIMENSIONS.items()}
        self._layout = pn.Column(
            self.picker,
            self.facts,
            side_by_side(
                half(self.rebuffering),
                half(self.interruptions),
                half(self.errors),
                half(self.by_code),
            ),
            *self.slices.values(),
            sizing_mode="stretch_width",
        )

    def __panel__(self) -> pn.viewable.Viewable:
        """Return the layout."""
        return self._layout

    def refresh(self) -> None:
        """Take over what differs in the model."""
        model, span = self.store.model, self.picker.span
        growth = model.spans.growth(span)
        self.facts.draw(self._figures(growth, SPAN_WORDS[span].lower()))
        self._draw_lines()
        self.errors.draw(model.spans.detail_steps(span), SPANS[span], self.store.now)
        self.by_code.draw(_codes(growth) if growth else [])
        for name, table in self.slices.items():
            table.draw([_slice(part) for part in model.viewers.breakdown(name)])

    def _draw_lines(self) -> None:
        span = self.picker.span
        steps = self.store.model.spans.steps(span)
        if steps is not self._steps:
            self._steps = steps
            self._columns = [growth_columns(steps, STEPS[span], v) for v in _VALUES]
        charts = (self.rebuffering, self.interruptions)
        for chart, columns in zip(charts, self._columns, strict=True):
            chart.draw(columns, SPANS[span], self.store.now)

    def _figures(self, growth: Growth | None, when: str) -> dict[str, Figure]:
        on_screen = self.store.model.on_screen
        startup_s, started = on_screen.median("startup_time")
        bitrate, told = on_screen.median("bitrate")
        estimate = f"an estimate: median of {started:,} sessions on now"
        figures = {
            "startup": Figure(number_text(startup_s, "s", 2), estimate),
            "bitrate": Figure(
                number_text(None if bitrate is None else bitrate / 1e6, "Mbit/s", 2),
                f"median of the {told:,} sessions on now that told",
            ),
        }
        if growth is None:
            return figures
        quality = growth.quality
        hours = f"{watched_s(quality) / _HOUR_S:,.1f} hours watched, {when}"
        changes, errors = quality.quality_changes, quality.errors
        return figures | {
            "rebuffer_share": Figure(percent_text(rebuffer_ratio(quality), 2), when),
            "stalls_per_minute": _rate(_stalls_a_minute, growth, quality.stalls, when),
            "stall_rate": Figure(_stalls_an_hour(quality), hours),
            "quality_changes_per_minute": _rate(
                _changes_a_minute, growth, changes, when
            ),
            "errors_per_minute": _rate(_errors_a_minute, growth, errors, when),
        }


def _rebuffering() -> LineChart:
    lines = [Line("ratio", "◌ Rebuffer ratio", "#d55e00")]
    title = "Rebuffer ratio in percent (UTC)"
    return LineChart(title, lines, number="0.00", least=1)


def _interruptions() -> LineChart:
    lines = [
        Line("stalls", "◌ Stalls", "#d55e00"),
        Line("changes", "⇅ Quality changes", "#0072b2", "dashed"),
    ]
    title = "Stalls and quality changes a minute (UTC)"
    return LineChart(title, lines, number="0,0.0", least=4)


_SHARES: Final = {"Share": "Of all errors in the span."}
_DIMENSIONS: Final = {
    "title": "Title",
    "player_type": "Player",
    "quality": "Quality",
}


def _rate(
    rate: Callable[[Growth], float | None], growth: Growth, count: int, when: str
) -> Figure:
    return Figure(number_text(rate(growth)), f"{count:,} in the {when}")


def _stalls_an_hour(stalled: QualityTally | Slice) -> str | None:
    return number_text(share(stalled.stalls * _HOUR_S, watched_s(stalled)), digits=2)


def _codes(growth: Growth) -> list[list[str]]:
    errors = growth.errors_by_code
    ranked = sorted(errors.items(), key=lambda one: (-one[1], one[0]))
    named = [(shown_text(code), count) for code, count in ranked if count]
    rest = growth.quality.errors - sum(count for _, count in named[:_CODES_SHOWN])
    rows = [*named[:_CODES_SHOWN], *([("(all others)", rest)] if rest > 0 else [])]
    whole = sum(count for _, count in rows)
    return [
        [code, known(count_text(count)), known(percent_text(share(count, whole)))]
        for code, count in rows
    ]


def _slices(word: str) -> Rows:
    now = " Of the sessions that are on now, since each began."
    return Rows(
        f"By {word.lower()}: sessions that are on now",
        {
            word: "What the player says.",
            "Viewers": "Viewers who are there now; who has completed is not.",
            "Rebuffer ratio": DEFINITIONS["rebuffer_share"].text + now,
            "Stalls": DEFINITIONS["stalls"].text,
            "Stalls an hour watched": DEFINITIONS["stall_rate"].text + now,
            "Startup (estimate)": DEFINITIONS["startup"].text,
            "Errors": DEFINITIONS["errors"].text + now,
        },
        words=[word],
        empty="Nobody is there.",
    )


def _slice(part: Slice) -> Sequence[str]:
    value = shown_text(part.value)
    if part.others:
        value = f"({part.others:,} others)"
    elif not part.known:
        value = UNKNOWN
    return (
        value,
        f"{part.viewers:,}",
        known(percent_text(rebuffer_ratio(part), 2)),
        f"{part.stalls:,}",
        known(_stalls_an_hour(part)),
        known(number_text(part.startup_median, "s", 2)),
        f"{part.errors:,}",
    )
