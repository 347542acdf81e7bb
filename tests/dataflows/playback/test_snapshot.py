"""The packed shard."""

import msgspec
import pytest

from dataflows.playback.errors import SnapshotFormatError
from dataflows.playback.intake import SHARDS
from dataflows.playback.shard import Shard
from tests.dataflows.playback.streams import TIMING


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff",
        msgspec.msgpack.encode([0, SHARDS, [], {}, {}]),
        msgspec.msgpack.encode([2, SHARDS + 1, [], {}, {}]),
    ],
    ids=["empty", "not msgpack", "another format", "another shard count"],
)
def test_foreign_snapshot(data: bytes) -> None:
    """A snapshot that this code did not write is refused, not guessed at."""
    with pytest.raises(SnapshotFormatError, match="snapshot of a shard must be"):
        Shard.unpack(TIMING, data)
