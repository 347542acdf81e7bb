"""One playback: one player's run through one title, told by its `mediaSessionId`.

Points in time, positions and spans are milliseconds.
"""

from typing import Final

import msgspec

from dataflows.playback.events import AD_EVENTS, EventName, MediaEvent, MediaSession
from dataflows.playback.statuses import INITIAL, Content, Facts, next_facts
from dataflows.playback.totals import Totals, milliseconds

__all__ = ["Playback"]

# Positions are up to a second old, and whole seconds in the flat shape.
_POSITION_SLACK_MS: Final = 1_000
# The tracker holds a seek back for up to 5 s, so positions come up to that much later
# than the playing that they tell of.
_CREDIT_MOST_MS: Final = 6_000
# What a player says of its position while it stalls may be a quarter of a second old.
_MOVED_MS: Final = 250
_SPANS_MOST: Final = 64
_SEEKS: Final = frozenset({EventName.SEEK_START, EventName.SEEK_END})


class Playback(msgspec.Struct, array_like=True, gc=False):
    """What is known of one playback; mutable, and only ever changed by `hear`.

    A positional recovery format: append fields last and with a default, else raise the
    format's number in `snapshot`.
    """

    heard: int
    facts: Facts = INITIAL
    ad_since: int | None = None
    position: int | None = None
    rate: float = 1.0
    credit: int = 0
    spans: list[int] = []
    clicks: int = 0
    skips: int = 0
    reported_clicks: int = 0
    reported_skips: int = 0
    tracker: list[float | None] = []
    watched: int | None = None

    @classmethod
    def again(cls, heard: int, totals: Totals) -> "Playback":
        """Return one that was retired: only its totals are known."""
        return cls(
            heard,
            clicks=totals.ads_clicked,
            skips=totals.ads_skipped,
            tracker=totals.tracker,
            watched=totals.content_watched,
        )

    def hear(self, event: MediaEvent) -> None:
        """Take in the next event of this playback in event-time order."""
        playing = self._is_playing()
        if playing:
            self.credit += int((event.time - self.heard) * self.rate)
        moved = self._move(event, playing=playing)
        opening = event.time == self.ad_since
        before = self.facts
        self.facts = next_facts(before, event, moved=moved, opening=opening)
        if self.facts.ad_on and not before.ad_on:
            self.ad_since = event.time
        self.heard = event.time
        if event.player is not None and event.player.playback_rate is not None:
            self.rate = event.player.playback_rate
        if event.data is not None and event.data.new_rate is not None:
            self.rate = event.data.new_rate
        self._count(event)

    def totals(self) -> Totals:
        """Return the numbers that add up over playbacks.

        Clicks and skips are the greater of what was seen and what the page counted,
        for a pipeline may filter the events out and keep the counters.
        """
        clicks, skips = self.ad_totals()
        watched = self.watched
        if self.position is not None:
            spans = self.spans
            watched = (watched or 0) + sum(spans[1::2]) - sum(spans[::2])
        return Totals(clicks, skips, watched, self.tracker)

    def ad_totals(self) -> tuple[int, int]:
        """Return clicks and skips alone, for a change of status tells them."""
        return (
            max(self.clicks, self.reported_clicks),
            max(self.skips, self.reported_skips),
        )

    def _is_playing(self) -> bool:
        return self.facts.content is Content.PLAYING and not self.facts.ad_on

    def _move(self, event: MediaEvent, *, playing: bool) -> bool:
        """Follow the position; return whether it moved on by playing."""
        player = event.player
        if player is None or player.current_time is None:
            return False
        position = round(player.current_time * 1000)
        before = self.position
        if before is None:
            self.position = position
            return False
        step = position - before
        within = step <= self.credit + (_POSITION_SLACK_MS if playing else 0)
        if event.name in AD_EVENTS and not (playing and step > 0 and within):
            # Theirs is stale, but for what an ad begins by interrupting.
            return False
        self.position = position
        if step > 0 and event.name is not EventName.SEEK_END:
            # In a pause or an ad it may tell of the playing before.
            seen = step if within else self.credit
            self.credit = max(0, self.credit - seen)
            if seen:
                self.spans = _cover(self.spans, before, before + seen)
        self.credit = min(self.credit, _CREDIT_MOST_MS)
        return step > _MOVED_MS and event.name not in _SEEKS

    def _count(self, event: MediaEvent) -> None:
        if event.name is EventName.AD_CLICK:
            self.clicks += 1
        elif event.name is EventName.AD_SKIP:
            self.skips += 1
        session = event.session
        if session is not None:
            self.reported_clicks = max(self.reported_clicks, session.ads_clicked or 0)
            self.reported_skips = max(self.reported_skips, session.ads_skipped or 0)
            self._keep_totals(session)

    def _keep_totals(self, session: MediaSession) -> None:
        sent: list[float | None] = [
            session.time_played,
            session.time_paused,
            session.time_spent_ads,
            session.time_buffering,
            session.content_watched,
            session.ads,
            session.ad_breaks,
        ]
        # Most events of the flat shape carry none, and then nothing is kept.
        if sent == _UNSENT:
            return
        pairs = zip(self.tracker or _UNSENT, sent, strict=True)
        self.tracker = [_most(kept, milliseconds(new)) for kept, new in pairs]


_UNSENT: Final[list[float | None]] = [None] * 7


def _most(kept: float | None, new: float | None) -> float | None:
    if kept is None or new is None:
        return new if kept is None else kept
    return max(kept, new)


def _cover(spans: list[int], start: int, end: int) -> list[int]:
    """Return the spans (start, end, start, end, ... in order) with one more in it."""
    if not spans or spans[-2] <= start:
        if spans and start <= spans[-1]:
            return [*spans[:-1], max(end, spans[-1])]
        return _bounded([*spans, start, end])
    before = [n for s, e in _pairs(spans) if e < start for n in (s, e)]
    after = [n for s, e in _pairs(spans) if s > end for n in (s, e)]
    joined = [n for s, e in _pairs(spans) if e >= start and s <= end for n in (s, e)]
    return _bounded([*before, min([start, *joined]), max([end, *joined]), *after])


def _bounded(spans: list[int]) -> list[int]:
    """Return no more spans than are kept: the two that are nearest become one."""
    if len(spans) > 2 * _SPANS_MOST:
        gaps = [spans[i + 1] - spans[i] for i in range(1, len(spans) - 1, 2)]
        narrow = 2 * gaps.index(min(gaps)) + 1
        del spans[narrow : narrow + 2]
    return spans


def _pairs(spans: list[int]) -> list[tuple[int, int]]:
    return list(zip(spans[::2], spans[1::2], strict=True))
