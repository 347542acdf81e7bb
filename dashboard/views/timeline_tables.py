"""Tables below the viewer chart: what it draws, in words, the newest first.

So that nothing has to be read off a picture, nor pointed at with a mouse.
"""

from collections.abc import Callable, Sequence
from typing import Final, TypeVar

import panel as pn

from dashboard.bands import Band
from dashboard.definitions import DEFINITIONS
from dashboard.frames import clock_text
from dashboard.happenings import AdView, PlaybackError, QualityChange
from dashboard.theme import UNKNOWN, status_text
from dashboard.timeline import Timeline
from dashboard.views.rows import Rows
from dashboard.views.timeline_words import (
    AD_LOOKS,
    NOT_KNOWN,
    bitrate_text,
    clicks_text,
    moment_text,
)
from dashboard.wording import shown_text
from dataflows.playback.profile import ms_from_iso

__all__ = ["ROWS_MOST", "TimelineTables"]

ROWS_MOST: Final = 200
"""Rows of a table; of more, the last one tells how many there are."""

_One = TypeVar("_One")
_Row = tuple[str, ...]

_AT: Final = {"At": "When it began, by the time of the player's event (UTC)."}
_STATUSES: Final = _AT | {
    "Status": "What the viewer was doing, as the chart has it.",
    "For": "How long it lasted.",
}
_ADS: Final = _AT | {
    "Ad": "The ad's id.",
    "Outcome": "What the player told of its end, if it did; and clicks.",
    "Shown for": "From its start to its outcome.",
}
_QUALITIES: Final = _AT | {
    "Quality": DEFINITIONS["quality_changes"].text,
    "Bitrate": DEFINITIONS["bitrate"].text,
}
_ERRORS: Final = _AT | {
    "Error": DEFINITIONS["errors"].text,
    "Position": "Where in the content.",
}


class TimelineTables(pn.viewable.Viewer):
    """Statuses, ads with their outcome, qualities and errors."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.statuses = _table("Statuses", _STATUSES)
        self.ads = _table("Ads", _ADS)
        self.qualities = _table("Quality", _QUALITIES)
        self.errors = _table("Errors", _ERRORS)
        tables = (self.statuses, self.ads, self.qualities, self.errors)
        self._layout = pn.FlexBox(
            *(pn.Column(table, styles=_PART) for table in tables),
            sizing_mode="stretch_width",
        )

    def __panel__(self) -> pn.viewable.Viewable:
        """Return the tables beside each other, or below where it is narrow."""
        return self._layout

    def draw(self, part: Timeline) -> None:
        """Show what happened in a part of a timeline."""
        goes_on = next((s.end for s in part.sessions if s.live), "")
        self.statuses.draw(_rows(part.bands, lambda band: _status(band, goes_on)))
        self.ads.draw(_rows(part.ads, _ad))
        self.qualities.draw(_rows(part.qualities, _quality))
        self.errors.draw(_rows(part.errors, _error))


_PART: Final = {"flex": "1 1 340px", "min-width": "0"}


def _table(caption: str, headers: dict[str, str]) -> Rows:
    empty = "None in what shows."
    return Rows(caption, headers, words=[*headers][:-1], empty=empty)


def _rows(ones: Sequence[_One], row: Callable[[_One], _Row]) -> list[_Row]:
    rows = [row(one) for one in ones[-ROWS_MOST:]][::-1]
    older = len(ones) - len(rows)
    if older:
        rows.append(("", f"and {older:,} before", *[""] * (len(rows[0]) - 2)))
    return rows


def _status(band: Band, goes_on: str) -> _Row:
    word = NOT_KNOWN if band.status is None else status_text(band.status)
    # How long it has lasted stands in the head, where it moves.
    lasts = "goes on" if band.end == goes_on else clock_text(band.seconds)
    return moment_text(band.start), word, lasts


def _ad(ad: AdView) -> _Row:
    look = AD_LOOKS[ad.outcome]
    clicks = f", {clicks_text(ad.clicks)}" if ad.clicks else ""
    shown_for = UNKNOWN
    if ad.start is not None and ad.end is not None:
        shown_for = clock_text((ms_from_iso(ad.end) - ms_from_iso(ad.start)) / 1000)
    outcome = f"{look.glyph} {look.word}{clicks}"
    return moment_text(ad.seen), shown_text(ad.ad_id or UNKNOWN), outcome, shown_for


def _quality(change: QualityChange) -> _Row:
    quality = shown_text(change.quality or UNKNOWN)
    return moment_text(change.tstamp), quality, bitrate_text(change.bitrate)


def _error(error: PlaybackError) -> _Row:
    where = UNKNOWN if error.video_ts is None else clock_text(error.video_ts)
    return moment_text(error.tstamp), shown_text(error.code or UNKNOWN), where
