"""Three viewers' evening as a real tracker told it, gone through the flow's core.

The messages are those of `tests/data`, as Snowbridge's `spEnrichedToJson` writes them,
each taken in when its collector got it. Beside the three there is a fourth viewer who
has asked not to be known: their events have no viewer, and are dead letters.
"""

from collections.abc import Iterator
from functools import cache
from typing import Final, NamedTuple

from dataflows.playback.audience import Audience, AudienceMinute
from dataflows.playback.intake import Reach, decoded
from dataflows.playback.messages import DeadLetter, RawBatch, ShardOutput
from dataflows.playback.profile import HistoryItem, ViewerProfile, iso_from_ms
from dataflows.playback.roll_up import AudienceBook
from dataflows.playback.shard import Shard
from dataflows.playback.tallies import IntakeTally
from dataflows.playback.timing import Timing
from stack.collector.enriched import Row
from stack.collector.shapes import Shape, message
from tests.stack.captures import rows_of

__all__ = ["SOURCE_TOPIC", "TIMING", "Evening", "Moment", "evening"]

SOURCE_TOPIC: Final = "snowplow-enriched-good"
TIMING: Final = Timing()
_PARTITION: Final = "0"
# The partition's word on itself, once a second: nothing is left to be read.
_IDLE: Final = RawBatch(SOURCE_TOPIC, _PARTITION, every=(_PARTITION,), idle=True)
# Long enough for the last of them to leave, and be forgotten.
_AFTER_MS: Final = TIMING.gap_playing + TIMING.closed_retention + TIMING.lateness


class Moment(NamedTuple):
    """A message as it is taken in, and what that brought about."""

    row: Row
    value: bytes
    offset: int
    shard: int
    before: ViewerProfile | None
    """The viewer's profile until then, if there was one."""
    output: ShardOutput


class Evening:
    """What the flow made of it: everything that it put out, in its order."""

    def __init__(self) -> None:
        self.moments: list[Moment] = []
        self.profiles: list[ViewerProfile] = []
        self.history: dict[tuple[str, str], HistoryItem] = {}
        self.letters: list[DeadLetter] = []
        self.gone: list[str] = []
        self.seconds: list[Audience] = []
        self.minutes: list[AudienceMinute] = []
        self._book = AudienceBook()
        self._reach = Reach(TIMING)
        self._shards: dict[int, Shard] = {}
        self._now = 0

    def live(self, rows: list[Row]) -> None:
        """Take each row in when it came, and let the clock run on after the last."""
        self._now = rows[0]["collector_tstamp"] // 1000 * 1000
        for offset, row in enumerate(rows):
            self._run_to(row["collector_tstamp"])
            self._take(row, offset)
        self._run_to(self._now + _AFTER_MS)

    def newest(self, viewer_id: str) -> ViewerProfile:
        """Return the profile of a viewer as it ended."""
        return next(p for p in reversed(self.profiles) if p.viewer_id == viewer_id)

    def moment(self, viewer_id: str, event_name: str) -> Moment:
        """Return the first of a viewer's events of a kind."""
        return next(
            moment
            for moment in self.moments
            if moment.row.get("user_id") == viewer_id
            and moment.row["event_name"] == event_name
        )

    def second_after(self, moment: Moment) -> Audience:
        """Return the first record of a second that knows of it."""
        after = iso_from_ms(moment.row["collector_tstamp"])
        return next(record for record in self.seconds if record.tstamp > after)

    def _take(self, row: Row, offset: int) -> None:
        value = message(row, Shape.ENRICHED_JSON)
        raw = RawBatch(SOURCE_TOPIC, _PARTITION, [offset], [value])
        self._book.take_intake(IntakeTally(partition=_PARTITION, received=1))
        ((number, batch),) = self._reach.routed(raw, self._now).items()
        shard = self._shards.setdefault(number, Shard(TIMING))
        before = self._profile_of(shard, row)
        output = shard.apply(decoded(batch), self._now)
        self.moments.append(Moment(row, value, offset, number, before, output))
        self._note(number, output)

    def _profile_of(self, shard: Shard, row: Row) -> ViewerProfile | None:
        viewer = shard.find(row.get("user_id", ""))
        return viewer.profile(TIMING) if viewer else None

    def _run_to(self, time: int) -> None:
        """Let the seconds until then pass, each with its tick and its record."""
        while self._now // 1000 < time // 1000:
            self._now = (self._now // 1000 + 1) * 1000
            for number, shard in self._shards.items():
                self._note(number, shard.apply(decoded(_IDLE), self._now))
                self._note(number, shard.tick(self._now))
            record = self._book.audience(self._now)
            self.seconds.append(record)
            minute = self._book.minute(record)
            if minute is not None:
                self.minutes.append(minute)
        self._now = time

    def _note(self, shard: int, output: ShardOutput) -> None:
        self.profiles += output.profiles
        self.letters += output.letters
        self.gone += output.gone
        for key, item in output.history.items():
            if item is None:
                self.history.pop(key, None)
            else:
                self.history[key] = item
        if output.tally is not None:
            self._book.take_shard(str(shard), output.tally)


def _rows() -> Iterator[Row]:
    yield from rows_of("main")
    yield from rows_of("anon")


@cache
def evening() -> Evening:
    """Return the evening; it is gone through once for all who ask."""
    lived = Evening()
    lived.live(sorted(_rows(), key=lambda row: row["collector_tstamp"]))
    return lived
