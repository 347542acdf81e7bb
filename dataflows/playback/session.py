"""One viewer's session: what is known of it between two events.

A session is a window in event time: it opens with the first event and ends when nothing
is heard for the gap of its status. Times are milliseconds.
"""

from typing import Final

import msgspec

from dataflows.playback.audience import TITLE_CHARS
from dataflows.playback.events import EventName
from dataflows.playback.playback import Playback
from dataflows.playback.profile import TIMES, PlaybackStatus
from dataflows.playback.totals import Retired, Totals
from dataflows.playback.window import Timing

__all__ = ["NO_SHARE", "Session", "Share"]

Share = tuple[str, str, int, int]
"""A viewer's: status and title while the session is open, milliseconds played and
stalled in all their sessions, which stay when they have left."""

NO_SHARE: Final[Share] = ("", "", 0, 0)
"""Of a viewer who is not known yet."""

_PLAYED: Final = TIMES.index("time_played")
_STALLED: Final = TIMES.index("time_buffering")


class Session(msgspec.Struct, array_like=True, gc=False):
    """An open session; mutable, and only ever changed by `fold`.

    `times` and `times_before` (of earlier sessions) are in the order of `TIMES`;
    `counts` is by the profile's fields. The status is `LEFT` before the first event. A
    positional recovery format: append fields last and with a default, else raise the
    format's number in `snapshot`.
    """

    viewer_id: str
    start: int
    last: int
    event_id: str = ""
    event_name: EventName = EventName.READY
    status: PlaybackStatus = PlaybackStatus.LEFT
    since: int = 0
    since_nth: int = 0
    media_session_id: str = ""
    playbacks: dict[str, Playback] = {}
    retired: Retired | None = None
    times: list[int] = msgspec.field(default_factory=lambda: [0] * len(TIMES))
    times_before: list[int] = msgspec.field(default_factory=lambda: [0] * len(TIMES))
    taken: int = 0
    ad_id: str | None = None
    counts: dict[str, int] = {}
    events: int = 0
    label: str | None = None
    duration: float | None = None
    livestream: bool | None = None
    quality: str | None = None
    player_type: str | None = None

    def closes_after(self, timing: Timing) -> int:
        """Return the event time after which silence has ended the session."""
        return self.last + timing.gap(self.status)

    def count(self, field: str) -> None:
        """Count one more of what a field of the profile counts."""
        self.counts[field] = self.counts.get(field, 0) + 1

    def totals(self) -> Totals:
        """Return the numbers that add up over playbacks."""
        playbacks = self.playbacks
        if self.retired is None and len(playbacks) == 1:
            return playbacks[self.media_session_id].totals()
        totals = Totals()
        if self.retired is not None:
            totals.add(self.retired.total)
        for playback in playbacks.values():
            totals.add(playback.totals())
        return totals

    def ad_totals(self) -> tuple[int, int]:
        """Return clicks and skips of `totals` alone."""
        total = self.retired.total if self.retired is not None else _NO_TOTALS
        clicks, skips = total.ads_clicked, total.ads_skipped
        for playback in self.playbacks.values():
            more_clicks, more_skips = playback.ad_totals()
            clicks += more_clicks
            skips += more_skips
        return clicks, skips

    def mark(self) -> tuple[object, ...]:
        """Return what a profile is shown at once for, when it is another one."""
        current = self.playbacks[self.media_session_id]
        return (
            self.start,
            self.status,
            self.since,
            self.media_session_id,
            self.label,
            self.ad_id,
            sum(self.counts.values()) if self.counts else 0,
            current.clicks + current.reported_clicks,
            current.skips + current.reported_skips,
        )

    def share(self, *, there: bool) -> Share:
        """Return what is tallied of a viewer who is there, or has left."""
        played = self.times_before[_PLAYED] + self.times[_PLAYED]
        stalled = self.times_before[_STALLED] + self.times[_STALLED]
        if not there:
            return "", "", played, stalled
        return self.status, (self.label or "")[:TITLE_CHARS], played, stalled


_NO_TOTALS: Final = Totals()
