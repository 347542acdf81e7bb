"""Errors by code over time: a stacked bar a step, each code with its own hatch."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import panel as pn
from bokeh.models import ColumnDataSource, HoverTool, NumeralTickFormatter, Range1d
from bokeh.plotting import figure

from dashboard.rates import Growth
from dashboard.views.lines import dress, move, stamps
from dashboard.views.styled import chart_card
from dashboard.wording import shown_text

__all__ = ["ErrorBars", "error_columns"]

_CODES: Final = 5
"""Codes with a bar of their own, those of the most errors; the rest are one more."""
_OTHERS: Final = "other codes"
_COLOURS: Final = ("#d55e00", "#0072b2", "#e69f00", "#cc79a7", "#009e73", "#999999")
_HATCHES: Final = (" ", "/", "x", ".", "-", "\\")
_LEAST: Final = 4
_COLUMNS: Final = ("start", "end", "bottom", "top", "count", "code", "colour", "hatch")


class ErrorBars(pn.viewable.Viewer):
    """A chart of the errors that were counted in each step of a span."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.source = ColumnDataSource({name: [] for name in _COLUMNS})
        self.figure = _figure(self.source)
        self._pane = chart_card(self.figure)

    def __panel__(self) -> pn.viewable.Viewable:
        """Return the chart."""
        return self._pane

    def draw(self, steps: Sequence[Growth], span: timedelta, now: datetime) -> None:
        """Show the errors of each step, oldest first, in the span up to now."""
        columns = error_columns(steps)
        before = self.source.data
        if len(before["start"]) != len(columns["start"]):
            self.source.data = columns
        else:
            patches = {n: _differing(before[n], columns[n]) for n in _COLUMNS}
            if patches := {name: cells for name, cells in patches.items() if cells}:
                self.source.patch(patches)
        self.figure.y_range.update(end=1.05 * max([_LEAST, *columns["top"]]))
        oldest = stamps([step.start for step in steps[:1]])
        move(self.figure, oldest, span, now)


def error_columns(steps: Sequence[Growth]) -> dict[str, Any]:
    """Return a bar for each code of each step, those of a step on top of each other."""
    totals: Counter[str] = Counter()
    for step in steps:
        totals.update(step.errors_by_code)
    shown = [code for code, count in totals.most_common(_CODES) if count]
    columns: dict[str, Any] = {name: [] for name in _COLUMNS}
    for step in steps:
        bottom = 0
        for nth, (code, count) in enumerate(_of(step.errors_by_code, shown)):
            if count:
                top = bottom + count
                bar = (step.start, step.end, bottom, top, count, shown_text(code))
                looks = (_COLOURS[nth], _HATCHES[nth])
                for name, value in zip(_COLUMNS, (*bar, *looks), strict=True):
                    columns[name].append(value)
                bottom = top
    return columns | {name: stamps(columns[name]) for name in ("start", "end")}


def _of(counts: dict[str, int], shown: list[str]) -> list[tuple[str, int]]:
    """Return the counts of the codes that are shown, then of all others together."""
    named = [(code, counts.get(code, 0)) for code in shown]
    named += [("", 0)] * (_CODES - len(shown))
    rest = sum(counts.values()) - sum(count for _, count in named)
    return [*named, (_OTHERS, rest)]


def _differing(before: Any, after: Any) -> list[tuple[int, Any]]:  # noqa: ANN401, columns of any type
    pairs = enumerate(zip(before, after, strict=True))
    return [(place, new) for place, (old, new) in pairs if old != new]


def _figure(source: ColumnDataSource) -> figure:
    plot = figure(
        height=240,
        sizing_mode="stretch_width",
        x_axis_type="datetime",
        x_range=Range1d(),
        y_range=Range1d(start=0, end=_LEAST),
        title="Errors by code",
        tools="",
        toolbar_location=None,
        min_border_left=64,
        min_border_right=12,
    )
    plot.quad(
        left="start",
        right="end",
        bottom="bottom",
        top="top",
        fill_color="colour",
        line_color="colour",
        hatch_pattern="hatch",
        hatch_color="#ffffff",
        hatch_alpha=0.7,
        legend_field="code",
        source=source,
    )
    plot.yaxis.formatter = NumeralTickFormatter(format="0,0")
    dress(plot)
    plot.add_tools(
        HoverTool(
            tooltips=[
                ("From", "@start{%H:%M} UTC"),
                ("Code", "@code"),
                ("Errors", "@count{0,0}"),
            ],
            formatters={"@start": "datetime"},
        )
    )
    return plot
