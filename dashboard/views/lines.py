"""Lines over time, each with a dash of its own; only new points are sent."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import panel as pn
from bokeh.models import (
    ColumnDataSource,
    DatetimeTickFormatter,
    HoverTool,
    NumeralTickFormatter,
    Range1d,
)
from bokeh.plotting import figure

from dashboard.rates import Growth
from dashboard.views.styled import chart_card
from dataflows.playback.audience import Audience

__all__ = [
    "Line",
    "LineChart",
    "dress",
    "growth_columns",
    "move",
    "record_columns",
    "stamps",
]

_T: Final = "tstamp"
_HEIGHT: Final = 220
_HEADROOM: Final = 1.05
_MOVES_S: Final = 10
_LEAST_SHOWN: Final = timedelta(minutes=2)
_MISSING: Final = 1.9
"""A step this many times as long as it should be has records missing in it."""

# It is HTML, but a colour is set at each of its words, and it does not wrap of itself:
# on a phone it would be wider than the chart.
_LEGEND_CSS: Final = """
.bk-grid { display: flex !important; flex-wrap: wrap; gap: 0 14px !important;
  justify-content: flex-end; max-width: calc(100vw - 128px); }
.bk-label { color: var(--ink) !important; }
"""

_Stamps = npt.NDArray[np.datetime64]
Columns = dict[str, Any]


class Line(NamedTuple):
    """What one line shows; `key` is its column."""

    key: str
    word: str
    colour: str
    dash: str = "solid"


class LineChart(pn.viewable.Viewer):
    """A chart of lines over a stretch of time that ends with the newest point."""

    def __init__(
        self, title: str, lines: Sequence[Line], *, number: str, least: float
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._least = least
        self._drawn = stamps([])
        self._keys = [line.key for line in lines]
        self.source = ColumnDataSource({key: np.array([]) for key in (_T, *self._keys)})
        self.figure = _figure(title, lines, number, self.source)
        self.figure.y_range.update(end=least)
        self._pane = chart_card(self.figure)

    def __panel__(self) -> pn.viewable.Viewable:
        """Return the chart."""
        return self._pane

    def draw(self, columns: Columns, span: timedelta, now: datetime) -> None:
        """Show the points of `columns`, oldest first, and the span up to now.

        The axis goes on without points, so that a standstill is seen.
        """
        at = columns[_T]
        fresh = _fresh_from(self._drawn, at)
        self._drawn = at
        if fresh is None:
            self.source.data = columns
        elif fresh < len(at):
            new = {key: column[fresh:] for key, column in columns.items()}
            self.source.stream(new, rollover=len(at))
        most = max((_largest(columns[key]) for key in self._keys), default=0.0)
        self.figure.y_range.update(end=max(self._least, _HEADROOM * most))
        move(self.figure, at[:1], span, now)


def move(plot: figure, oldest: _Stamps, span: timedelta, now: datetime) -> None:
    """Let the axis reach to now, from the oldest point or as far back as the span."""
    # In steps, for a second of an hour is not seen.
    seconds = -(-int(now.timestamp()) // _MOVES_S) * _MOVES_S
    end = np.datetime64(seconds, "s").astype("datetime64[ms]")
    starts = [end - np.timedelta64(_LEAST_SHOWN), *oldest]
    start = max(end - np.timedelta64(span), min(starts))
    plot.x_range.update(start=start, end=end)


def growth_columns(
    steps: Sequence[Growth],
    step: timedelta,
    values: Mapping[str, Callable[[Growth], float | None]],
) -> Columns:
    """Return a point a step, at its end; where records are missing, there is a gap."""
    most = _MISSING * step.total_seconds()
    columns: dict[str, list[float | None]] = {
        key: [value(s) if 0 < s.seconds <= most else None for s in steps]
        for key, value in values.items()
    }
    floats = {key: np.array(column, dtype=float) for key, column in columns.items()}
    return {_T: stamps([s.end for s in steps]), **floats}


def record_columns(
    records: Sequence[Audience],
    step: timedelta,
    values: Mapping[str, Callable[[Audience], float | None]],
) -> Columns:
    """Return a point a record; where records are missing, there is a gap."""
    at = stamps([record.tstamp for record in records])
    gaps = np.diff(at, prepend=at[:1]) > _MISSING * np.timedelta64(step)
    columns: Columns = {_T: at}
    for key, value in values.items():
        column = np.array([value(record) for record in records], dtype=float)
        column[gaps] = np.nan
        columns[key] = column
    return columns


def stamps(moments: Sequence[str]) -> _Stamps:
    """Return points in time as Bokeh draws them, which knows no zones: in UTC."""
    index = pd.to_datetime(list(moments), utc=True, format="ISO8601")
    return pd.DatetimeIndex(index).tz_localize(None).to_numpy("datetime64[ms]")


def dress(plot: figure) -> None:
    """Give a chart over time the axes and the legend that all of them have."""
    plot.xaxis.formatter = DatetimeTickFormatter(
        seconds="%H:%M:%S", minsec="%H:%M:%S", minutes="%H:%M", hourmin="%H:%M"
    )
    plot.xgrid.visible = False
    if plot.legend:
        legend = plot.legend[0]
        legend.update(orientation="horizontal", padding=0, margin=0)
        legend.update(border_line_alpha=0, background_fill_alpha=0)
        legend.update(stylesheets=[_LEGEND_CSS])
        plot.add_layout(legend, "above")


def _figure(
    title: str, lines: Sequence[Line], number: str, source: ColumnDataSource
) -> figure:
    plot = figure(
        height=_HEIGHT,
        sizing_mode="stretch_width",
        x_axis_type="datetime",
        x_range=Range1d(),
        y_range=Range1d(start=0),
        title=title,
        tools="",
        toolbar_location=None,
        min_border_left=64,
        min_border_right=12,
    )
    for line in lines:
        drawn = plot.line(
            _T,
            line.key,
            source=source,
            color=line.colour,
            line_dash=line.dash,
            line_width=2.5,
            legend_label=line.word,
        )
    plot.yaxis.formatter = NumeralTickFormatter(format=number)
    dress(plot)
    plot.legend[0].click_policy = "mute"
    figures = [(line.word, f"@{line.key}{{{number}}}") for line in lines]
    hover = HoverTool(
        renderers=[drawn],
        mode="vline",
        tooltips=[("Time", f"@{_T}{{%H:%M:%S}} UTC"), *figures],
        formatters={f"@{_T}": "datetime"},
    )
    plot.add_tools(hover)
    return plot


def _fresh_from(old: npt.NDArray[Any], new: npt.NDArray[Any]) -> int | None:
    """Return how many of the new stamps are drawn already; `None` to draw all anew."""
    if not len(old) or not len(new) or new[0] < old[0]:
        return None
    known = int(np.searchsorted(new, old[-1], side="right"))
    drawn = old[len(old) - known :]
    return known if known and np.array_equal(drawn, new[:known]) else None


def _largest(column: npt.NDArray[Any]) -> float:
    return float(np.nan_to_num(column).max(initial=0.0))
