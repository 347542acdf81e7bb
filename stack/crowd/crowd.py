"""A crowd of viewers: many scripts in time, told as one stream in order of event time.

Pure and seeded: the same seed, habits, size and start give the same events.
"""

import heapq
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, count, takewhile
from random import Random
from typing import Final, NamedTuple

from dataflows.playback.events import EventName, MediaEvent
from stack.crowd.catalogue import QUALITIES, TITLES
from stack.crowd.habits import DEFAULT_PING_INTERVAL_S, Habits
from stack.crowd.page import Events, Page, PageView
from stack.crowd.player import Player, new_uuid
from stack.crowd.viewer import life
from stack.crowd.visit import Visit, new_visit

__all__ = ["Crowd", "Happening", "ping_interval_for"]

_TITLE_WEIGHTS: Final = [title.weight for title in TITLES]
# Who left is followed by somebody else within this time, so the crowd keeps its size.
_EMPTY_SEAT_MS: Final = 1_500
# The first viewers live this long before the start, unseen, so that they are found in
# the middle of things: in a break, in a pause, between two pings.
_WARM_UP_MS: Final = 30_000
_REMEMBERED: Final = 1_000
_TRIAL_VIEWERS: Final = 300
_TRIAL_S: Final = 120
_TRIAL_PING_S: Final = 10.0


class Happening(NamedTuple):
    """An event and the visit that it is part of."""

    event: MediaEvent | PageView
    visit: Visit


class _Seat(NamedTuple):
    """A viewer's next event; seats sort by its time, then by their number."""

    time: int
    number: int
    event: MediaEvent | PageView
    visit: Visit
    page: Page
    events: Events


class Crowd:
    """`viewers` at once, each followed by another when gone.

    `seed` decides everything that is left to chance. The first viewers are found in the
    middle of what they watch, so that there is no stampede at the start.
    """

    def __init__(
        self, *, habits: Habits, viewers: int, seed: int, start_ms: int
    ) -> None:
        self.live = 0
        """Viewers at this moment."""
        self._habits = habits
        self._rng = Random(f"crowd {seed}")
        self._viewers = viewers
        self._start_ms = start_ms
        self._numbers = count()
        self._gone: deque[tuple[str, bool]] = deque(maxlen=_REMEMBERED)

    def happenings(self) -> Iterator[Happening]:
        """Yield what happens, in order of event time, for ever."""
        seats = [self._seat_midway() for _ in range(self._viewers)]
        heapq.heapify(seats)
        self.live = len(seats)
        while seats:
            seat = seats[0]
            yield Happening(seat.event, seat.visit)
            following = next(seat.events, None)
            if following is None:
                heapq.heapreplace(seats, self._follower(seat))
            else:
                heapq.heapreplace(
                    seats, seat._replace(time=following.time, event=following)
                )

    def _follower(self, seat: _Seat) -> _Seat:
        self._gone.append((seat.visit.viewer_id, "user_id" in seat.visit.fixed))
        gone_ms = seat.page.player.now
        return self._seat(gone_ms + self._rng.randint(1, _EMPTY_SEAT_MS), midway=False)

    def _seat_midway(self) -> _Seat:
        began_ms = self._start_ms - _WARM_UP_MS
        while True:
            seat = self._seat(began_ms, midway=True)
            for event in chain([seat.event], seat.events):
                if event.time >= self._start_ms:
                    return seat._replace(time=event.time, event=event)

    def _seat(self, now: int, *, midway: bool) -> _Seat:
        rng = self._rng
        (title,) = rng.choices(TITLES, _TITLE_WEIGHTS)
        viewer_id, known = self._who()
        player = Player(
            rng,
            viewer_id,
            title,
            now,
            self._habits.ping_interval_s,
            muted=rng.random() < self._habits.muted,
            volume=rng.randint(20, 100),
            quality=rng.choice(QUALITIES)[0],
        )
        page = Page(rng, self._habits, player)
        visit = new_visit(rng, viewer_id, title, known=known)
        events = life(page, midway=midway)
        for first in events:
            return _Seat(first.time, next(self._numbers), first, visit, page, events)
        # Gone before anything was sent: nobody will ever know of this one.
        return self._seat(player.now + 1, midway=midway)

    def _who(self) -> tuple[str, bool]:
        """Return who comes and whether signed in; some were here before."""
        rng = self._rng
        if self._gone and rng.random() < self._habits.returning:
            return self._gone.popleft()
        if rng.random() < self._habits.known:
            return f"viewer-{next(self._numbers):06d}", True
        return new_uuid(rng), False


def ping_interval_for(habits: Habits, viewers: int, rate: float) -> float:
    """Return the ping interval in seconds that makes a crowd send so many events/s.

    What else a crowd sends hangs on its habits, so a small one is tried first. Where
    even that is more than `rate`, the tracker's own interval is the best to be had.
    """
    trial = Crowd(
        habits=replace(habits, ping_interval_s=_TRIAL_PING_S),
        viewers=_TRIAL_VIEWERS,
        seed=0,
        start_ms=0,
    )
    kinds = Counter(
        happening.event.name == EventName.PING
        for happening in takewhile(
            lambda happening: happening.event.time <= _TRIAL_S * 1000,
            trial.happenings(),
        )
    )
    scale = viewers / (_TRIAL_VIEWERS * _TRIAL_S)
    wanted = rate - kinds[False] * scale
    if wanted * DEFAULT_PING_INTERVAL_S <= kinds[True] * scale * _TRIAL_PING_S:
        return DEFAULT_PING_INTERVAL_S
    return max(0.001, round(kinds[True] * scale * _TRIAL_PING_S / wanted, 3))
