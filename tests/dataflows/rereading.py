"""A source that goes back when it is resumed, without a broker: the real partitions."""

from collections.abc import Sequence
from typing import Any, cast

from bytewax.inputs import AbortExecution, FixedPartitionedSource
from confluent_kafka import (
    TIMESTAMP_NOT_AVAILABLE,
    Consumer,
    Message,
    TopicPartition,
)

from dataflows.offsets import OffsetCommits
from dataflows.partition import Position, SourcePartition
from dataflows.playback.messages import RawBatch

__all__ = ["Rereading"]


class _Stored:
    """A message of a log."""

    def __init__(self, offset: int, value: bytes) -> None:
        self._offset, self._value = offset, value

    def error(self) -> None:
        """Return that there is none."""

    def offset(self) -> int:
        return self._offset

    def value(self) -> bytes:
        return self._value

    def timestamp(self) -> tuple[int, int]:
        return TIMESTAMP_NOT_AVAILABLE, 0


class _LogConsumer:
    """Reads a log, some messages at a time; the flow is aborted where it says so."""

    def __init__(self, log: Sequence[bytes], size: int, aborts: list[int]) -> None:
        self._log, self._size, self._aborts = log, size, aborts
        self._next = 0

    @property
    def over(self) -> bool:
        return self._next >= len(self._log)

    def assign(self, at: list[TopicPartition]) -> None:
        self._next = at[0].offset

    def consume(self, _most: int, timeout: float) -> list[Message]:
        del timeout
        if self._aborts and self._next >= self._aborts[0]:
            del self._aborts[0]
            raise AbortExecution
        found = [
            _Stored(offset, self._log[offset])
            for offset in range(
                self._next, min(self._next + self._size, len(self._log))
            )
        ]
        self._next += len(found)
        return cast("list[Message]", found)

    def get_watermark_offsets(self, *_: Any, **__: Any) -> tuple[int, int]:
        return 0, len(self._log)

    def commit(self, **_: Any) -> None:
        """Tell nobody."""

    def close(self) -> None:
        """Leave nobody."""


class _Part(SourcePartition):
    """A partition that ends with its log, and does not wait between its looks."""

    def next_batch(self) -> list[RawBatch]:
        if cast("_LogConsumer", self._consumer).over:
            raise StopIteration
        return super().next_batch()

    def next_awake(self) -> None:
        """Look again at once."""


class Rereading(FixedPartitionedSource[RawBatch, Position]):
    """Read a log a partition.

    Args:
        logs: The messages of each.
        reread: How many epochs to go back when resumed.
        size: Of a batch.
        aborts: By partition, the offsets at which to abort the flow, each once.

    """

    def __init__(
        self,
        logs: Sequence[Sequence[bytes]],
        reread: int,
        size: int,
        aborts: dict[int, list[int]],
    ) -> None:
        self._logs = logs
        self._reread = reread
        self._size = size
        self._aborts = {part: list(at) for part, at in aborts.items()}

    def breaks(self) -> int:
        """Return how many aborts are still to come."""
        return sum(map(len, self._aborts.values()))

    def list_parts(self) -> list[str]:
        """Return a name a log."""
        return [str(number) for number in range(len(self._logs))]

    def build_part(
        self, step_id: str, for_part: str, resume_state: Position | None
    ) -> SourcePartition:
        """Return the partition, where the recovery store has it."""
        del step_id
        number = int(for_part)
        begin, read_to = resume_state or (0, 0)
        consumer = _LogConsumer(
            self._logs[number], self._size, self._aborts.get(number, [])
        )
        return _Part(
            cast("Consumer", consumer),
            TopicPartition("events", number, begin),
            tuple(self.list_parts()),
            OffsetCommits("events", number),
            read_to=read_to,
            reread=self._reread,
        )
