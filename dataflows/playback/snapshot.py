"""The packed shard: what the recovery store holds."""

from typing import Final

import msgspec

from dataflows.playback.errors import SnapshotFormatError
from dataflows.playback.tallies import RunningTally
from dataflows.playback.viewer import PackedViewer
from dataflows.playback.window import Watermark

__all__ = ["PackedShard", "pack_shard", "unpacked"]

_FORMAT: Final = 2


class PackedShard(msgspec.Struct, frozen=True, array_like=True):
    """A snapshot; positional, so that it and what is in it raise `_FORMAT` to change.

    A field that is appended last and has a default needs no other format.
    """

    format: int
    shards: int
    viewers: list[PackedViewer]
    watermark: Watermark
    tally: RunningTally


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(PackedShard).decode


def pack_shard(
    shards: int,
    viewers: list[PackedViewer],
    watermark: Watermark,
    tally: RunningTally,
) -> bytes:
    """Return the snapshot of one of so many shards."""
    return _encode(PackedShard(_FORMAT, shards, viewers, watermark, tally))


def unpacked(data: bytes, shards: int) -> PackedShard:
    """Return what `pack_shard` packed.

    Raises:
        SnapshotFormatError: the snapshot is of another format or shard count.

    """
    try:
        packed = _decode(data)
    except msgspec.DecodeError as ex:
        msg = f"snapshot of a shard must be readable; {ex}"
        raise SnapshotFormatError(msg) from ex
    if (packed.format, packed.shards) != (_FORMAT, shards):
        msg = (
            f"snapshot of a shard must be of format {_FORMAT} with {shards} "
            f"shards; got format {packed.format} with {packed.shards} instead; "
            "start with the version that wrote it, or with a new recovery store"
        )
        raise SnapshotFormatError(msg)
    return packed
