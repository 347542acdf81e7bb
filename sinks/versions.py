"""Which writes are older than what is stored already, and so must not be sent.

BatchWriteItem takes no condition, and one conditional PutItem an item would cost four
times the throughput. So the version stored under a key is looked up before the key's
first write and remembered from then on. That is as good as a condition as long as
nobody else writes the key meanwhile.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sinks.batching import Key, Write
from sinks.faults import TransientFault
from sinks.stats import WriteStats
from sinks.table import Table

__all__ = ["NewestVersions", "Sorted", "VersionGate"]


class NewestVersions:
    """The version stored under each key, as far as noted; forgets the oldest notes.

    Args:
        capacity: how many keys to remember, 1 or more.

    """

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._versions: OrderedDict[Key, str] = OrderedDict()

    def __len__(self) -> int:
        """Return how many keys are remembered."""
        return len(self._versions)

    def get(self, key: Key) -> str | None:
        """Return the version stored under `key`, or `None` if that must be looked up.

        Where it is known that nothing is stored, this is the empty text.
        """
        return self._versions.get(key)

    def note(self, key: Key, version: str) -> None:
        """Remember what is stored under `key` now."""
        self._versions[key] = version
        self._versions.move_to_end(key)
        if len(self._versions) > self._capacity:
            self._versions.popitem(last=False)


class Sorted(NamedTuple):
    """Writes, by what is known of the version stored under their keys."""

    fresh: list[Write]
    """To be sent: nothing newer is stored."""
    superseded: list[Write]
    """Not to be sent: something newer is stored."""
    unknown: list[Write]
    """To be sorted later: DynamoDB did not come to look them up."""


class VersionGate:
    """Sort out the writes that would put back an older version; for many threads.

    A key must be in the hands of one thread at a time, from `sort` until `note`.

    Args:
        table: where stored versions are looked up.
        version: name of the attribute that holds an item's version.
        capacity: how many keys' versions to remember.
        stats: where retries and throttles of lookups are counted.

    """

    def __init__(
        self, table: Table, version: str, *, capacity: int, stats: WriteStats
    ) -> None:
        self._table = table
        self._version = version
        self._stats = stats
        self._newest = NewestVersions(capacity)
        self._lock = threading.Lock()

    def sort(self, writes: Sequence[Write]) -> Sorted:
        """Sort up to `READ_LIMIT` writes, looking up what is not known."""
        stored = self._stored(writes)
        result = Sorted([], [], [])
        for write in writes:
            version = stored.get(write.key)
            if version is None:
                result.unknown.append(write)
            elif write.version < version:
                result.superseded.append(write)
            else:
                result.fresh.append(write)
        return result

    def note(self, writes: Iterable[Write]) -> None:
        """Remember that these are what is stored now."""
        with self._lock:
            for write in writes:
                self._newest.note(write.key, write.version)

    def _stored(self, writes: Sequence[Write]) -> dict[Key, str | None]:
        """Return the version to beat of each key; `None` if it can't be told now."""
        stored: dict[Key, str | None] = {}
        with self._lock:
            for write in writes:
                free = write.item is None or write.overwrites
                stored[write.key] = "" if free else self._newest.get(write.key)
        unknown = [key for key, version in stored.items() if version is None]
        if unknown:
            stored.update(self._looked_up(unknown))
        return stored

    def _looked_up(self, keys: Sequence[Key]) -> dict[Key, str]:
        try:
            found = self._table.versions(keys, self._version)
            throttled = len(found) < len(keys)
        except TransientFault as ex:
            found, throttled = {}, ex.throttled
        missing = len(keys) - len(found)
        self._stats.count(retries=missing, throttles=int(throttled))
        with self._lock:
            for key, version in found.items():
                self._newest.note(key, version)
        return found
