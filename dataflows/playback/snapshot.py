"""The packed shard: what the recovery store holds."""

from typing import Any, Final

import msgspec

from dataflows.playback.errors import SnapshotFormatError

__all__ = ["PackedShard", "pack_shard", "unpacked"]

_FORMAT: Final = 10


class PackedShard(msgspec.Struct, frozen=True, array_like=True):
    """A snapshot; its shape, by position or by name, raises `_FORMAT` to change.

    The members are what `pack` of a roster, a watermark, a tally and partings returns,
    and how far each partition was read, as offsets.
    """

    format: int
    shards: int
    awake: list[Any]
    resting: dict[str, Any]
    watermark: dict[str, Any]
    tally: dict[str, Any]
    partings: list[dict[str, object]]
    read: dict[str, int]


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(PackedShard).decode


def pack_shard(
    shards: int,
    roster: tuple[list[Any], dict[str, Any]],
    **others: Any,  # noqa: ANN401, members of `PackedShard`
) -> bytes:
    """Return the snapshot of one of so many shards, from the members by name."""
    return _encode(PackedShard(_FORMAT, shards, *roster, **others))


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
