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

__all__ = ["SHARDS", "decoded", "routed", "shard_of", "unread"]

SHARDS: Final = 128
"""How many shards there are; part of the recovery format."""

_FIRST_GUESS: Final = Shape.FLAT_JSON


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
        self._letters: list[DeadLetter] = []
        self._shapes: dict[str, int] = {}
        self._skipped = 0

    def add(
        self,
        offset: int,
        value: bytes,
        shape: Shape,
        event: MediaEvent | Skipped | Rejected,
    ) -> None:
        """Take a message, and what it says."""
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
        )

    def routed(self, shard: int) -> RawBatch:
        """Return it as it goes to the shard."""
        raw = self._raw
        return RawBatch(
            raw.topic,
            raw.partition,
            self._offsets,
            self._values,
            stamped_ms=raw.stamped_ms,
            epoch=raw.epoch,
            reread=raw.reread,
            replayed=raw.replayed,
            shard=shard,
            decoded=self.decoded(),
        )


def routed(raw: RawBatch) -> dict[int, RawBatch]:
    """Return what each shard has of a batch; a partition's word is for all of them."""
    if raw.every:
        return {n: msgspec.structs.replace(raw, shard=n) for n in range(SHARDS)}
    shares: dict[int, _Share] = {}
    shape = _FIRST_GUESS
    for offset, value in zip(raw.offsets, raw.values, strict=True):
        shape, event = decode_as(shape, value)
        shard = _place(value, event)
        share = shares.get(shard)
        if share is None:
            share = shares[shard] = _Share(raw)
        share.add(offset, value, shape, event)
    return {shard: share.routed(shard) for shard, share in shares.items()}


def _place(value: bytes, event: MediaEvent | Skipped | Rejected) -> int:
    """Return the shard of a message; what is no event goes where its id says."""
    if isinstance(event, MediaEvent):
        return shard_of(event.viewer_id)
    return shard_of(shape_and_viewer(value)[1] or "")


def unread(raw: RawBatch, end: int) -> RawBatch:
    """Return what a replayed batch has beyond the end of what its shard has read."""
    if not raw.replayed or not raw.offsets or raw.offsets[0] >= end:
        return raw
    read = bisect_left(raw.offsets, end)
    return msgspec.structs.replace(
        raw, offsets=raw.offsets[read:], values=raw.values[read:], decoded=None
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
    for offset, value in zip(raw.offsets, raw.values, strict=True):
        shape, event = decode_as(shape, value)
        share.add(offset, value, shape, event)
    return share.decoded()
