"""Saved shards: on their way into the recovery store, and back out of it.

Bytewax stores a key's whole state at the end of every epoch in which the key had
anything to do, and a shard always has. So what is saved of a shard has a step of its
own, which hears of the shard once in so many epochs (`dataflows.playback.turns`). The
shard's own state then is no more than a word that it is there.
"""

from collections.abc import Iterable
from typing import Final, Never

from bytewax.operators import StatefulBatchLogic

from dataflows.errors import RecoveryError
from dataflows.playback.messages import ShardOutput

__all__ = [
    "PATIENCE_MS",
    "KeptLogic",
    "SavedShard",
    "Shelf",
    "missing_shard",
    "saved_shards",
]

PATIENCE_MS: Final = 30_000
"""How long a shard waits for what was saved of it.

Bytewax hands on what the store held at once, when it has read all of it: the shard and
what was saved come within milliseconds, however much that is. Who waited on for what is
not in the store would keep all that is read meanwhile, until the memory is full.
"""

SavedShard = tuple[int, bytes]
"""A shard's number, and what it packed."""

Shelf = dict[int, bytes]
"""What the recovery store held, by shard, until the shard comes for it."""


def saved_shards(output: ShardOutput) -> Iterable[SavedShard]:
    """Return the saved shard of an output, where it was its turn."""
    return () if output.saved is None else (output.saved,)


def missing_shard(number: int) -> RecoveryError:
    """Return what to raise where nothing came that was saved of a shard."""
    msg = (
        f"recovery store must hold shard `{number}` in the step `sessions.kept`; got "
        f"nothing of it in {PATIENCE_MS // 1_000} s instead; restore all files of the "
        "store from one copy, start with the version that wrote it, or with a new store"
    )
    return RecoveryError(msg)


class KeptLogic(StatefulBatchLogic[SavedShard, Never, SavedShard]):
    """Have Bytewax store a saved shard; the snapshot is what came in the epoch."""

    def __init__(self, shelf: Shelf, number: int | None) -> None:
        self._shelf = shelf
        self._number = number
        self._saved: SavedShard | None = None

    @classmethod
    def resume(cls, state: SavedShard | None, shelf: Shelf) -> "KeptLogic":
        """Return the logic; what the recovery store had goes onto the shelf."""
        if state is None:
            return cls(shelf, None)
        number, shelf[number] = state
        return cls(shelf, number)

    def on_batch(self, values: list[SavedShard]) -> tuple[Iterable[Never], bool]:
        """Take the newest."""
        self._saved = values[-1]
        return (), self.RETAIN

    def on_eof(self) -> tuple[Iterable[Never], bool]:
        """Go, if the shard came: it has all in its own state when the source ended."""
        return (), self.RETAIN if self._number in self._shelf else self.DISCARD

    def snapshot(self) -> SavedShard:
        """Return what came, and let go of it: it is as large as the shard."""
        saved, self._saved = self._saved, None
        if saved is None:
            assert self._number is not None  # noqa: S101, `on_eof` saw it on the shelf
            return self._number, self._shelf[self._number]
        return saved
