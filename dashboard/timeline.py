"""One viewer's past and present as a page or a program reads it: pure functions.

`timeline_of` makes it of history items, and of the profile where there is one. Bands
tell the status from the start of the first session to the end of the last one, without
holes: what no item tells is a band whose status is `None`, and what lies between two
sessions is one of `LEFT`.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final, Protocol, TypeVar

import msgspec

from dashboard.bands import Band, KnownSession, Mark, bands_of, marks_of
from dashboard.happenings import (
    AdView,
    PlaybackError,
    QualityChange,
    ads_of,
    errors_of,
    moment,
    qualities_of,
)
from dataflows.playback.profile import (
    HistoryItem,
    PlaybackStatus,
    ViewerProfile,
    iso_from_ms,
    ms_from_iso,
)

__all__ = [
    "UNKNOWN_STATUS",
    "Position",
    "Timeline",
    "ViewerSession",
    "history_order",
    "only_session",
    "timeline_of",
]

UNKNOWN_STATUS: Final = "UNKNOWN"
"""Stands for a status that no item tells, where a name is needed."""

_LEFT: Final = PlaybackStatus.LEFT


_SEEN_THROUGH: Final = [PlaybackStatus.COMPLETED_VIDEO, _LEFT]


class _OfSession(Protocol):
    @property
    def session_start(self) -> str: ...


_Part = TypeVar("_Part", bound=_OfSession)


class Position(msgspec.Struct, frozen=True, gc=False):
    """Where in the content (seconds) a playback was, as an event told."""

    tstamp: str
    video_ts: float
    session_start: str
    media_session_id: str | None = None


class ViewerSession(msgspec.Struct, frozen=True, gc=False):
    """One session: from its first event to the end of the silence that ended it.

    `end` is where what is known of it ends; it is `live` while more may come. `seconds`
    has the time in each status, the silence at the end included; what no item tells is
    under `UNKNOWN_STATUS`. `video_ts` is where in the content it was heard last.
    `last_status` is how it ended, or how it stands: seen to its end, or left before.
    """

    session_start: str
    end: str
    live: bool
    last_status: PlaybackStatus | None
    video_ts: float | None
    labels: tuple[str, ...]
    seconds: dict[str, float]


class Timeline(msgspec.Struct, frozen=True, gc=False):
    """What is known of a viewer, oldest first throughout."""

    bands: tuple[Band, ...] = ()
    positions: tuple[Position, ...] = ()
    ads: tuple[AdView, ...] = ()
    qualities: tuple[QualityChange, ...] = ()
    errors: tuple[PlaybackError, ...] = ()
    sessions: tuple[ViewerSession, ...] = ()


def timeline_of(
    items: Iterable[HistoryItem],
    profile: ViewerProfile | None = None,
    now: datetime | None = None,
) -> Timeline:
    """Return the timeline of one viewer.

    Args:
        items: History items in any order; earlier ones may be missing.
        profile: The viewer's profile, live or the last one known. One of an older
            session than the items' newest is not believed.
        now: Up to when a profile that is live holds; without it, it holds up to its
            newest event.

    """
    ordered = sorted(items, key=history_order)
    sessions = _sessions(ordered, profile)
    if not sessions:
        return Timeline()
    newest = sessions[-1].profile
    live = newest if newest and now and newest.session_end is None else None
    marks = [marks_of(s, newest=s is sessions[-1]) for s in sessions]
    end = _end(sessions[-1], marks, now if live else None)
    bands = tuple(bands_of((mark for each in marks for mark in each), end))
    ends = [*(each[-1].at for each in marks[:-1]), end]
    return Timeline(
        bands,
        tuple(_positions(ordered, newest)),
        ads_of(ordered, live),
        qualities_of(ordered),
        errors_of(ordered),
        tuple(
            _summary(session, each, bands, until, live=session.profile is live)
            for session, each, until in zip(sessions, marks, ends, strict=True)
        ),
    )


def only_session(timeline: Timeline, session_start: str) -> Timeline:
    """Return the part of a timeline that is one session, without the gap behind it."""

    def of_it(ones: Iterable[_Part]) -> tuple[_Part, ...]:
        return tuple(one for one in ones if one.session_start == session_start)

    sessions = of_it(timeline.sessions)
    end = sessions[0].end if sessions else ""
    return Timeline(
        tuple(band for band in of_it(timeline.bands) if band.start < end),
        of_it(timeline.positions),
        of_it(timeline.ads),
        of_it(timeline.qualities),
        of_it(timeline.errors),
        sessions,
    )


def history_order(item: HistoryItem) -> tuple[int, int]:
    """Return what orders a viewer's items: the millisecond, and the place in it."""
    key = item.collector_tstamp
    return ms_from_iso(key), int(key.partition("#")[2] or 0)


def _sessions(
    ordered: Sequence[HistoryItem], profile: ViewerProfile | None
) -> list[KnownSession]:
    by_start: dict[str, list[HistoryItem]] = defaultdict(list)
    for item in ordered:
        by_start[item.session_start].append(item)
    known = [KnownSession(start, by_start[start]) for start in sorted(by_start)]
    if profile is None:
        return known
    start = profile.session_start
    if not known or start > known[-1].session_start:
        known.append(KnownSession(start, ()))
    if start == known[-1].session_start:
        known[-1] = known[-1]._replace(profile=profile)
    return known


def _end(
    newest: KnownSession, marks: Iterable[Iterable[Mark]], now: datetime | None
) -> int:
    """Return the millisecond up to which something is known."""
    known = [mark.at for each in marks for mark in each]
    known += [ms_from_iso(item.collector_tstamp) for item in newest.items[-1:]]
    if newest.profile is not None and newest.profile.session_end is None:
        known.append(ms_from_iso(newest.profile.collector_tstamp))
    if now is not None:
        known.append(int(now.timestamp() * 1000))
    return max(known)


def _positions(
    ordered: Iterable[HistoryItem], profile: ViewerProfile | None
) -> Iterator[Position]:
    last = ""
    for item in ordered:
        # Leaving is no event: where the playback was then is what was heard before.
        if item.video_ts is not None and item.status is not _LEFT:
            last = moment(item)
            tab = item.media_session_id
            yield Position(last, item.video_ts, item.session_start, tab)
    if profile is not None and profile.video_ts is not None:
        at, tab = profile.collector_tstamp, profile.media_session_id
        if at > last:
            yield Position(at, profile.video_ts, profile.session_start, tab)


def _summary(
    session: KnownSession,
    marks: Sequence[Mark],
    bands: Iterable[Band],
    until: int,
    *,
    live: bool,
) -> ViewerSession:
    start = session.session_start
    end = iso_from_ms(marks[-1].at if marks[-1].status is _LEFT else until)
    seconds: dict[str, float] = defaultdict(float)
    for band in bands:
        if band.session_start == start and band.start < end:
            seconds[band.status or UNKNOWN_STATUS] += band.seconds
    told: list[HistoryItem | ViewerProfile] = [*session.items]
    if session.profile is not None:
        told.append(session.profile)
    statuses = [mark.status for mark in marks if mark.status is not None]
    if statuses[-2:] == _SEEN_THROUGH:
        statuses.pop()
    return ViewerSession(
        start,
        end,
        live and session.profile is not None,
        statuses[-1] if statuses else None,
        told[-1].video_ts,
        tuple(dict.fromkeys(one.label for one in told if one.label)),
        dict(seconds),
    )
