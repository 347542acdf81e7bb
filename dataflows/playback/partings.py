"""Departures that are known, and not yet told to the history.

A change of status is told at once, for a replay after a crash comes to the same one,
where a viewer's events are in one partition (of several it may read another first). A
departure is not: windows close by the watermark, and a replay may read an event before
the watermark that came after it the first time. What had been told then would stay, and
nobody would take it back. So it waits until the close that it tells of is in a snapshot
that a restart begins with at the earliest.
"""

import msgspec

from dataflows.playback.profile import HistoryItem

__all__ = ["Partings"]


class Partings:
    """The items that wait, by how long they are in a snapshot.

    One that is taken in an epoch can be lost until the epoch after it has ended too.
    """

    __slots__ = ("_durable", "_ended", "_packed", "_young")

    def __init__(self) -> None:
        """Begin with nobody."""
        self._young: dict[tuple[str, str], HistoryItem] = {}
        # In a snapshot of this epoch, and of the one before.
        self._packed: dict[tuple[str, str], HistoryItem] = {}
        self._ended: dict[tuple[str, str], HistoryItem] = {}
        self._durable: dict[tuple[str, str], HistoryItem] = {}

    def put(self, item: HistoryItem) -> None:
        """Let an item wait."""
        self._young[_key(item)] = item

    def drop(self, item: HistoryItem) -> None:
        """Forget an item, if it waits, for the viewer did not leave then."""
        key = _key(item)
        for waiting in (self._young, self._packed, self._ended, self._durable):
            waiting.pop(key, None)

    def take(self, *, at_once: bool = False) -> list[HistoryItem]:
        """Take out what can be told: what can't be lost, or all."""
        if at_once:
            self._durable |= self._ended | self._packed | self._young
            self._young, self._packed, self._ended = {}, {}, {}
        if not self._durable:
            return []
        taken = list(self._durable.values())
        self._durable = {}
        return taken

    def pack(self) -> list[dict[str, object]]:
        """Return what `unpack` takes, and count it as packed in this epoch."""
        self._packed |= self._young
        self._young = {}
        waiting = self._durable | self._ended | self._packed
        return [msgspec.to_builtins(item) for item in waiting.values()]

    def end_epoch(self) -> None:
        """Count what was packed in the epoch before as what can't be lost."""
        self._durable |= self._ended
        self._ended, self._packed = self._packed, {}

    @classmethod
    def unpack(cls, packed: list[dict[str, object]]) -> "Partings":
        """Return what was packed: all in a snapshot that was not lost."""
        partings = cls()
        items = msgspec.convert(packed, list[HistoryItem])
        partings._durable = {_key(item): item for item in items}
        return partings


def _key(item: HistoryItem) -> tuple[str, str]:
    return item.viewer_id, item.collector_tstamp
