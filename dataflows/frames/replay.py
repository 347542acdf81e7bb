"""Recorded messages through the pure core once more, with other times if you like.

What comes out is what the flow would have written: the same windows, statuses and
counts, without an engine, a broker or a table.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final

import msgspec

from dataflows.frames.lines import Record
from dataflows.playback.audience import Audience, AudienceMinute
from dataflows.playback.intake import decoded
from dataflows.playback.messages import DeadLetter, RawBatch, ShardOutput
from dataflows.playback.profile import HistoryItem, ViewerProfile
from dataflows.playback.roll_up import AudienceBook
from dataflows.playback.shard import Shard
from dataflows.playback.tallies import IntakeTally
from dataflows.playback.timing import Timing

__all__ = ["Replayed", "replay"]

_SECOND_MS: Final = 1_000
_EVERY: Final = ("0",)
_NAME: Final = "0"


class Replayed(msgspec.Struct):
    """What came out: what the tables and topics would hold in the end."""

    newest: dict[str, ViewerProfile] = {}
    items: dict[tuple[str, str], HistoryItem] = {}
    seconds: list[Audience] = []
    minutes: list[AudienceMinute] = []
    letters: list[DeadLetter] = []

    @property
    def profiles(self) -> list[ViewerProfile]:
        """The newest profile of each viewer, as the profiles table holds it."""
        return list(self.newest.values())

    @property
    def history(self) -> list[HistoryItem]:
        """The items of the history table, in its order."""
        return [self.items[key] for key in sorted(self.items)]

    def take(self, output: ShardOutput) -> None:
        """Take what a batch or a tick brought about."""
        self.letters += output.letters
        for profile in output.profiles:
            self.newest[profile.viewer_id] = profile
        for key, item in output.history.items():
            if item is None:
                self.items.pop(key, None)
            else:
                self.items[key] = item


def replay(records: Iterable[Record], timing: Timing | None = None) -> Replayed:
    """Return what the flow makes of a topic's records.

    The clock is Kafka's stamp of them; between two of them it ticks once a second, so
    that windows close as they would have.

    Args:
        records: in any order.
        timing: gaps and lateness; else the defaults.

    """
    shard, book, replayed = Shard(timing or Timing()), AudienceBook(), Replayed()
    for now, batch in _seconds(records):
        if batch.values:
            replayed.take(shard.apply(decoded(batch), now))
            book.take_intake(IntakeTally(partition=_NAME, received=len(batch.values)))
        # What holds of a partition that has been read to its end, once a second.
        word = RawBatch(batch.topic, _NAME, every=_EVERY, idle=True)
        replayed.take(shard.apply(decoded(word), now))
        replayed.take(shard.tick(now))
        book.take_shard(_NAME, shard.tally())
        second = book.audience(now)
        replayed.seconds.append(second)
        minute = book.minute(second)
        if minute is not None:
            replayed.minutes.append(minute)
    replayed.take(shard.end())
    return replayed


def _seconds(records: Iterable[Record]) -> Iterator[tuple[int, RawBatch]]:
    """Yield every second from the first record to the last, with what it brings."""
    ordered = sorted(records, key=lambda record: record.stamped_ms)
    if not ordered:
        return
    second = ordered[0].stamped_ms // _SECOND_MS
    for later, group in groupby(ordered, lambda r: r.stamped_ms // _SECOND_MS):
        for quiet in range(second, later):
            yield (quiet + 1) * _SECOND_MS, RawBatch("", _NAME)
        second = later + 1
        yield second * _SECOND_MS, _batch(list(group))


def _batch(records: list[Record]) -> RawBatch:
    values = [record.value or b"" for record in records]
    return RawBatch(
        "",
        _NAME,
        [record.offset for record in records],
        values,
    )
