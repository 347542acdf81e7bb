"""A viewer's status over time, as stretches between the changes: pure functions.

Each session is told as marks, from which on a status holds; what no item tells is a
mark whose status is `None`. Bands are the stretches between the marks of all sessions,
so they neither overlap nor leave holes.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Final, NamedTuple

import msgspec

from dataflows.playback.profile import (
    HistoryItem,
    PlaybackStatus,
    ViewerProfile,
    iso_from_ms,
    ms_from_iso,
)

__all__ = ["Band", "KnownSession", "Mark", "bands_of", "marks_of"]

_LEFT: Final = PlaybackStatus.LEFT


class Band(msgspec.Struct, frozen=True, gc=False):
    """A stretch of one status; `None` where no item tells it.

    The time between two sessions is a band of `LEFT` and belongs to the earlier one.
    """

    start: str
    end: str
    status: PlaybackStatus | None
    session_start: str

    @property
    def seconds(self) -> float:
        """Return how long it is."""
        return (ms_from_iso(self.end) - ms_from_iso(self.start)) / 1000


class Mark(NamedTuple):
    """From `at` (milliseconds) on, the status is this one."""

    at: int
    status: PlaybackStatus | None
    session_start: str


class KnownSession(NamedTuple):
    """A session's items in their order, and the profile where it is of this session."""

    session_start: str
    items: Sequence[HistoryItem]
    profile: ViewerProfile | None = None


def marks_of(session: KnownSession, *, newest: bool) -> list[Mark]:
    """Return where a session's status changes; `LEFT` is its end, where it is over.

    Args:
        session: The session.
        newest: No later session is known of.

    """
    start = session.session_start
    marks = [Mark(ms_from_iso(start), None, start)]
    for item in session.items:
        if item.previous_status is not item.status:
            _follow(marks, item)
    if session.profile is not None:
        _go_on(marks, session.profile)
    elif not newest and marks[-1].status is not _LEFT:
        # A session that came to the content's end is over without an item of it.
        over = marks[-1].status is PlaybackStatus.COMPLETED_VIDEO
        last = ms_from_iso(session.items[-1].collector_tstamp)
        marks.append(Mark(last, _LEFT if over else None, start))
    return marks


def bands_of(marks: Iterable[Mark], end: int) -> Iterator[Band]:
    """Yield the stretches between marks and up to `end`; equal neighbours are one."""
    ordered = sorted(marks, key=attrgetter("at"))
    ends = [*(mark.at for mark in ordered[1:]), end]
    stretches = zip(ordered, ends, strict=True)
    longer = [(mark, until) for mark, until in stretches if until > mark.at]
    for (status, start), same in groupby(longer, key=lambda pair: pair[0][1:]):
        whole = list(same)
        first, last = iso_from_ms(whole[0][0].at), iso_from_ms(whole[-1][1])
        yield Band(first, last, status, start)


def _follow(marks: list[Mark], item: HistoryItem) -> None:
    """Add a change; where its own word on what was before differs, nobody knows."""
    before = marks[-1]
    if item.previous_status not in {None, before.status}:
        marks[-1] = before._replace(status=None)
    at = ms_from_iso(item.collector_tstamp)
    marks.append(Mark(at, item.status, item.session_start))


def _go_on(marks: list[Mark], profile: ViewerProfile) -> None:
    """Add what a profile knows that no item tells yet: the newest status, the end."""
    before, start = marks[-1], profile.session_start
    since = ms_from_iso(profile.status_since)
    if since > before.at or before.status is None:
        if before.status is profile.status:
            # It was another in between.
            marks[-1] = before._replace(status=None)
        marks.append(Mark(since, profile.status, start))
    if profile.session_end is not None and marks[-1].status is not _LEFT:
        marks.append(Mark(ms_from_iso(profile.session_end), _LEFT, start))
