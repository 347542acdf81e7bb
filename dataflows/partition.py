"""One partition of the source topic: messages in batches, and its word on itself."""

import logging
from bisect import bisect_left
from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final, cast

from bytewax.inputs import StatefulSourcePartition
from confluent_kafka import (
    TIMESTAMP_NOT_AVAILABLE,
    Consumer,
    KafkaError,
    Message,
    TopicPartition,
)

from dataflows.census import PartitionCensus
from dataflows.errors import SourceError
from dataflows.offsets import OffsetCommits, made_anew, tell_gap
from dataflows.partition_end import PartitionEnd
from dataflows.playback.messages import RawBatch

__all__ = ["Position", "SourcePartition"]

_log = logging.getLogger(__name__)

# With a backlog a viewer's events lie in all partitions: the larger the batches, the
# more of them come out of order, and each of those is folded again.
_BATCH_MOST: Final = 2_000
_WORD_EVERY: Final = timedelta(seconds=1)
# A batch of one event costs a shard nearly as much as one of five: what comes within
# some milliseconds goes through together, of all partitions, as they look at the same
# moments. Where so much is found at once, there is a backlog, and nothing to wait for.
_LOOK_EVERY: Final = timedelta(milliseconds=5)
_BACKLOG: Final = 250
_BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)


Position = tuple[int, int]
"""An offset to begin with, and the one before which all was read by an earlier run."""


class SourcePartition(StatefulSourcePartition[RawBatch, Position]):
    """Reads one partition of the source topic.

    Args:
        consumer: this partition's own, with `partition.eof` enabled.
        at: the partition, and the offset to begin with.
        every: the names of all partitions.
        commits: tells the consumer group of finished epochs.
        census: looks for new partitions, where this is the one to do so.
        read_to: the offset before which all was read by an earlier run.
        reread: how many epochs to go back when resumed; see `RawBatch`.

    """

    def __init__(
        self,
        consumer: Consumer,
        at: TopicPartition,
        every: tuple[str, ...],
        commits: OffsetCommits,
        census: PartitionCensus | None = None,
        *,
        read_to: int = 0,
        reread: int = 0,
    ) -> None:
        self._consumer = consumer
        self._at = at
        self._every = every
        self._commits = commits
        self._census = census
        self._next: int = at.offset
        self._read_to = read_to
        self._reread = reread
        self._epoch = 0
        # Where the newest epochs began. Who goes back reads one more, of which nothing
        # is used but how far the partition was (`Reach`).
        self._began = deque([self._next], maxlen=reread + 2 if reread else 1)
        self._end = PartitionEnd(at.topic, at.partition, datetime.now(UTC))
        self._stamped_ms = 0
        self._word_due: datetime | None = None
        # Whether there was a word in this epoch.
        self._said = False
        self._awake: datetime | None = None
        consumer.assign([at])

    def next_batch(self) -> list[RawBatch]:
        """Return the messages that are there, and this partition's word on itself.

        The word is told with an epoch's first messages, and each second without any.

        Raises:
            SourceError: the topic can't be read, or has got more partitions.

        """
        if self._word_due is None:
            # The first thing to be known of a partition is that it is there: until it
            # has said more, nothing that it may hold is late.
            return [self._word(datetime.now(UTC))]
        found = self._consumer.consume(_BATCH_MOST, timeout=0)
        now = datetime.now(UTC)
        messages = self._messages_of(found, now)
        if self._census is not None:
            self._census.look(now)
        self._awake = None if len(messages) >= _BACKLOG else _next_look(now)
        batches = list(self._batches(messages, now))
        if not self._said if messages else now >= self._word_due:
            batches.append(self._word(now))
        return batches

    def next_awake(self) -> datetime | None:
        """See Bytewax; where there is no backlog, the next look is a little later."""
        return self._awake

    def snapshot(self) -> Position:
        """See Bytewax; an epoch of which nobody heard is one with the next."""
        read_to = max(self._next, self._read_to)
        self._commits.snapshot(self._consumer, read_to)
        if self._said:
            self._said = False
            self._epoch += 1
            self._began.append(self._next)
        return self._began[0], read_to

    def close(self) -> None:
        """Leave the brokers."""
        if self._census is not None:
            self._census.close()
        self._consumer.close()

    def _messages_of(self, found: list[Message], now: datetime) -> list[Message]:
        """Return the messages, and heed what else is told among them."""
        messages: list[Message] = []
        end: Message | None = None
        for message in found:
            error = message.error()
            if error is None:
                messages.append(message)
                # In their order: the end may be told behind them.
                end = None
            elif error.code() == KafkaError._PARTITION_EOF:  # noqa: SLF001, its public name
                end = message
            else:
                self._heed(error)
        if messages:
            self._end.pass_by(now)
        if end is not None:
            self._end.reach(cast("int", end.offset()), now)
        return messages

    def _batches(self, messages: list[Message], now: datetime) -> Iterator[RawBatch]:
        """Yield the messages; those apart that an earlier run has read."""
        if not messages:
            return
        # What is no error has an offset.
        offsets = [cast("int", message.offset()) for message in messages]
        if offsets[0] < self._next:
            raise made_anew(self._at.topic, self._next, offsets[0])
        if offsets[-1] + 1 - self._next > len(offsets):
            tell_gap(self._consumer, self._at, self._next)
        again = bisect_left(offsets, self._read_to)
        for part in (slice(again), slice(again, None)):
            if offsets[part]:
                yield self._messages(messages[part], offsets[part], now)

    def _messages(
        self, messages: list[Message], offsets: list[int], now: datetime
    ) -> RawBatch:
        self._next = offsets[-1] + 1
        self._stamped_ms = _stamp(messages[-1])
        return self._batch(
            now,
            offsets=offsets,
            values=[message.value() or b"" for message in messages],
            stamped_ms=_stamp(messages[0]),
            replayed=self._next <= self._read_to,
        )

    def _word(self, now: datetime) -> RawBatch:
        """Return this partition's word on itself."""
        self._word_due = now + _WORD_EVERY
        self._said = True
        idle = self._end.holds(now)
        if idle:
            self._read_to = min(self._read_to, self._next)
        self._end.ask(self._consumer, now)
        replayed = self._next < self._read_to
        return self._batch(now, every=self._every, idle=idle, replayed=replayed)

    def _batch(self, now: datetime, **content: Any) -> RawBatch:  # noqa: ANN401, fields of `RawBatch`
        """Return a batch of some content, with how far behind this partition is."""
        _, high = self._consumer.get_watermark_offsets(self._at, cached=True)
        behind = max(0, high - self._next)
        age_ms = self._end.silent_ms(now)
        if behind and self._stamped_ms:
            age_ms = max(age_ms, round(now.timestamp() * 1000) - self._stamped_ms)
        return RawBatch(
            self._at.topic,
            str(self._at.partition),
            lag_messages=behind,
            lag_ms=age_ms,
            epoch=self._epoch,
            reread=self._reread,
            **content,
        )

    def _heed(self, error: KafkaError) -> None:
        if error.retriable() or error.code() in _PASSING:
            _log.warning("source topic %s: %s; trying again", self._at.topic, error)
        else:
            msg = f"source topic `{self._at.topic}` must be readable; {error.str()}"
            raise SourceError(msg)


def _next_look(now: datetime) -> datetime:
    """Return the next of the moments at which all partitions look."""
    return now + _LOOK_EVERY - (now - _BEGINNING) % _LOOK_EVERY


def _stamp(message: Message) -> int:
    """Return when a message was stamped, in ms since 1970; 0 where nobody did."""
    kind, stamp = message.timestamp()
    return 0 if kind == TIMESTAMP_NOT_AVAILABLE else stamp


# What passes by itself: librdkafka reconnects, and goes on where it was.
_PASSING: Final = frozenset(
    {
        KafkaError._ALL_BROKERS_DOWN,  # noqa: SLF001, its public name
        KafkaError._TRANSPORT,  # noqa: SLF001, its public name
        KafkaError._RESOLVE,  # noqa: SLF001, its public name
        KafkaError._TIMED_OUT,  # noqa: SLF001, its public name
        KafkaError.LEADER_NOT_AVAILABLE,
        KafkaError.NOT_LEADER_FOR_PARTITION,
    }
)
