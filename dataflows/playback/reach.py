"""How far the partitions of the source are in event time, told to all shards.

A shard has events of its own viewers alone. Of a topic keyed by viewer, most partitions
never have any for it: without more it would wait for them for ever, nobody would leave,
and nothing would be late. So a partition's word brings how far its events are, whoever
they are of.
"""

from collections.abc import Iterable
from typing import Final

import msgspec

from dataflows.playback.intake import routed
from dataflows.playback.messages import RawBatch
from dataflows.playback.timing import Timing
from dataflows.playback.window import NEVER

__all__ = ["Reach"]

_NOTHING: Final = (0, 0)


class Reach:
    """Routes batches, and remembers how far each partition is; fresh at each start."""

    def __init__(self, timing: Timing) -> None:
        self._timing = timing
        self._newest: dict[str, int] = {}
        # Messages since a partition's last word, and how many of them are events.
        self._since_word: dict[str, tuple[int, int]] = {}

    def routed(self, raw: RawBatch, now: int) -> dict[int, RawBatch]:
        """Return what each shard has of a batch, read at a time of the clock."""
        if raw.every:
            return routed(self._completed(raw))
        batches = routed(raw)
        self._note(raw, batches.values(), now)
        return batches

    def _completed(self, word: RawBatch) -> RawBatch:
        """Return a partition's word with how far it is."""
        messages, events = self._since_word.pop(word.partition, _NOTHING)
        # It is read to its end, and has nothing but what is no event.
        is_quiet = messages > 0 and not events and not word.lag_messages
        return msgspec.structs.replace(
            word,
            idle=word.idle or is_quiet,
            reached=self._newest.get(word.partition, NEVER),
        )

    def _note(self, raw: RawBatch, batches: Iterable[RawBatch], now: int) -> None:
        partition = raw.partition
        newest = self._newest.get(partition, NEVER)
        # What a shard refuses for its time tells nothing, and what is stamped ahead of
        # the clock no more than the clock.
        latest = now + self._timing.future_tolerance
        events = 0
        for batch in batches:
            assert batch.decoded is not None  # noqa: S101, `routed` has decoded it
            for event in batch.decoded.events:
                if event is not None:
                    events += 1
                    if newest < event.time <= latest:
                        newest = event.time
        if events:
            self._newest[partition] = min(newest, now)
        before, events_before = self._since_word.get(partition, _NOTHING)
        total = before + len(raw.offsets), events_before + events
        self._since_word[partition] = total
