"""A simulated web page: a player, and the tracker's timer of pings, in passing time.

All that a page sends comes out of generators of events: each yields an event when it
happens, and what is between two events is time passing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Final

from dataflows.playback.events import EventName, MediaEvent
from stack.crowd.habits import Habits
from stack.crowd.player import Player

__all__ = ["Events", "GoneError", "Page", "PageView"]

_MOST_PAUSED_PINGS: Final = 1
# Events that cause each other are this many milliseconds apart.
_MOMENT_MS: Final = (4, 60)


@dataclass(frozen=True)
class PageView:
    """The page was opened: an event, but none of playback."""

    viewer_id: str
    event_id: str
    time: int
    name: str = "page_view"


Events = Iterator[MediaEvent | PageView]


class GoneError(Exception):
    """The tab was closed, which sends nothing."""


class Page:
    """One playback as its page sees it.

    `stale_ads` tells a page that pauses its content while ads run, and so sends a stale
    player with each of their events.
    """

    def __init__(self, rng: Random, habits: Habits, player: Player) -> None:
        self.rng = rng
        self.habits = habits
        self.player = player
        self.stale_ads = rng.random() < habits.stale_ads
        self._ping_ms = max(1, round(habits.ping_interval_s * 1000))
        self._next_ping = player.now + self._ping_ms
        self._paused_pings = 0

    def rephase(self) -> None:
        """Put the timer at a chance point of its interval."""
        self._next_ping = self.player.now + self.rng.randint(1, self._ping_ms)

    def chance(self, probability: float) -> bool:
        """Return True as often as `probability` says."""
        return self.rng.random() < probability

    def say(self, name: EventName) -> MediaEvent:
        """Return the event of this moment."""
        return self.player.event(name)

    def resume(self) -> MediaEvent:
        """Set the content playing, and return the event of it."""
        self.player.paused = self.player.ended = False
        return self.say(EventName.PLAY)

    def wait(self, seconds: float) -> Events:
        """Let time pass, with the pings that fall due.

        The timer runs on freely; a paused player pings once, then is silent till play.
        """
        player = self.player
        until = player.now + round(seconds * 1000)
        while self._next_ping <= until:
            player.elapse(self._next_ping)
            self._next_ping += self._ping_ms
            self._paused_pings = self._paused_pings + 1 if player.paused else 0
            if self._paused_pings <= _MOST_PAUSED_PINGS:
                yield self.say(EventName.PING)
        player.elapse(until)

    def moment(self) -> Events:
        """Let the instant pass that lies between cause and effect."""
        yield from self.wait(self.rng.randint(*_MOMENT_MS) / 1000)

    def play(self, seconds: float) -> Events:
        """Let content play, with the reports of progress that fall due."""
        left = seconds
        # A millisecond more, so that rounding can't leave the player short of it.
        while (ahead := self.player.next_boundary_s() + 0.001) < left:
            yield from self.wait(ahead)
            left -= ahead
            yield from self.progress()
        yield from self.wait(left)

    def progress(self) -> Events:
        """Report the progress if a boundary was passed."""
        if (report := self.player.pass_boundaries()) is not None:
            yield report
