"""One simulated player: what a tracker knows of it, and the events it would send.

Mutable on purpose: a page's player is. What leaves it are frozen events. How long
things last and what a viewer does next is decided elsewhere (`viewer.py`).
"""

import math
from dataclasses import dataclass, field
from random import Random
from typing import Final

from dataflows.playback.events import (
    Ad,
    AdBreak,
    EventData,
    EventName,
    MediaEvent,
    MediaPlayer,
    MediaSession,
)
from dataflows.playback.profile import iso_from_ms
from stack.crowd.catalogue import Title

__all__ = ["Player", "Totals", "new_uuid"]

_BOUNDARIES: Final = (10, 25, 50, 75, 90)
_PLAYER_TYPE: Final = "org.whatwg-media_element"


def new_uuid(rng: Random) -> str:
    """Return a random UUID (version 4) of a seeded generator."""
    digits = f"{rng.getrandbits(128):032x}"
    return (
        f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-"
        f"{'89ab'[int(digits[16], 16) & 3]}{digits[17:20]}-{digits[20:]}"
    )


@dataclass(slots=True)
class Totals:
    """What the tracker adds up over a media session; times are milliseconds."""

    time_played: int = 0
    time_played_muted: int = 0
    time_paused: int = 0
    time_buffering: int = 0
    time_spent_ads: int = 0
    ads: int = 0
    ads_clicked: int = 0
    ads_skipped: int = 0
    ad_breaks: int = 0
    watched: int = 0
    """A bit for each second of the content that was seen."""


@dataclass(slots=True)
class Player:
    """A player and its tracker, at the moment `now` (milliseconds since 1970 UTC)."""

    rng: Random
    viewer_id: str
    title: Title
    now: int
    ping_interval_s: float
    session_id: str = ""
    started_at: str = ""
    position: float = 0.0
    paused: bool = True
    ended: bool = False
    stalled: bool = False
    muted: bool = False
    fullscreen: bool = False
    picture_in_picture: bool = False
    volume: int = 80
    rate: float = 1.0
    quality: str = "720p"
    ad: Ad | None = None
    ad_break: AdBreak | None = None
    boundaries: list[int] = field(default_factory=lambda: list(_BOUNDARIES))
    totals: Totals = field(default_factory=Totals)

    def __post_init__(self) -> None:
        """Open a media session, as `startMediaTracking` does."""
        self.session_id = new_uuid(self.rng)
        self.started_at = iso_from_ms(self.now)

    @property
    def remaining_s(self) -> float:
        """How long the content will last at this rate; a livestream lasts for ever."""
        if self.title.duration is None:
            return math.inf
        return max(0.0, self.title.duration - self.position) / self.rate

    def elapse(self, until: int) -> None:
        """Let time pass to `until`; content stands still in a break of ads."""
        passed, self.now = until - self.now, until
        if self.ad_break is not None:
            return
        if self.paused:
            self.totals.time_paused += passed
            return
        # The tracker counts a stall as played, too: it goes by the paused flag alone.
        self.totals.time_played += passed
        if self.muted:
            self.totals.time_played_muted += passed
        if self.stalled:
            self.totals.time_buffering += passed
        else:
            self._advance(passed * self.rate / 1000)

    def back_date(self, ms: int) -> None:
        """Make it so that the player has played for so long already."""
        now = self.now
        self.now -= ms
        self.started_at = iso_from_ms(self.now)
        self.elapse(now)
        self.pass_boundaries()

    def _advance(self, seconds: float) -> None:
        start = self.position
        self.position += seconds
        if self.title.duration is not None:
            self.position = min(self.position, self.title.duration)
        span = int(self.position) - int(start) + 1
        self.totals.watched |= ((1 << span) - 1) << int(start)

    def next_boundary_s(self) -> float:
        """Return the seconds until the next per cent of progress that is reported."""
        if not self.boundaries or self.title.duration is None:
            return math.inf
        at = self.title.duration * self.boundaries[0] / 100
        return max(0.0, at - self.position) / self.rate

    def pass_boundaries(self) -> MediaEvent | None:
        """Report the progress if boundaries were passed: once for all of them."""
        if self.title.duration is None:
            return None
        percent = math.floor(100 * self.position / self.title.duration + 1e-6)
        ahead = [boundary for boundary in self.boundaries if boundary > percent]
        if len(ahead) == len(self.boundaries):
            return None
        self.boundaries = ahead
        return self.event(
            EventName.PERCENT_PROGRESS, EventData(percent_progress=percent)
        )

    def event(self, name: EventName, data: EventData | None = None) -> MediaEvent:
        """Return what the tracker sends now: the event, and all that rides on it."""
        return MediaEvent(
            viewer_id=self.viewer_id,
            event_id=new_uuid(self.rng),
            name=name,
            time=self.now,
            player=self._player(),
            session=self._session(),
            ad=self.ad,
            ad_break=self.ad_break,
            data=data,
        )

    def _player(self) -> MediaPlayer:
        return MediaPlayer(
            current_time=round(self.position, 3),
            duration=self.title.duration,
            paused=self.paused,
            ended=self.ended,
            livestream=self.title.duration is None,
            muted=self.muted,
            fullscreen=self.fullscreen,
            picture_in_picture=self.picture_in_picture,
            loop=False,
            label=self.title.label,
            media_type="video",
            player_type=_PLAYER_TYPE,
            quality=self.quality,
            playback_rate=self.rate,
            volume=self.volume,
        )

    def _session(self) -> MediaSession:
        totals = self.totals
        whole = float(self.ping_interval_s).is_integer()
        # Zero totals are left out, as the tracker does.
        return MediaSession(
            media_session_id=self.session_id,
            started_at=self.started_at,
            ping_interval=self.ping_interval_s if whole else None,
            time_played=totals.time_played / 1000 or None,
            time_played_muted=totals.time_played_muted / 1000 or None,
            time_paused=totals.time_paused / 1000 or None,
            content_watched=totals.watched.bit_count() or None,
            time_buffering=totals.time_buffering / 1000 or None,
            time_spent_ads=totals.time_spent_ads / 1000 or None,
            avg_playback_rate=1.0,
            ads=totals.ads or None,
            ads_clicked=totals.ads_clicked or None,
            ads_skipped=totals.ads_skipped or None,
            ad_breaks=totals.ad_breaks or None,
        )
