"""One playback: one player's run through one title, told by its `mediaSessionId`.

Points in time, positions and spans are milliseconds.
"""

from typing import Any, Final

from mypy_extensions import mypyc_attr

from dataflows.playback.events import AD_EVENTS, EventName, MediaEvent, MediaSession
from dataflows.playback.short import trimmed
from dataflows.playback.status import PlaybackStatus
from dataflows.playback.statuses import FACTS, INITIAL, next_facts
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
_BEFORE_MOST: Final = 2 * (_SPANS_MOST - 1)
_PLAYING: Final = PlaybackStatus.WATCHING_VIDEO
_AD_CLICK: Final = EventName.AD_CLICK
_AD_SKIP: Final = EventName.AD_SKIP
_SEEK_END: Final = EventName.SEEK_END
_AD_EVENTS: Final = AD_EVENTS
_SEEKS: Final = frozenset({EventName.SEEK_START, EventName.SEEK_END})


@mypyc_attr(acyclic=True)
class Playback:
    """What is known of one playback; mutable, and only ever changed by `hear`."""

    __slots__ = (
        "ad_since",
        "clicks",
        "credit",
        "facts",
        "heard",
        "position",
        "rate",
        "reported_clicks",
        "reported_skips",
        "skips",
        "span_end",
        "span_start",
        "spans_before",
        "tracker",
        "watched",
    )

    def __init__(self, heard: int) -> None:
        """Begin at a point in time."""
        self.heard = heard
        self.facts = INITIAL
        self.ad_since: int | None = None
        self.position: int | None = None
        self.rate = 1.0
        self.credit = 0
        # What was watched: the last span, empty if there is none, and those before it:
        # start, end, start, end, ... in order. Most have but the one.
        self.span_start = 0
        self.span_end = 0
        self.spans_before: list[int] | None = None
        self.clicks = 0
        self.skips = 0
        self.reported_clicks = 0
        self.reported_skips = 0
        self.tracker: list[float | None] | None = None
        self.watched: int | None = None

    @classmethod
    def again(cls, heard: int, totals: Totals) -> "Playback":
        """Return one that was retired: only its totals are known."""
        playback = cls(heard)
        playback.clicks = totals.ads_clicked
        playback.skips = totals.ads_skipped
        playback.tracker = totals.tracker or None
        playback.watched = totals.content_watched
        return playback

    def pack(self, base: int) -> list[Any]:
        """Return what `unpack` takes, with a time that both know: a recovery format."""
        packed = [
            self.heard - base,
            self.facts.code,
            self.position,
            self.credit,
            self.spans() or None,
            None if self.rate == 1 else self.rate,
            None if self.ad_since is None else self.ad_since - base,
            self.clicks or None,
            self.skips or None,
            self.reported_clicks or None,
            self.reported_skips or None,
            self.tracker,
            self.watched,
        ]
        return trimmed(packed)

    @classmethod
    def unpack(cls, packed: list[Any], base: int) -> "Playback":
        """Return the playback that was packed."""
        packed += [None] * (_PACKED - len(packed))
        playback = cls(base + packed[0])
        playback.facts = FACTS[packed[1]]
        playback.position, playback.credit = packed[2:4]
        if packed[4] is not None:
            *before, playback.span_start, playback.span_end = packed[4]
            playback.spans_before = before or None
        playback.rate = 1.0 if packed[5] is None else packed[5]
        playback.ad_since = None if packed[6] is None else base + packed[6]
        playback.clicks = packed[7] or 0
        playback.skips = packed[8] or 0
        playback.reported_clicks = packed[9] or 0
        playback.reported_skips = packed[10] or 0
        playback.tracker, playback.watched = packed[11:]
        return playback

    def hear(self, event: MediaEvent) -> bool:
        """Take in the next event of this playback in event-time order.

        Returns:
            Whether ads were clicked or skipped.

        """
        time = event.time
        before = self.facts
        playing = before.content is _PLAYING and not before.ad_on
        if playing:
            self.credit += int((time - self.heard) * self.rate)
        player = event.player
        moved = False
        if player is not None:
            current_time, rate = player.current_time, player.playback_rate
            if current_time is not None:
                moved = self._move(event, current_time, playing=playing)
            if rate is not None:
                self.rate = rate
        opening = before.ad_on and time == self.ad_since
        after = next_facts(before, event, moved=moved, opening=opening)
        if after is not before:
            self.facts = after
            if after.ad_on and not before.ad_on:
                self.ad_since = time
        self.heard = time
        if event.data is not None and event.data.new_rate is not None:
            self.rate = event.data.new_rate
        return self._count(event)

    def spans(self) -> list[int]:
        """Return starts and ends of what was watched."""
        if not self.span_end:
            return []
        return [*(self.spans_before or ()), self.span_start, self.span_end]

    def totals(self) -> Totals:
        """Return the numbers that add up over playbacks.

        Clicks and skips are the greater of what was seen and what the page counted,
        for a pipeline may filter the events out and keep the counters.
        """
        clicks, skips = self.ad_totals()
        watched = self.watched
        if self.position is not None:
            watched = (watched or 0) + self._watched()
        return Totals(clicks, skips, watched, self.tracker or [])

    def ad_totals(self) -> tuple[int, int]:
        """Return clicks and skips alone, for a change of status tells them."""
        return (
            max(self.clicks, self.reported_clicks),
            max(self.skips, self.reported_skips),
        )

    def _move(self, event: MediaEvent, current_time: float, *, playing: bool) -> bool:
        """Follow the position; return whether it moved on by playing."""
        position = int(current_time * 1000 + 0.5)
        before = self.position
        if before is None:
            self.position = position
            return False
        step = position - before
        within = step <= self.credit + (_POSITION_SLACK_MS if playing else 0)
        if event.name in _AD_EVENTS and not (playing and step > 0 and within):
            # Theirs is stale, but for what an ad begins by interrupting.
            return False
        self.position = position
        if step > 0 and event.name is not _SEEK_END:
            # In a pause or an ad it may tell of the playing before.
            seen = step if within else self.credit
            self.credit = max(0, self.credit - seen)
            if seen:
                self._cover(before, before + seen)
        self.credit = min(self.credit, _CREDIT_MOST_MS)
        return step > _MOVED_MS and event.name not in _SEEKS

    def _cover(self, start: int, end: int) -> None:
        """Take in a span that was watched."""
        if not self.span_end:
            self.span_start, self.span_end = start, end
        elif self.span_start <= start <= self.span_end:
            self.span_end = max(end, self.span_end)
        elif start > self.span_end and len(self.spans_before or ()) < _BEFORE_MOST:
            before = self.spans_before = self.spans_before or []
            before += self.span_start, self.span_end
            self.span_start, self.span_end = start, end
        else:
            spans = _joined(self.spans(), start, end)
            self.span_end = spans.pop()
            self.span_start = spans.pop()
            self.spans_before = spans or None

    def _watched(self) -> int:
        """Return how much the spans cover."""
        watched = self.span_end - self.span_start
        before = self.spans_before
        if before is not None:
            for at in range(0, len(before), 2):
                watched += before[at + 1] - before[at]
        return watched

    def _count(self, event: MediaEvent) -> bool:
        told = False
        if event.name is _AD_CLICK:
            self.clicks += 1
            told = True
        elif event.name is _AD_SKIP:
            self.skips += 1
            told = True
        session = event.session
        if session is not None:
            if (session.ads_clicked or 0) > self.reported_clicks:
                self.reported_clicks = session.ads_clicked or 0
                told = True
            if (session.ads_skipped or 0) > self.reported_skips:
                self.reported_skips = session.ads_skipped or 0
                told = True
            self._keep_totals(session)
        return told

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
        kept = self.tracker
        if kept is None:
            self.tracker = [milliseconds(new) for new in sent]
            return
        for at, new in enumerate(sent):
            if new is not None:
                old = kept[at]
                if old is None or new > old:
                    kept[at] = milliseconds(new)


_PACKED: Final = 13
_UNSENT: Final[list[float | None]] = [None] * 7


def _joined(spans: list[int], start: int, end: int) -> list[int]:
    """Return the spans with one more in it."""
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
