"""The viewer chart: what somebody did when, and where in the content they were."""

from typing import Any, Final

import panel as pn
from bokeh.models import (
    AdaptiveTicker,
    ColumnDataSource,
    DataRange1d,
    DatetimeTickFormatter,
    FactorRange,
    HoverTool,
    NumeralTickFormatter,
    Range1d,
)
from bokeh.plotting import figure

from dashboard.timeline import Timeline
from dashboard.views.boxes import boxed
from dashboard.views.timeline_rows import (
    bar_columns,
    lanes_of,
    mark_columns,
    position_columns,
)
from dataflows.playback.profile import ms_from_iso

__all__ = ["TimelineChart"]

_LANE_HEIGHT: Final = 34
_FRAME: Final = 64
"""Pixels above and below the lanes: toolbar and axis."""
_POSITION_HEIGHT: Final = 190
_LABELS_WIDTH: Final = 104
"""Of both charts, so that their times stand below each other."""
_LEAST_MS: Final = 30_000
"""The axis is at least so long, or a session that has just begun is one colour."""
_MARGIN: Final = 0.015
_LINE: Final = "#3b8fc9"

Columns = dict[str, Any]


class TimelineChart(pn.viewable.Viewer):
    """Lanes of statuses and events above the position, on one axis of time.

    The axis follows the timeline until a person moves it, and again once they reset it.
    """

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        empty = Timeline()
        self.bars = ColumnDataSource(bar_columns(empty))
        self.marks = ColumnDataSource(mark_columns(empty))
        self.positions = ColumnDataSource(position_columns(empty))
        self.times = Range1d(start=0.0, end=1.0)
        self.lanes = FactorRange(factors=lanes_of(empty)[::-1])
        self._axis = (0.0, 1.0)
        self._statuses = _statuses(self.bars, self.marks, self.times, self.lanes)
        self._position = _pane(_position(self.positions, self.times))
        self._layout = boxed(_pane(self._statuses), self._position, margin=(6, 10))

    def __panel__(self) -> pn.viewable.Viewable:
        """Return the two charts."""
        return self._layout

    def draw(self, timeline: Timeline, *, anew: bool) -> None:
        """Show a timeline; `anew` where it is another one, not the same gone on."""
        lanes = lanes_of(timeline)[::-1]
        if lanes != self.lanes.factors:
            self.lanes.factors = lanes
            self._statuses.height = _LANE_HEIGHT * len(lanes) + _FRAME
        _update(self.bars, bar_columns(timeline))
        _update(self.marks, mark_columns(timeline))
        positions = position_columns(timeline)
        _update(self.positions, positions)
        self._position.visible = bool(positions["at"])
        self._move(timeline, anew=anew)

    def _move(self, timeline: Timeline, *, anew: bool) -> None:
        if not timeline.bands:
            return
        first, last = timeline.bands[0], timeline.bands[-1]
        start, end = float(ms_from_iso(first.start)), float(ms_from_iso(last.end))
        length = max(_LEAST_MS, end - start)
        axis = (start - _MARGIN * length, start + (1 + _MARGIN) * length)
        untouched = (self.times.start, self.times.end) == self._axis
        self._axis = axis
        self.times.update(reset_start=axis[0], reset_end=axis[1])
        if anew or untouched:
            self.times.update(start=axis[0], end=axis[1])


def _update(source: ColumnDataSource, columns: Columns) -> None:
    """Bring a source up to date: of as many rows only the cells that differ."""
    before: Columns = dict(source.data)
    if any(len(before[name]) != len(column) for name, column in columns.items()):
        source.data = dict(columns)
        return
    patches = {
        name: [
            (row, new)
            for row, (old, new) in enumerate(zip(before[name], column, strict=True))
            # NaN, which breaks a line, differs from itself.
            if old != new and not (old != old and new != new)  # noqa: PLR0124
        ]
        for name, column in columns.items()
    }
    changed = {name: cells for name, cells in patches.items() if cells}
    if changed:
        source.patch(changed)


def _pane(plot: figure) -> pn.pane.Bokeh:
    return pn.pane.Bokeh(plot, sizing_mode="stretch_width", margin=0)


def _statuses(
    bars: ColumnDataSource,
    marks: ColumnDataSource,
    times: Range1d,
    lanes: FactorRange,
) -> figure:
    plot = figure(
        x_range=times,
        y_range=lanes,
        height=_LANE_HEIGHT * len(lanes.factors) + _FRAME,
        tools="xpan,xbox_zoom,xzoom_in,xzoom_out,reset",
        toolbar_location="above",
        **_SHARED,
    )
    _add_bars(plot, bars)
    _add_marks(plot, marks)
    plot.ygrid.grid_line_color = None
    plot.yaxis.major_tick_line_color = None
    return _dressed(plot)


def _add_bars(plot: figure, bars: ColumnDataSource) -> None:
    drawn = plot.hbar(
        y="lane",
        left="left",
        right="right",
        height=0.62,
        source=bars,
        fill_color="colour",
        fill_alpha="alpha",
        line_color="colour",
        line_width=1,
        hatch_pattern="hatch",
        hatch_color="ink",
        hatch_alpha=0.75,
        hatch_scale=9,
        hatch_weight=1.6,
    )
    tips = [("What", "@what"), ("When", "@when"), ("How long", "@length")]
    plot.add_tools(HoverTool(renderers=[drawn], tooltips=tips))


def _add_marks(plot: figure, marks: ColumnDataSource) -> None:
    drawn = plot.scatter(
        x="at",
        y="lane",
        marker="marker",
        size=12,
        source=marks,
        fill_color="colour",
        line_color="colour",
        line_width=2.5,
    )
    tips = [("What", "@what"), ("When", "@when")]
    plot.add_tools(HoverTool(renderers=[drawn], tooltips=tips))


def _position(positions: ColumnDataSource, times: Range1d) -> figure:
    plot = figure(
        x_range=times,
        # Of a single position, two minutes around it.
        y_range=DataRange1d(default_span=120),
        height=_POSITION_HEIGHT,
        title="Position in the content (times are UTC)",
        tools="xpan",
        toolbar_location=None,
        **_SHARED,
    )
    plot.line("at", "position", source=positions, line_color=_LINE, line_width=2)
    points = plot.scatter(
        "at", "position", source=positions, size=6, color=_LINE, marker="circle"
    )
    plot.add_tools(
        HoverTool(
            renderers=[points], tooltips=[("Position", "@clock"), ("When", "@when")]
        )
    )
    plot.yaxis.formatter = NumeralTickFormatter(format="00:00:00")
    plot.yaxis.ticker = AdaptiveTicker(
        base=60,
        mantissas=[1, 2, 5, 10, 15, 20, 30],
        min_interval=1,
        desired_num_ticks=5,
    )
    return _dressed(plot)


def _dressed(plot: figure) -> figure:
    plot.xaxis.formatter = DatetimeTickFormatter(
        seconds="%H:%M:%S",
        minsec="%H:%M:%S",
        minutes="%H:%M",
        hourmin="%H:%M",
        hours="%d %b %H:%M",
    )
    plot.toolbar.logo = None
    return plot


_SHARED: Final[dict[str, Any]] = {
    "x_axis_type": "datetime",
    "sizing_mode": "stretch_width",
    "min_border_left": _LABELS_WIDTH,
    "min_border_right": 16,
}
