"""Event time: the gaps that end a session, the watermark, and the wheel of what is due.

All times are milliseconds. Event time comes from the events; the clock is an argument.
"""

from typing import Any, Final

__all__ = ["NEVER", "ExpiryWheel", "Watermark"]

NEVER: Final = -(2**62)
"""Before every event."""

_FOREVER: Final = 2**62 - 1
_SLOT_MS: Final = 1_000
_NOT_IDLE: Final = (NEVER, NEVER)
_KEPT: Final = ("partitions", "idle", "value", "carried", "ticked")
# More than this between two ticks means that we slept, and not that the stream did.
_TICK_MOST_MS: Final = 10_000


class Watermark:
    """How far event time has come for one shard.

    `value` is the event time that every source partition has reached, by the events of
    this shard and by its word on those of all others: in a replay at full speed the
    partitions are read at different paces, and what one has still to deliver is not
    late. A partition that is at its end must not hold the others up: by
    each word that it is idle, it has reached what was newest at its word before, for
    whatever it held then would have come in between.

    When all are idle, the clock carries the reading on, so that a silent viewer leaves
    even when nobody else sends; windows close by `reading`, and a close that an event
    proves wrong is corrected.

    What is late is so by its own partition's events, whose order is the same whenever
    they are read: by `value`, which hangs on the paces of the others too, an event
    that was used before a crash would be late after it. `value` counts only where it
    is ahead of the partition: after it was idle, or if it is new. An outage or a slow
    reader makes nothing late.
    """

    __slots__ = (
        "_every",
        "_heard",
        "_newest",
        "_others",
        "carried",
        "idle",
        "partitions",
        "ticked",
        "value",
    )

    def __init__(self) -> None:
        """Begin before every event."""
        # The partition that was heard last, how far it is (in `partitions` it is only
        # noted later), and how far the slowest other is: events of one come many at a
        # time.
        self._heard: str | None = None
        self._newest = NEVER
        # The partitions that there were by the last word.
        self._every: tuple[str, ...] = ()
        self._others = NEVER
        # How far the events of each are.
        self.partitions: dict[str, int] = {}
        # Of each that is at its end, what it has reached by that, and what was newest
        # of all at its last word.
        self.idle: dict[str, tuple[int, int]] = {}
        self.value = NEVER
        self.carried = 0
        self.ticked: int | None = None

    def pack(self) -> dict[str, Any]:
        """Return what `unpack` takes: the recovery format, by name."""
        self._note()
        return {name: getattr(self, name) for name in _KEPT}

    @classmethod
    def unpack(cls, packed: dict[str, Any]) -> "Watermark":
        """Return the watermark that was packed."""
        watermark = cls()
        for name in _KEPT:
            setattr(watermark, name, packed[name])
        # A tuple is read back as a list.
        idle: dict[str, list[int]] = packed["idle"]
        watermark.idle = {name: (at, newest) for name, (at, newest) in idle.items()}
        return watermark

    def observe(self, partition: str, time: int) -> None:
        """Take note of an event of a partition."""
        if partition != self._heard:
            self._turn_to(partition)
        if time > self._newest:
            self._newest = time
            self._reach(min(time, self._others))

    def behind(self, time: int) -> int:
        """Return how late an event is, of the partition that was heard last."""
        return max(self._newest, self.value) - time

    def hear(
        self,
        partition: str,
        every: tuple[str, ...],
        *,
        idle: bool,
        reached: int = NEVER,
    ) -> None:
        """Take note of a partition's word, which it gives every second or two.

        Args:
            partition: The one that speaks.
            every: All that there are; others are forgotten.
            idle: It has no event left to deliver.
            reached: How far its events are, of those of other shards too.

        """
        self._note()
        if every != self._every:
            self._keep(every)
        self.partitions[partition] = max(self.partitions[partition], reached)
        if idle:
            _, before = self.idle.get(partition, _NOT_IDLE)
            self.idle[partition] = before, max(self.partitions.values())
        else:
            self.idle.pop(partition, None)
        self._heard = None
        self._reach(min(map(self._reached, self.partitions), default=NEVER))

    def tick(self, now: int) -> None:
        """Let the clock carry the reading on while no partition has anything."""
        if self.ticked is not None and len(self.idle) == len(self.partitions):
            self.carried += min(max(0, now - self.ticked), _TICK_MOST_MS)
        self.ticked = now

    def reading(self) -> int:
        """Return the event time by which windows close."""
        return self.value + self.carried

    def _keep(self, every: tuple[str, ...]) -> None:
        """Keep the partitions that there are."""
        for gone in self.partitions.keys() - set(every):
            del self.partitions[gone]
            self.idle.pop(gone, None)
        for name in every:
            self.partitions.setdefault(name, NEVER)
        self._every = every

    def _turn_to(self, partition: str) -> None:
        """Take note of a partition that has events, and of how far the others are."""
        self._note()
        self.idle.pop(partition, None)
        self._newest = self.partitions.setdefault(partition, NEVER)
        others = [self._reached(name) for name in self.partitions if name != partition]
        self._others = min(others, default=_FOREVER)
        self._heard = partition

    def _reached(self, partition: str) -> int:
        """Return how far a partition is, by its events or by being idle."""
        by_idling, _ = self.idle.get(partition, _NOT_IDLE)
        return max(self.partitions[partition], by_idling)

    def _note(self) -> None:
        """Note how far the partition is that was heard last."""
        if self._heard is not None:
            self.partitions[self._heard] = self._newest

    def _reach(self, reached: int) -> None:
        if reached > self.value:
            self.value = reached
            self.carried = 0


class ExpiryWheel:
    """Who is to be looked at when: viewers in slots of a second.

    A viewer is in the wheel once for each time that it was put there; one that has been
    moved on is found in its old slot and passed over by the caller, so nothing is ever
    searched or taken out.
    """

    def __init__(self) -> None:
        self._slots: dict[int, list[str]] = {}
        # Before it all slots are empty.
        self._first = _FOREVER

    def put(self, viewer_id: str, at: int, present: int = 0) -> int:
        """Put a viewer into the slot of a time, and return the slot.

        Who is in a slot (`present`, 0 if in none) that comes sooner stays there: one
        that is due later is moved when found.
        """
        slot = at // _SLOT_MS + 1
        if present and present <= slot:
            return present
        self.put_in(slot, viewer_id)
        return slot

    def put_in(self, slot: int, viewer_id: str) -> None:
        """Put a viewer into a slot."""
        viewers = self._slots.get(slot)
        if viewers is None:
            self._slots[slot] = [viewer_id]
            self._first = min(self._first, slot)
        else:
            viewers.append(viewer_id)

    def take_due(self, now: int) -> list[tuple[int, str]]:
        """Take out the viewers, with their slots, whose slot a time has reached."""
        reached = now // _SLOT_MS
        if self._first > reached:
            return []
        if reached - self._first < len(self._slots):
            due = [s for s in range(self._first, reached + 1) if s in self._slots]
        else:
            due = sorted(slot for slot in self._slots if slot <= reached)
        self._first = reached + 1
        return [(slot, viewer) for slot in due for viewer in self._slots.pop(slot)]
