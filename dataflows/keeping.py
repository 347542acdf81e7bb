"""Saved shards: on their way into the recovery store, and back out of it.

Bytewax stores a key's whole state at the end of every epoch in which the key had
anything to do, and a shard always has. So what is saved of a shard has a step of its
own, which hears of the shard once in so many epochs (`dataflows.playback.turns`). The
shard's own state then is no more than a word that it is there.
"""

from collections.abc import Iterable
from typing import Never

from bytewax.operators import StatefulBatchLogic

from dataflows.playback.messages import ShardOutput

__all__ = ["KeptLogic", "SavedShard", "Shelf", "saved_shards"]

SavedShard = tuple[int, bytes]
"""A shard's number, and what it packed."""

Shelf = dict[int, bytes]
"""What the recovery store held, by shard, until the shard comes for it."""


def saved_shards(output: ShardOutput) -> Iterable[SavedShard]:
    """Return the saved shard of an output, where it was its turn."""
    return () if output.saved is None else (output.saved,)


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
