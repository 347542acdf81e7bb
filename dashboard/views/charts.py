"""The charts of viewers by status: the last hour, and the last day."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby
from typing import Any, Final

import numpy as np
import panel as pn
from bokeh.models import BasicTicker

from dashboard.frames import AUDIENCE_STATUSES
from dashboard.theme import BASE_CSS, LOOKS
from dashboard.views.boxes import beside, boxed
from dashboard.views.lines import Columns, Line, LineChart, record_columns, stamps
from dashboard.views.markup import Markup
from dashboard.views.page import StoreView
from dataflows.playback.audience import Audience, AudienceMinute
from dataflows.playback.profile import ms_from_iso

__all__ = ["StatusCharts", "minute_columns", "second_columns"]

_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(hours=24)
_STEP: Final = timedelta(seconds=5)
"""Between points of the hour: finer than a pixel is."""
_MINUTE: Final = timedelta(minutes=1)
_LEAST_PEAK: Final = 4
"""The axis reaches this far also where nobody watches."""
_NUMBER: Final = "0,0"
# As Bokeh draws them: https://docs.bokeh.org/en/latest/docs/reference/core/enums.html
_DASHES: Final = {
    "solid": "none",
    "dashed": "6",
    "dotted": "2 4",
    "dotdash": "2 4 6 4",
    "dashdot": "6 4 2 4",
}
_HEADING_CSS: Final = """
h2 { font-size: 14px; font-weight: 650; margin: 0 0 4px; }
p { margin: 4px 0 0; color: var(--quiet); }
small { font-weight: 400; color: var(--quiet); }
ul { display: flex; flex-wrap: wrap; gap: 0 16px; list-style: none; margin: 0;
  padding: 0; font-size: 12.5px; color: var(--quiet); }
svg { vertical-align: middle; margin-right: 5px; }
"""


class StatusCharts(StoreView):
    """A line a status, each with its own dash; only new points are sent."""

    def __init__(self, **params: Any) -> None:  # noqa: ANN401, of their parameters
        self._step: int | None = None
        self._version = 0
        self._seconds = second_columns([])
        self._minutes = minute_columns([])
        self.hour = _chart()
        self.day = _chart()
        self.headings = _heading(), _heading()
        super().__init__(**params)

    def __panel__(self) -> pn.viewable.Viewable:
        """Return the charts beside each other, or on a narrow screen one below."""
        return beside(
            boxed(self.headings[0], _drawn(self.hour)),
            boxed(self.headings[1], _drawn(self.day)),
        )

    def refresh(self) -> None:
        """Draw the points that came since the last look, where there are any."""
        history, minutes = self.store.model.history, self.store.model.minutes
        newest = history.newest
        step = None if newest is None else _step(newest)
        if step != self._step:
            self._step, self._seconds = step, second_columns(history.records())
        if minutes.version != self._version:
            self._version = minutes.version
            self._minutes = minute_columns(minutes.records())
        # Also where nothing came: the axis goes on, so that a standstill is seen.
        self.hour.draw(self._seconds, _HOUR, self.store.now)
        self.day.draw(self._minutes, _DAY, self.store.now)
        self._say(0, "last hour", self._seconds, "No record yet.")
        self._say(1, "last 24 hours", self._minutes, "No minute is over yet.")

    def _say(self, place: int, span: str, columns: Columns, empty: str) -> None:
        note = "" if len(columns["tstamp"]) else f"<p>{empty}</p>"
        title = f"<h2>Viewers by status, {span} <small>UTC</small></h2>"
        self.headings[place].html = f"{title}{_legend()}{note}"


def second_columns(records: Sequence[Audience]) -> Columns:
    """Return viewers by status, the first record of each step; gaps are no numbers."""
    firsts = [next(group) for _, group in groupby(records, _step)]
    values = {str(s): lambda r, s=s: r.viewers.get(s) for s in AUDIENCE_STATUSES}
    return record_columns(firsts, _STEP, values)


def minute_columns(records: Sequence[AudienceMinute]) -> Columns:
    """Return the mean viewers by status of each minute; gaps are no numbers."""
    at = stamps([record.tstamp for record in records])
    gaps = np.diff(at, prepend=at[:1]) > 2 * np.timedelta64(_MINUTE)
    columns: Columns = {"tstamp": at}
    for status in AUDIENCE_STATUSES:
        column = np.array([r.mean.get(status) for r in records], dtype=float)
        column[gaps] = np.nan
        columns[str(status)] = column
    return columns


def _step(record: Audience) -> int:
    return ms_from_iso(record.tstamp) // (1000 * int(_STEP.total_seconds()))


def _chart() -> LineChart:
    looks = {status: LOOKS[status] for status in AUDIENCE_STATUSES}
    lines = [
        Line(str(status), f"{look.glyph} {look.word}", look.colour, look.dash)
        for status, look in looks.items()
    ]
    chart = LineChart("", lines, number=_NUMBER, least=_LEAST_PEAK)
    # The heading says both, as text that wraps on a phone.
    chart.figure.update(title=None)
    chart.figure.legend[0].update(visible=False)
    # There are no halves of a viewer.
    chart.figure.yaxis.ticker = BasicTicker(min_interval=1)
    return chart


def _drawn(chart: LineChart) -> pn.pane.Bokeh:
    """Return the chart alone, for the box has its heading too."""
    return pn.pane.Bokeh(chart.figure, sizing_mode="stretch_width", margin=0)


def _heading() -> Markup:
    return Markup(  # type: ignore[no-untyped-call]
        stylesheets=[BASE_CSS, _HEADING_CSS], sizing_mode="stretch_width", margin=0
    )


def _legend() -> str:
    looks = (LOOKS[status] for status in AUDIENCE_STATUSES)
    items = "".join(
        '<li><svg width="26" height="10" aria-hidden="true">'
        f'<line x1="0" y1="5" x2="26" y2="5" stroke="{look.colour}" stroke-width="2.5" '
        f'stroke-dasharray="{_DASHES[look.dash]}"/></svg>'
        f'<span aria-hidden="true">{look.glyph}</span> {look.word}</li>'
        for look in looks
    )
    return f"<ul>{items}</ul>"
