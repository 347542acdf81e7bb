"""What the viewer chart draws, as the columns of its sources: pure functions.

A bar or a mark stands in a lane; lanes are told by their words. Each has a hatch or a
shape of its own, so that nobody needs the colour.
"""

import math
from collections.abc import Iterable, Iterator
from itertools import groupby, zip_longest
from typing import Any, Final, NamedTuple

from dashboard.frames import clock_text
from dashboard.happenings import AdOutcome, AdView
from dashboard.theme import LOOKS, status_text
from dashboard.timeline import Timeline
from dashboard.views.timeline_words import (
    AD_LOOKS,
    NOT_KNOWN,
    ad_text,
    error_text,
    moment_text,
    quality_text,
    span_text,
)
from dataflows.playback.profile import PlaybackStatus, iso_from_ms, ms_from_iso

__all__ = [
    "ADS",
    "ERRORS",
    "QUALITY",
    "bar_columns",
    "lanes_of",
    "mark_columns",
    "position_columns",
]

ADS: Final = "Ads"
QUALITY: Final = "Quality"
ERRORS: Final = "Errors"

_GREY: Final = "#8a8f94"
_QUALITY_COLOUR: Final = "#56b4e9"
_ERROR_COLOUR: Final = "#d55e00"

_HATCH_NOT_KNOWN: Final = "diagonal_cross"
_ALWAYS: Final = (
    PlaybackStatus.WATCHING_VIDEO,
    PlaybackStatus.PAUSED_VIDEO,
    PlaybackStatus.WATCHING_AD,
    PlaybackStatus.BUFFERING,
)
_OVER: Final = {PlaybackStatus.COMPLETED_VIDEO: "square", PlaybackStatus.LEFT: "circle"}
"""How a session that is over may have ended."""
_EMPTY: Final = frozenset({PlaybackStatus.LEFT, None})
"""Statuses in which there is no viewer: hatched only."""


Columns = dict[str, Any]
"""Lists of the same length by name."""


class _Bar(NamedTuple):
    lane: str
    left: int
    right: int
    colour: str
    alpha: float
    hatch: str
    what: str
    ink: str = "#ffffff"


class _Mark(NamedTuple):
    lane: str
    at: int
    marker: str
    colour: str
    what: str


def lanes_of(timeline: Timeline) -> list[str]:
    """Return the lanes from top to bottom: the usual statuses, and what there is."""
    found = {band.status for band in timeline.bands}
    found |= {s.last_status for s in timeline.sessions if not s.live}
    lanes = [_lane(s) for s in LOOKS if s in _ALWAYS or s in found]
    lanes += [NOT_KNOWN] if None in found else []
    events = {ADS: timeline.ads, QUALITY: timeline.qualities, ERRORS: timeline.errors}
    return lanes + [lane for lane, ones in events.items() if ones]


def bar_columns(timeline: Timeline) -> Columns:
    """Return what is drawn as a bar: statuses, ads, qualities."""
    end = max((ms_from_iso(band.end) for band in timeline.bands), default=0)
    bars = [*_bands(timeline), *_ads(timeline.ads, end), *_qualities(timeline, end)]
    return {
        "lane": [bar.lane for bar in bars],
        "left": [float(bar.left) for bar in bars],
        "right": [float(bar.right) for bar in bars],
        "colour": [bar.colour for bar in bars],
        "alpha": [bar.alpha for bar in bars],
        "hatch": [bar.hatch for bar in bars],
        "ink": [bar.ink for bar in bars],
        "what": [bar.what for bar in bars],
        "when": [span_text(iso_from_ms(b.left), iso_from_ms(b.right)) for b in bars],
        "length": [clock_text((bar.right - bar.left) / 1000) for bar in bars],
    }


def mark_columns(timeline: Timeline) -> Columns:
    """Return what is drawn as a mark: outcomes of ads, errors, ends of sessions."""
    marks = list(_marks(timeline))
    return {
        "lane": [mark.lane for mark in marks],
        "at": [float(mark.at) for mark in marks],
        "marker": [mark.marker for mark in marks],
        "colour": [mark.colour for mark in marks],
        "what": [mark.what for mark in marks],
        "when": [f"{moment_text(iso_from_ms(mark.at))} UTC" for mark in marks],
    }


def position_columns(timeline: Timeline) -> Columns:
    """Return the positions; where another playback begins, the line is broken."""
    rows: list[tuple[float, float]] = []
    groups = groupby(
        timeline.positions, lambda p: (p.session_start, p.media_session_id)
    )
    for _, playback in groups:
        points = [(float(ms_from_iso(p.tstamp)), p.video_ts) for p in playback]
        rows += [(points[0][0], math.nan), *points] if rows else points
    return {
        "at": [at for at, _ in rows],
        "position": [position for _, position in rows],
        "clock": [clock_text(position) for _, position in rows],
        "when": [f"{moment_text(iso_from_ms(int(at)))} UTC" for at, _ in rows],
    }


def _lane(status: PlaybackStatus | None) -> str:
    return NOT_KNOWN if status is None else status_text(status)


def _bands(timeline: Timeline) -> Iterator[_Bar]:
    for band in timeline.bands:
        lane, colour, hatch = _lane(band.status), _GREY, _HATCH_NOT_KNOWN
        word = "Not known: no item tells"
        if band.status is not None:
            word, _, colour, _, hatch = LOOKS[band.status]
        left, right = ms_from_iso(band.start), ms_from_iso(band.end)
        bar = _Bar(lane, left, right, colour, 1.0, hatch, word)
        empty = band.status in _EMPTY
        yield bar._replace(alpha=0.1, ink=colour) if empty else bar


def _ads(ads: Iterable[AdView], end: int) -> Iterator[_Bar]:
    """Yield a bar for each ad whose end is known, or still to come."""
    status = PlaybackStatus.WATCHING_AD
    for ad in ads:
        left = ms_from_iso(ad.seen)
        showing = ad.outcome is AdOutcome.SHOWING
        right = end if showing else ms_from_iso(ad.end or ad.seen)
        if right > left:
            colour, hatch = LOOKS[status].colour, LOOKS[status].hatch
            yield _Bar(ADS, left, right, colour, 1.0, hatch, ad_text(ad))


def _qualities(timeline: Timeline, end: int) -> Iterator[_Bar]:
    """Yield a bar from each change to the next one of its session: darker for more."""
    most = max((change.bitrate or 0 for change in timeline.qualities), default=0)
    ends = {s.session_start: ms_from_iso(s.end) for s in timeline.sessions}
    changes = timeline.qualities
    for change, after in zip_longest(changes, changes[1:]):
        until = ends.get(change.session_start, end)
        if after is not None and after.session_start == change.session_start:
            until = ms_from_iso(after.tstamp)
        left = ms_from_iso(change.tstamp)
        alpha = 0.25 + 0.75 * (change.bitrate or 0) / most if most else 0.5
        if until > left:
            what = quality_text(change)
            yield _Bar(QUALITY, left, until, _QUALITY_COLOUR, alpha, "blank", what)


def _marks(timeline: Timeline) -> Iterator[_Mark]:
    for ad in timeline.ads:
        marker, colour = AD_LOOKS[ad.outcome].marker, LOOKS[PlaybackStatus.WATCHING_AD]
        at = ms_from_iso(ad.end or ad.seen)
        yield _Mark(ADS, at, marker, colour.colour, ad_text(ad))
    for error in timeline.errors:
        at, what = ms_from_iso(error.tstamp), error_text(error)
        yield _Mark(ERRORS, at, "x", _ERROR_COLOUR, what)
    for session in timeline.sessions:
        if not session.live and session.last_status in _OVER:
            look = LOOKS[session.last_status]
            lane, at = status_text(session.last_status), ms_from_iso(session.end)
            yield _Mark(lane, at, _OVER[session.last_status], look.colour, look.word)
