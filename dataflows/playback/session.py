"""One viewer's session: what is known of it between two events.

A session is a window in event time: it opens with the first event and ends when nothing
is heard for the gap of its status. Times are milliseconds.
"""

from typing import Any, Final

import msgspec
from mypy_extensions import i32, mypyc_attr, u8

from dataflows.playback.content import NOTHING_KNOWN, Content, content_of
from dataflows.playback.decode.dimensions import Dimensions
from dataflows.playback.earlier import NO_TIMES, Earlier, Times
from dataflows.playback.others import Others
from dataflows.playback.playback import Playback
from dataflows.playback.profile import COUNTS, PlaybackStatus
from dataflows.playback.share import Share, title_of
from dataflows.playback.short import (
    UNKNOWN,
    full_text,
    known_or_none,
    or_unknown,
    pack_id,
    pack_short,
    short_number,
    short_text,
    trimmed,
    unpack_id,
)
from dataflows.playback.timing import Timing
from dataflows.playback.totals import Totals

__all__ = ["Session"]

_WATCHING: Final = PlaybackStatus.WATCHING_VIDEO
_PAUSED: Final = PlaybackStatus.PAUSED_VIDEO
_WATCHING_AD: Final = PlaybackStatus.WATCHING_AD
_BUFFERING: Final = PlaybackStatus.BUFFERING


@mypyc_attr(acyclic=True)
class Session:
    """An open session; mutable, and only ever changed by `fold`.

    `counts` are in the order of `COUNTS`. The status is `LEFT` before the first event.
    `told` grows with what a profile is shown at once for.
    """

    __slots__ = (
        "ad_id",
        "content",
        "counts",
        "current",
        "dimensions",
        "earlier",
        "events",
        "media_session_id",
        "name_number",
        "noted",
        "noted_nth",
        "others",
        "packed_id",
        "ready",
        "since",
        "start",
        "startup",
        "status",
        "times",
        "told",
        "viewer_id",
    )

    def __init__(self, viewer_id: str, start: int, media_session_id: str) -> None:
        """Begin with a playback that is heard for the first time."""
        self.viewer_id = viewer_id
        self.start = start
        self.packed_id = _NO_ID
        self.status = PlaybackStatus.LEFT
        self.since = 0
        # The time of the last item of the history, and which of that millisecond it is.
        self.noted = 0
        self.noted_nth: i32 = 0
        # The last event's; two numbers this small share a place, where neighbors.
        self.name_number: u8 = 0
        # One id may stand for a whole site, and its session never end.
        self.told = 0
        self.events = 0
        # The playback heard last, and the others of the session if it has any.
        self.media_session_id = media_session_id
        self.current = Playback(start)
        self.others: Others | None = None
        # A tuple of so many numbers is a part of the compiled object, a list is none.
        self.times = NO_TIMES
        self.earlier: Earlier | None = None
        self.ad_id: str | None = None
        # Smaller than a dict or a list, and seldom changed.
        self.counts: tuple[int, ...] | None = None
        self.content: Content = NOTHING_KNOWN
        # When the player was ready, and how long it took from there to move.
        self.ready = UNKNOWN
        self.startup = UNKNOWN
        self.dimensions: Dimensions = ()

    def pack(self) -> bytes:
        """Return what `unpack` takes: the recovery format of a session."""
        start, content = self.start, self.content
        earlier, others = self.earlier, self.others
        packed = [
            start,
            msgspec.Raw(self.packed_id),
            self.name_number,
            _STATUS_NUMBERS[self.status],
            self.since - start,
            self.noted - start,
            self.noted_nth,
            self.told,
            self.events,
            self.taken,
            self.times,
            self.current.pack(start),
            self.counts,
            short_text(self.media_session_id) or None,
            content.label,
            content.player_type,
            None if content.duration == UNKNOWN else short_number(content.duration),
            content.livestream,
            content.quality,
            self.dimensions or None,
            known_or_none(content.bitrate),
            None if self.ready == UNKNOWN else self.ready - start,
            known_or_none(self.startup),
            self.ad_id,
            None if earlier is None else earlier.times,
            None if others is None else others.pack(start),
        ]
        return _encode(trimmed(packed))

    @classmethod
    def unpack(cls, packed: list[Any], viewer_id: str) -> "Session":
        """Return the session of a viewer that was packed."""
        packed += [None] * (_PACKED - len(packed))
        start = packed[0]
        session = cls(viewer_id, start, full_text(packed[13] or ""))
        session.packed_id = pack_short(packed[1])
        session.name_number = packed[2]
        session.status = _STATUSES[packed[3]]
        session.since = start + packed[4]
        session.noted = start + packed[5]
        session.noted_nth, session.told, session.events, taken = packed[6:10]
        session.times = tuple(packed[10])
        session.current = Playback.unpack(packed[11], start)
        session.counts = None if packed[12] is None else tuple(packed[12])
        label, player_type, duration, livestream, quality = packed[14:19]
        session.content = content_of(
            label,
            float(UNKNOWN if duration is None else duration),
            livestream,
            quality,
            or_unknown(packed[20]),
            player_type,
        )
        session.dimensions = tuple(packed[19] or ())
        session.ready = UNKNOWN if packed[21] is None else start + packed[21]
        session.startup = or_unknown(packed[22])
        session.ad_id = packed[23]
        if packed[24] is not None:
            session.earlier = Earlier(tuple(packed[24]), taken - session.events)
        if packed[25] is not None:
            session.others = Others.unpack(packed[25], start)
        return session

    def event_id(self) -> str:
        """Return the id of the last event."""
        return unpack_id(self.packed_id)

    @property
    def last(self) -> int:
        """Return the time of the last event."""
        return self.current.heard

    @property
    def taken(self) -> int:
        """Return how many events were taken in, those of earlier sessions too."""
        return self.events + (0 if self.earlier is None else self.earlier.taken)

    def closes_after(self, timing: Timing) -> int:
        """Return the event time after which silence has ended the session."""
        return self.last + timing.gaps[self.status]

    def order(self) -> tuple[int, int, str]:
        """Return the `event_order` of the last event."""
        return self.last, int(self.name_number), self.event_id()

    def spend(self, ms: int) -> None:
        """Add to the time of the status, if it has one."""
        played, paused, in_ads, stalled = self.times
        status = self.status
        if status is _WATCHING:
            played += ms
        elif status is _WATCHING_AD:
            in_ads += ms
        elif status is _PAUSED:
            paused += ms
        elif status is _BUFFERING:
            stalled += ms
        self.times = played, paused, in_ads, stalled

    def times_in_all(self) -> Times:
        """Return the times of this session and of earlier ones."""
        if self.earlier is None:
            return self.times
        played, paused, in_ads, stalled = self.times
        before = self.earlier.times
        return (
            before[0] + played,
            before[1] + paused,
            before[2] + in_ads,
            before[3] + stalled,
        )

    def count(self, field: str) -> None:
        """Count one more of what a field of the profile counts."""
        counts = list(self.counts or _NO_COUNTS)
        counts[_COUNTS.index(field)] += 1
        self.counts = tuple(counts)

    def turn_to(self, media_session_id: str, time: int) -> None:
        """Make another playback the one heard last: a new one, or one that was."""
        others = self.others = self.others or Others()
        others.put(self.media_session_id, self.current)
        self.current = others.take(media_session_id, time)
        self.media_session_id = media_session_id
        self.told += 1

    def totals(self) -> Totals:
        """Return the numbers that add up over playbacks."""
        if self.others is None:
            return self.current.totals()
        totals = self.others.totals()
        totals.add(self.current.totals())
        return totals

    def ad_totals(self) -> tuple[int, int]:
        """Return clicks and skips of `totals` alone."""
        if self.others is None:
            return self.current.ad_totals()
        totals = self.totals()
        return totals.ads_clicked, totals.ads_skipped

    def share(self, *, there: bool) -> Share:
        """Return what is tallied of a viewer who is there, or has left."""
        played, _, _, stalled = self.times_in_all()
        if not there:
            return "", "", played, stalled
        return self.status, title_of(self.content.label), played, stalled


_COUNTS: Final = COUNTS
_NO_COUNTS: Final = (0,) * len(COUNTS)
_encode = msgspec.msgpack.Encoder().encode
_PACKED: Final = 26
_NO_ID: Final = pack_id("")
_STATUSES: Final = tuple(PlaybackStatus)
_STATUS_NUMBERS: Final = {status: number for number, status in enumerate(_STATUSES)}
