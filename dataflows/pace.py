"""Processes that read a backlog keep together, however fast each of them is.

A viewer's events lie in all partitions, and each process reads its own. If one were
ahead by some seconds of event time, nearly each event of the other's would come out of
order, and be folded again, which takes longer than all else: the slower one would get
slower still. No process tells the others how far it is; but what it reads comes to the
shards of all of them, where its partitions' event time can be seen.
"""

from collections import deque
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any, Final

from bytewax.inputs import FixedPartitionedSource, StatefulSourcePartition

from dataflows.playback.events import MediaEvent
from dataflows.playback.messages import RawBatch, ShardBatch

__all__ = ["Pace", "PacedPartition", "PacedSource"]

# Beside the last: what it brought is still on its way to the shards.
_POLLS_AHEAD: Final = 2
# What is behind by fewer messages is live, and must not wait.
_BACKLOG: Final = 2_000
# Of event time: whoever is further ahead is nearly live beside a partition that was not
# read for long, and too far off to fold with it.
_AHEAD_MOST_MS: Final = 60_000
_LOOK_EVERY: Final = timedelta(milliseconds=1)
_WAIT_MOST_S: Final = 1.0


class Pace:
    """How far the partitions are, as the shards of this process see it."""

    def __init__(self) -> None:
        """Begin before anything is heard."""
        self._reached: dict[str, int] = {}

    def hear(self, batch: ShardBatch) -> None:
        """Take note of what has come to a shard."""
        first, last = _first_time(batch.events), _first_time(reversed(batch.events))
        if first is not None and last is not None:
            # Of two, for one may be stamped ahead.
            self._reached[batch.partition] = min(first, last)
        elif batch.idle:
            # Nobody waits for a partition that has no event left.
            self._reached.pop(batch.partition, None)

    def reached(self, partition: str) -> int | None:
        """Return the event time of a partition; None where it has no events."""
        return self._reached.get(partition)

    def slowest(self) -> int | None:
        """Return the event time that all partitions that have events have reached."""
        return min(self._reached.values(), default=None)


def _first_time(events: Iterable[MediaEvent | None]) -> int | None:
    return next((event.time for event in events if event is not None), None)


class PacedPartition(StatefulSourcePartition[RawBatch, Any]):
    """A partition that waits, while it has a backlog, for those far behind it.

    It may be some polls ahead, for events take their time from one process to another.
    Who stays where it is, whatever the reason, is not waited for, and whoever waits
    reads a poll a second: that tells how far it really is, where stamps lied.
    """

    def __init__(
        self,
        partition: StatefulSourcePartition[RawBatch, Any],
        name: str,
        pace: Pace,
        seconds: Callable[[], float] = monotonic,
    ) -> None:
        self._partition = partition
        self._name = name
        self._pace = pace
        self._seconds = seconds
        # How far it was at its last polls.
        self._polls: deque[int] = deque(maxlen=_POLLS_AHEAD)
        self._has_backlog = False
        self._waits = False
        self._waits_since = 0.0
        self._slowest: int | None = None
        self._moved_at = 0.0

    def next_batch(self) -> list[RawBatch]:
        """Return what the partition has; nothing while it waits."""
        self._waits = self._has_backlog and self._is_ahead()
        if self._waits:
            return []
        reached = self._pace.reached(self._name)
        if reached is not None:
            self._polls.append(reached)
        batches = list(self._partition.next_batch())
        self._has_backlog = any(raw.lag_messages >= _BACKLOG for raw in batches)
        return batches

    def next_awake(self) -> datetime | None:
        """See Bytewax."""
        if self._waits:
            return datetime.now(UTC) + _LOOK_EVERY
        return self._partition.next_awake()

    def snapshot(self) -> Any:  # noqa: ANN401, the partition's
        """See Bytewax."""
        return self._partition.snapshot()

    def close(self) -> None:
        """See Bytewax."""
        self._partition.close()

    def _is_ahead(self) -> bool:
        slowest, reached = self._pace.slowest(), self._pace.reached(self._name)
        if slowest is None or reached is None or not self._polls:
            return False
        # A late event may have put it back: nobody waits for themselves.
        ahead = min(reached, *self._polls) - slowest
        if not 0 < ahead <= _AHEAD_MOST_MS:
            return False
        now = self._seconds()
        if slowest != self._slowest:
            self._slowest, self._moved_at = slowest, now
        if not self._waits:
            self._waits_since = now
        return now - min(self._waits_since, self._moved_at) < _WAIT_MOST_S


class PacedSource(FixedPartitionedSource[RawBatch, Any]):
    """A source whose partitions keep pace."""

    def __init__(
        self, source: FixedPartitionedSource[RawBatch, Any], pace: Pace
    ) -> None:
        self._source = source
        self._pace = pace

    def list_parts(self) -> list[str]:
        """See Bytewax."""
        return self._source.list_parts()

    def build_part(
        self,
        step_id: str,
        for_part: str,
        resume_state: Any,  # noqa: ANN401, the partition's
    ) -> PacedPartition:
        """See Bytewax."""
        part = self._source.build_part(step_id, for_part, resume_state)
        return PacedPartition(part, for_part, self._pace)
