"""The packed shard."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from dataflows.playback.errors import SnapshotFormatError
from dataflows.playback.shard import Shard
from tests.dataflows.playback.streams import TIMING


def changed(position: int, by: int) -> Callable[[list[Any]], bytes]:
    """Return what makes a snapshot with another number at a position."""

    def change(packed: list[Any]) -> bytes:
        packed[position] += by
        return msgspec.msgpack.encode(packed)

    return change


@pytest.mark.parametrize(
    ("damage", "rule"),
    [
        (lambda _: b"", "must be readable"),
        (lambda _: b"\xff", "must be readable"),
        (changed(0, -1), "must be of format"),
        (changed(1, 1), "must be of format"),
    ],
    ids=["empty", "not msgpack", "another format", "another shard count"],
)
def test_foreign_snapshot(damage: Callable[[list[Any]], bytes], rule: str) -> None:
    """A snapshot that this code did not write is refused, not guessed at."""
    packed = msgspec.msgpack.decode(Shard(TIMING).pack())
    with pytest.raises(SnapshotFormatError, match=rule):
        Shard.unpack(TIMING, damage(packed))
