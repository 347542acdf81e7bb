"""The chart of viewers by status over the last quarter of an hour."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import numpy as np
import pandas as pd
import panel as pn
import param
from bokeh.models import (
    ColumnDataSource,
    DatetimeTickFormatter,
    HoverTool,
    NumeralTickFormatter,
    Range1d,
)
from bokeh.plotting import figure

from dashboard.frames import AUDIENCE_STATUSES, audience_frame
from dashboard.theme import CHART_HEIGHT, LOOKS
from dashboard.views.page import StoreView
from dataflows.playback.audience import Audience

__all__ = ["StatusChart"]

_SHOWN: Final = timedelta(minutes=15)
_LEAST_SHOWN: Final = timedelta(minutes=2)
_ROLLOVER: Final = 1_000
"""Points kept in the browser: a second each, and some for the gaps."""
_LEAST_PEAK: Final = 4
"""The axis reaches this far also where nobody watches."""


class StatusChart(StoreView):
    """A line a status, each with its own dash; a new point is all that is sent."""

    def __init__(self, **params: Any) -> None:  # noqa: ANN401, of their parameters
        self._last: Audience | None = None
        self.source = ColumnDataSource(_columns([]))
        self._figure = _figure(self.source)
        self._pane = pn.pane.Bokeh(
            self._figure, sizing_mode="stretch_width", margin=(5, 10)
        )
        super().__init__(**params)

    def __panel__(self) -> pn.viewable.Viewable:
        """Return the chart."""
        return self._pane

    @param.depends("store.fresh", watch=True, on_init=True)
    def _stream(self) -> None:
        fresh = self.store.fresh
        if not fresh:
            return
        last, self._last = self._last, fresh[-1]
        if last is None or fresh[0].tstamp <= last.tstamp:
            # The first look, or the flow began anew and took records back.
            self.source.data = _columns(fresh[-_ROLLOVER:])
        else:
            # With the last one before them, so that a gap in between is seen.
            columns = _columns([last, *fresh])
            self.source.stream({k: v[1:] for k, v in columns.items()}, _ROLLOVER)
        self._figure.y_range.update(end=1.05 * self._peak())
        self._move()

    def _peak(self) -> float:
        """Return the largest count drawn; a range that Bokeh finds needs data."""
        counts = np.concatenate([self.source.data[s] for s in AUDIENCE_STATUSES])
        return float(np.nan_to_num(counts).max(initial=_LEAST_PEAK))

    @param.depends("store.now", watch=True, on_init=True)
    def _move(self) -> None:
        now = self.store.now
        self._figure.x_range.update(start=self._start(now), end=now)

    def _start(self, now: datetime) -> datetime:
        """Return where the axis starts: at the oldest point of the time shown."""
        stamps = np.asarray(self.source.data["tstamp"], dtype="datetime64[ms]")
        shown = stamps[stamps >= np.datetime64(now.replace(tzinfo=None) - _SHOWN)]
        oldest: list[datetime] = shown[:1].tolist()
        return min([now - _LEAST_SHOWN, *(o.replace(tzinfo=UTC) for o in oldest)])


def _columns(records: list[Audience]) -> dict[str, Any]:
    frame = audience_frame(records)
    columns: dict[str, Any] = {str(s): frame[s].to_numpy() for s in AUDIENCE_STATUSES}
    # Bokeh knows no time zones: its axis shows what it is given, here UTC.
    columns["tstamp"] = pd.DatetimeIndex(frame.index).tz_localize(None).to_numpy()
    return columns


def _figure(source: ColumnDataSource) -> figure:
    plot = figure(
        height=CHART_HEIGHT,
        sizing_mode="stretch_width",
        x_axis_type="datetime",
        x_range=Range1d(),
        y_range=Range1d(start=0, end=_LEAST_PEAK),
        title="Viewers by status, last 15 minutes (UTC)",
        tools="",
        toolbar_location=None,
        min_border_right=12,
    )
    for status in AUDIENCE_STATUSES:
        look = LOOKS[status]
        line = plot.line(
            "tstamp",
            status,
            source=source,
            color=look.colour,
            line_dash=look.dash,
            line_width=2.5,
            legend_label=f"{look.glyph} {look.word}",
        )
    _dress(plot)
    plot.add_tools(_hover(line))
    return plot


def _dress(plot: figure) -> None:
    plot.yaxis.formatter = NumeralTickFormatter(format="0,0")
    plot.xaxis.formatter = DatetimeTickFormatter(
        seconds="%H:%M:%S", minsec="%H:%M:%S", minutes="%H:%M", hourmin="%H:%M"
    )
    plot.xgrid.visible = False
    legend = plot.legend[0]
    legend.update(orientation="horizontal", padding=0, margin=0, click_policy="mute")
    legend.update(border_line_alpha=0, background_fill_alpha=0)
    plot.add_layout(legend, "above")


def _hover(line: Any) -> HoverTool:  # noqa: ANN401, Bokeh has no types
    figures = [(LOOKS[s].word, f"@{s}{{0,0}}") for s in AUDIENCE_STATUSES]
    return HoverTool(
        renderers=[line],
        mode="vline",
        tooltips=[("Time", "@tstamp{%H:%M:%S} UTC"), *figures],
        formatters={"@tstamp": "datetime"},
    )
