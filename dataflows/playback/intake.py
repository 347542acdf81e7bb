"""From raw messages to what a shard takes: where each goes, and what it says.

A message is routed by its viewer's id alone, so that it can travel to another process
as the bytes that it is; it is decoded by who has its shard.
"""

from typing import Final
from zlib import crc32

from dataflows.playback.decode import decode, shape_and_viewer
from dataflows.playback.errors import Rejected, Skipped
from dataflows.playback.events import MediaEvent
from dataflows.playback.messages import Arrival, DeadLetter, RawBatch, ShardBatch

__all__ = ["SHARDS", "decoded", "routed", "shard_of"]

SHARDS: Final = 128
"""How many shards there are; part of the recovery format."""


def shard_of(viewer_id: str) -> int:
    """Return the shard of a viewer, the same on every machine and in every run."""
    return crc32(viewer_id.encode()) % SHARDS


def routed(raw: RawBatch) -> dict[int, RawBatch]:
    """Return what each shard has of a batch; a partition's word is for all of them."""
    if raw.every:
        return dict.fromkeys(range(SHARDS), raw)
    batches: dict[int, RawBatch] = {}
    for offset, value in zip(raw.offsets, raw.values, strict=True):
        shape, viewer_id = shape_and_viewer(value)
        if viewer_id is None:
            event = decode(value, shape)
            viewer_id = event.viewer_id if isinstance(event, MediaEvent) else ""
        shard = shard_of(viewer_id)
        batch = batches.get(shard)
        if batch is None:
            # Lists of its own: the defaults are copied.
            batch = batches[shard] = RawBatch(
                raw.topic, raw.partition, stamped_ms=raw.stamped_ms
            )
        batch.offsets.append(offset)
        batch.values.append(value)
        batch.shapes.append(shape)
    return batches


def decoded(raw: RawBatch) -> ShardBatch:
    """Return a routed batch as its shard takes it."""
    if raw.every:
        return ShardBatch(raw.partition, every=raw.every, idle=raw.idle)
    arrivals: list[Arrival] = []
    letters: list[DeadLetter] = []
    shapes: dict[str, int] = {}
    skipped = 0
    for offset, value, shape in zip(raw.offsets, raw.values, raw.shapes, strict=True):
        shapes[shape] = shapes.get(shape, 0) + 1
        event = decode(value, shape)
        if isinstance(event, MediaEvent):
            arrivals.append(Arrival(event, offset, value))
        elif isinstance(event, Skipped):
            skipped += 1
        else:
            letters.append(_letter(raw, offset, value, event))
    return ShardBatch(
        raw.partition,
        arrivals,
        topic=raw.topic,
        letters=letters,
        skipped=skipped,
        shapes=shapes,
    )


def _letter(raw: RawBatch, offset: int, value: bytes, why: Rejected) -> DeadLetter:
    return DeadLetter(value, raw.topic, raw.partition, offset, why.reason, why.detail)
