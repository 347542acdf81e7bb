"""One playback: one player's run through one title, told by its `mediaSessionId`.

Points in time, positions and spans are milliseconds.
"""

from typing import Any, Final

from msgspec.structs import astuple
from mypy_extensions import i32, mypyc_attr

from dataflows.playback.events import AD_EVENTS, EventName, MediaEvent, MediaSession
from dataflows.playback.short import (
    UNKNOWN,
    by_number,
    known_or_none,
    or_unknown,
    trimmed,
)
from dataflows.playback.spans import (
    has_room,
    joined,
    length_of,
    packed_span,
    packed_spans,
    unpacked_spans,
)
from dataflows.playback.status import PlaybackStatus
from dataflows.playback.statuses import FACTS, INITIAL, next_facts
from dataflows.playback.totals import Totals
from dataflows.playback.tracked import Tracked, says_totals

__all__ = ["Playback"]

# Positions are up to a second old, and whole seconds in the flat shape.
_POSITION_SLACK_MS: Final = 1_000
# The tracker holds a seek back for up to 5 s, so positions come up to that much later
# than the playing that they tell of.
_CREDIT_MOST_MS: Final = 6_000
# What a player says of its position while it stalls may be a quarter of a second old.
_MOVED_MS: Final = 250
_PLAYING: Final = PlaybackStatus.WATCHING_VIDEO
_AD_CLICK: Final = EventName.AD_CLICK
_AD_SKIP: Final = EventName.AD_SKIP
_SEEK_END: Final = EventName.SEEK_END
_OF_AN_AD: Final = by_number(AD_EVENTS)
_ADS_CLICKED: Final[int] = MediaSession.__struct_fields__.index("ads_clicked")
_ADS_SKIPPED: Final[int] = MediaSession.__struct_fields__.index("ads_skipped")
_SEEK: Final = by_number({EventName.SEEK_START, EventName.SEEK_END})


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
        "tracked",
        "watched",
    )

    def __init__(self, heard: int) -> None:
        """Begin at a point in time."""
        self.heard = heard
        self.facts = INITIAL
        self.ad_since = UNKNOWN
        self.position = UNKNOWN
        self.rate = 1.0
        self.credit = 0
        # What was watched: the last span, empty if there is none, and those before it,
        # packed. Most have but the one.
        self.span_start = 0
        self.span_end = 0
        self.spans_before = b""
        # How much was before the last span.
        self.watched = UNKNOWN
        self.clicks: i32 = 0
        self.skips: i32 = 0
        self.reported_clicks: i32 = 0
        self.reported_skips: i32 = 0
        self.tracked: Tracked | None = None

    @classmethod
    def again(cls, heard: int, totals: Totals) -> "Playback":
        """Return one that was retired: only its totals are known."""
        playback = cls(heard)
        playback.clicks = totals.ads_clicked
        playback.skips = totals.ads_skipped
        playback.tracked = Tracked.of(totals.tracker) if totals.tracker else None
        playback.watched = or_unknown(totals.content_watched)
        return playback

    def pack(self, base: int) -> list[Any]:
        """Return what `unpack` takes, with a time that both know: a recovery format."""
        packed = [
            self.heard - base,
            self.facts.code,
            known_or_none(self.position),
            self.credit,
            self.spans_before or None,
            self.span_start,
            self.span_end,
            known_or_none(self.watched),
            None if self.rate == 1 else self.rate,
            None if self.ad_since == UNKNOWN else self.ad_since - base,
            self.clicks or None,
            self.skips or None,
            self.reported_clicks or None,
            self.reported_skips or None,
            None if self.tracked is None else self.tracked.told(),
        ]
        return trimmed(packed)

    @classmethod
    def unpack(cls, packed: list[Any], base: int) -> "Playback":
        """Return the playback that was packed."""
        packed += [None] * (_PACKED - len(packed))
        playback = cls(base + packed[0])
        playback.facts = FACTS[packed[1]]
        playback.position = or_unknown(packed[2])
        playback.credit = packed[3]
        playback.spans_before = packed[4] or b""
        playback.span_start, playback.span_end = packed[5:7]
        playback.watched = or_unknown(packed[7])
        playback.rate = 1.0 if packed[8] is None else packed[8]
        playback.ad_since = UNKNOWN if packed[9] is None else base + packed[9]
        playback.clicks = packed[10] or 0
        playback.skips = packed[11] or 0
        playback.reported_clicks = packed[12] or 0
        playback.reported_skips = packed[13] or 0
        playback.tracked = None if packed[14] is None else Tracked.of(packed[14])
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
        current_time, rate = event.current_time, event.playback_rate
        moved = False
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

    def totals(self) -> Totals:
        """Return the numbers that add up over playbacks.

        Clicks and skips are the greater of what was seen and what the page counted,
        for a pipeline may filter the events out and keep the counters.
        """
        clicks, skips = self.ad_totals()
        watched = known_or_none(self.watched)
        if self.position != UNKNOWN:
            watched = (watched or 0) + self.span_end - self.span_start
        tracker = [] if self.tracked is None else self.tracked.told()
        return Totals(clicks, skips, watched, tracker)

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
        if before == UNKNOWN:
            self.position = position
            return False
        step = position - before
        within = step <= self.credit + (_POSITION_SLACK_MS if playing else 0)
        if _OF_AN_AD[event.number] and not (playing and step > 0 and within):
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
        return step > _MOVED_MS and not _SEEK[event.number]

    def _cover(self, start: int, end: int) -> None:
        """Take in a span that was watched."""
        if not self.span_end:
            self.span_start, self.span_end = start, end
        elif self.span_start <= start <= self.span_end:
            self.span_end = max(end, self.span_end)
        elif start > self.span_end and has_room(self.spans_before):
            self.spans_before += packed_span(self.span_start, self.span_end)
            self.watched = max(0, self.watched) + self.span_end - self.span_start
            self.span_start, self.span_end = start, end
        else:
            self._join(start, end)

    def _join(self, start: int, end: int) -> None:
        """Take in a span that comes before others, or is one too many."""
        before = unpacked_spans(self.spans_before)
        spans = joined([*before, self.span_start, self.span_end], start, end)
        self.span_end = spans.pop()
        self.span_start = spans.pop()
        self.spans_before = packed_spans(spans)
        self.watched = max(0, self.watched) + length_of(spans) - length_of(before)

    def _count(self, event: MediaEvent) -> bool:
        told = False
        if event.name is _AD_CLICK:
            self.clicks += 1
            told = True
        elif event.name is _AD_SKIP:
            self.skips += 1
            told = True
        session = event.session
        if session is None:
            return told
        said = astuple(session)
        clicked, skipped = said[_ADS_CLICKED] or 0, said[_ADS_SKIPPED] or 0
        if clicked > self.reported_clicks or skipped > self.reported_skips:
            self.reported_clicks = max(clicked, self.reported_clicks)
            self.reported_skips = max(skipped, self.reported_skips)
            told = True
        if self.tracked is not None:
            self.tracked.hear(said)
        elif says_totals(said):
            self.tracked = Tracked()
            self.tracked.hear(said)
        return told


_PACKED: Final = 15
