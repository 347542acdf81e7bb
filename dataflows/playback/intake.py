"""From raw messages to what a shard takes: where each goes, and what it says.

A message is decoded at once where it is routed, and what it says goes along with it as
long as that is in the same process; to another one it travels as the bytes that it is.
"""

from bisect import bisect_left
from typing import Final
from zlib import crc32

import msgspec

from dataflows.playback.decode import Shape, decode_as, shape_and_viewer
from dataflows.playback.errors import Rejected, Skipped
from dataflows.playback.events import MediaEvent
from dataflows.playback.messages import DeadLetter, RawBatch, ShardBatch
from dataflows.playback.timing import Timing
from dataflows.playback.window import NEVER

__all__ = ["SHARDS", "Reach", "decoded", "shard_of", "unread"]

SHARDS: Final = 128
"""How many shards there are; part of the recovery format."""

_FIRST_GUESS: Final = Shape.FLAT_JSON
_NOTHING: Final = (0, 0)


def shard_of(viewer_id: str) -> int:
    """Return the shard of a viewer, the same on every machine and in every run."""
    return crc32(viewer_id.encode()) % SHARDS


class _Share:
    """What one shard has of a batch of a partition."""

    def __init__(self, raw: RawBatch) -> None:
        self._raw = raw
        self._offsets: list[int] = []
        self._values: list[bytes] = []
        self._events: list[MediaEvent | None] = []
        self._reached: list[int] = []
        self._letters: list[DeadLetter] = []
        self._shapes: dict[str, int] = {}
        self._skipped = 0

    def add(
        self,
        offset: int,
        value: bytes,
        shape: Shape,
        event: MediaEvent | Skipped | Rejected,
        reached: int,
    ) -> None:
        """Take a message, what it says, and how far the partition was before it."""
        self._reached.append(reached)
        self._offsets.append(offset)
        self._values.append(value)
        self._shapes[shape] = self._shapes.get(shape, 0) + 1
        if isinstance(event, MediaEvent):
            self._events.append(event)
            return
        self._events.append(None)
        if isinstance(event, Skipped):
            self._skipped += 1
        else:
            raw, why = self._raw, event
            self._letters.append(
                DeadLetter(
                    value, raw.topic, raw.partition, offset, why.reason, why.detail
                )
            )

    def decoded(self) -> ShardBatch:
        """Return it as the shard takes it."""
        raw = self._raw
        return ShardBatch(
            raw.partition,
            self._events,
            self._offsets,
            self._values,
            topic=raw.topic,
            letters=self._letters,
            skipped=self._skipped,
            shapes=self._shapes,
            reached=self._reached,
        )

    def routed(self, shard: int) -> RawBatch:
        """Return it as it goes to the shard."""
        raw = self._raw
        return RawBatch(
            raw.topic,
            raw.partition,
            self._offsets,
            self._values,
            reached=self._reached,
            stamped_ms=raw.stamped_ms,
            epoch=raw.epoch,
            reread=raw.reread,
            replayed=raw.replayed,
            shard=shard,
            decoded=self.decoded(),
        )


class Reach:
    """Routes batches, and remembers how far each partition is.

    A shard has events of its own viewers alone. Of a topic keyed by viewer, most
    partitions never have any for it: without more it would wait for them for ever,
    nobody would leave, and nothing would be late. So it is told how far a partition is,
    whoever its events are of: before each message, which is the same in every replay,
    and by the partition's word.
    """

    def __init__(self, timing: Timing) -> None:
        self._timing = timing
        self._newest: dict[str, int] = {}
        self._next: dict[str, int] = {}
        # Messages since a partition's last word, and how many of them are events.
        self._since_word: dict[str, tuple[int, int]] = {}

    def routed(self, raw: RawBatch, now: int) -> dict[int, RawBatch]:
        """Return what each shard has of a batch; a word is for all of them.

        Args:
            raw: What a partition has, or its word.
            now: What is stamped ahead of this time of the clock tells no more than it,
                and nothing where a shard refuses it for that.

        """
        if raw.every:
            word = self._completed(raw)
            return {n: msgspec.structs.replace(word, shard=n) for n in range(SHARDS)}
        shares: dict[int, _Share] = {}
        shape = _FIRST_GUESS
        latest = now + self._timing.future_tolerance
        newest, events = self._newest_before(raw), 0
        for offset, value in zip(raw.offsets, raw.values, strict=True):
            shape, event = decode_as(shape, value)
            reached = newest
            if isinstance(event, MediaEvent):
                shard = shard_of(event.viewer_id)
                events += 1
                if newest < event.time <= latest:
                    newest = min(event.time, now)
            else:
                # What is no event goes where its id says.
                shard = shard_of(shape_and_viewer(value)[1] or "")
            share = shares.get(shard)
            if share is None:
                share = shares[shard] = _Share(raw)
            share.add(offset, value, shape, event, reached)
        self._newest[raw.partition] = newest
        self._count(raw, events)
        return {shard: share.routed(shard) for shard, share in shares.items()}

    def _newest_before(self, raw: RawBatch) -> int:
        """Return how far a partition is; who reads it again begins anew."""
        back = raw.offsets[0] < self._next.get(raw.partition, 0)
        self._next[raw.partition] = raw.offsets[-1] + 1
        return NEVER if back else self._newest.get(raw.partition, NEVER)

    def _count(self, raw: RawBatch, events: int) -> None:
        before, events_before = self._since_word.get(raw.partition, _NOTHING)
        total = before + len(raw.offsets), events_before + events
        self._since_word[raw.partition] = total

    def _completed(self, word: RawBatch) -> RawBatch:
        """Return a partition's word with how far it is."""
        messages, events = self._since_word.pop(word.partition, _NOTHING)
        # It is read to its end, and has nothing but what is no event.
        is_quiet = messages > 0 and not events and not word.lag_messages
        # What nothing has been added to, the word before has told.
        reached = self._newest[word.partition] if messages else NEVER
        return msgspec.structs.replace(
            word, idle=word.idle or is_quiet, reached=[reached]
        )


def unread(raw: RawBatch, end: int) -> RawBatch:
    """Return what a replayed batch has beyond the end of what its shard has read."""
    if not raw.replayed or not raw.offsets or raw.offsets[0] >= end:
        return raw
    read = bisect_left(raw.offsets, end)
    return msgspec.structs.replace(
        raw,
        offsets=raw.offsets[read:],
        values=raw.values[read:],
        reached=raw.reached[read:],
        decoded=None,
    )


def decoded(raw: RawBatch) -> ShardBatch:
    """Return a routed batch as its shard takes it."""
    if raw.every:
        return ShardBatch(
            raw.partition, every=raw.every, idle=raw.idle, reached=raw.reached
        )
    if raw.decoded is not None:
        return raw.decoded
    share = _Share(raw)
    shape = _FIRST_GUESS
    # Nobody has routed what comes without it.
    known = raw.reached or [NEVER] * len(raw.offsets)
    for offset, value, reached in zip(raw.offsets, raw.values, known, strict=True):
        shape, event = decode_as(shape, value)
        share.add(offset, value, shape, event, reached)
    return share.decoded()
