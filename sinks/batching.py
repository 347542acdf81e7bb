"""What waits to be written, at most one write a key; no threads, no network, no clock.

A write is *ready* until it is taken, then *in flight* until it is finished or put
back. A newer write of a key in flight is *held* until then, so no key is ever in two
requests at once and the order of its writes is kept without any other ordering.

       add          take             finish
  ------> ready ----------> in flight ------> gone
            ^   <---------- (put_back)
            |  finish or put_back of the key
          held <---- add, while the key is in flight
"""

from collections import OrderedDict
from collections.abc import Hashable, Mapping
from typing import TypeAlias

import msgspec

__all__ = ["CoalescingBuffer", "Key", "Write", "merge"]

Key: TypeAlias = tuple[Hashable, ...]


class Write(msgspec.Struct, frozen=True, gc=False):
    """What should become of the item under a key."""

    key: Key
    item: Mapping[str, object] | None
    """The whole item; `None` deletes."""
    version: str = ""
    """Greater is newer, as text; all the same where versions are not used."""
    overwrites: bool = False
    """It took the place of a delete: what is stored must go, whatever its version."""


def merge(earlier: Write, later: Write) -> Write:
    """Return the one write that does what both, one after the other, would do.

    The later one wins, but never against a greater version. A delete wins whatever the
    versions are, and a put after it is free of what was stored before.
    """
    if later.item is None or later.overwrites:
        return later
    if earlier.item is None:
        return _overwriting(later)
    if later.version < earlier.version:
        return earlier
    return _overwriting(later) if earlier.overwrites else later


def _overwriting(write: Write) -> Write:
    return Write(write.key, write.item, write.version, overwrites=True)


class CoalescingBuffer:
    """Pending writes, oldest first, one a key; see the picture above."""

    def __init__(self) -> None:
        self._ready: OrderedDict[Key, Write] = OrderedDict()
        self._in_flight: dict[Key, Write] = {}
        self._held: dict[Key, Write] = {}
        self.coalesced = 0
        """Writes that another write of their key has made needless."""

    def __len__(self) -> int:
        """Return how many writes are not finished."""
        return len(self._ready) + len(self._in_flight) + len(self._held)

    @property
    def ready(self) -> int:
        """How many writes could be taken now."""
        return len(self._ready)

    @property
    def in_flight(self) -> int:
        """How many writes are taken, and neither finished nor put back."""
        return len(self._in_flight)

    def pending(self) -> list[Write]:
        """Return what is not finished, one write a key: to add it again does the same.

        What is in flight is with them, for nobody knows what will become of it.
        """
        in_flight = [
            merge(write, self._held[key]) if key in self._held else write
            for key, write in self._in_flight.items()
        ]
        return [*in_flight, *self._ready.values()]

    def add(self, write: Write) -> None:
        """Hand in a write, newer than all that were handed in under its key before.

        It takes the place in line of the write that it replaces, so a key that changes
        all the time is written all the same.
        """
        waiting = self._held if write.key in self._in_flight else self._ready
        earlier = waiting.get(write.key)
        if earlier is not None:
            write = merge(earlier, write)
            self.coalesced += 1
        waiting[write.key] = write

    def take(self, limit: int) -> list[Write]:
        """Take up to `limit` writes, the oldest first, into flight."""
        count = min(limit, len(self._ready))
        taken = [self._ready.popitem(last=False)[1] for _ in range(count)]
        self._in_flight.update((write.key, write) for write in taken)
        return taken

    def finish(self, write: Write) -> None:
        """Forget a write in flight: it is done, or needs not be."""
        del self._in_flight[write.key]
        newer = self._held.pop(write.key, None)
        if newer is not None:
            self._ready[write.key] = newer

    def put_back(self, write: Write) -> None:
        """Return a write from flight to the head of the line, or the newer one held."""
        del self._in_flight[write.key]
        newer = self._held.pop(write.key, None)
        if newer is not None:
            write = merge(write, newer)
            self.coalesced += 1
        self._ready[write.key] = write
        self._ready.move_to_end(write.key, last=False)
