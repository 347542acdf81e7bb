"""The Kafka source: whole batches of raw messages with their offsets.

Bytewax's own `KafkaSource` makes an object of each message, which costs more than all
the rest of the flow; a batch of `consume()` is one item here until it is decoded.
"""

import logging
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from bytewax.inputs import FixedPartitionedSource, StatefulSourcePartition
from confluent_kafka import (
    Consumer,
    KafkaError,
    KafkaException,
    Message,
    TopicPartition,
)

from dataflows.playback.messages import RawBatch

__all__ = ["KafkaBatchSource", "SourceError"]

_log = logging.getLogger(__name__)

# With a backlog a viewer's events lie in all partitions: the larger the batches, the
# more of them come out of order, and each of those is folded again.
_BATCH_MOST: Final = 1_000
_WORD_EVERY: Final = timedelta(seconds=1)
_POLL_EVERY: Final = timedelta(milliseconds=2)
_ASK_TIMEOUT_S: Final = 30
_CONFIG: Final[dict[str, Any]] = {
    # The position is in the recovery store; Kafka is told nothing to resume from.
    "group.id": "live-viewer-profiles",
    "enable.auto.commit": False,
    "enable.auto.offset.store": False,
    "enable.partition.eof": True,
    "auto.offset.reset": "earliest",
    # Prefetch a partition, https://github.com/confluentinc/librdkafka CONFIGURATION.md;
    # its default of 64 MB each is a memory of gigabytes with a backlog.
    "queued.max.messages.kbytes": 16_384,
}


class SourceError(RuntimeError):
    """The source topic can't be read."""


class _Partition(StatefulSourcePartition[RawBatch, int]):
    def __init__(
        self, consumer: Consumer, at: TopicPartition, every: tuple[str, ...]
    ) -> None:
        self._consumer = consumer
        self._at = at
        self._every = every
        self._next: int = at.offset
        self._expected: int | None = at.offset
        self._at_end = False
        self._stamped_ms: int | None = None
        self._word_due: datetime | None = None
        self._awake: datetime | None = None
        consumer.assign([at])

    def next_batch(self) -> list[RawBatch]:
        if self._word_due is None:
            # The first thing to be known of a partition is that it is there: until it
            # has said more, nothing that it may hold is late.
            return self._word(datetime.now(UTC))
        offsets: list[int] = []
        values: list[bytes] = []
        last: Message | None = None
        for message in self._consumer.consume(_BATCH_MOST, timeout=0):
            error, offset = message.error(), message.offset()
            if error is not None or offset is None:
                self._heed(error)
                continue
            offsets.append(offset)
            values.append(message.value() or b"")
            last = message
            self._at_end = False
        now = datetime.now(UTC)
        if last is None:
            self._awake = now + _POLL_EVERY
            return self._word(now)
        self._awake = None
        self._check_gap(offsets[0])
        self._next = offsets[-1] + 1
        self._stamped_ms = last.timestamp()[1]
        return [self._batch(now, offsets=offsets, values=values)]

    def next_awake(self) -> datetime | None:
        return self._awake

    def snapshot(self) -> int:
        return self._next

    def close(self) -> None:
        self._consumer.close()

    def _word(self, now: datetime) -> list[RawBatch]:
        """Return this partition's word on itself, at most once a second."""
        if self._word_due is not None and now < self._word_due:
            return []
        self._word_due = now + _WORD_EVERY
        return [self._batch(now, every=self._every, idle=self._at_end)]

    def _batch(self, now: datetime, **content: Any) -> RawBatch:  # noqa: ANN401, fields of `RawBatch`
        """Return a batch of some content, with how far behind this partition is."""
        _, high = self._consumer.get_watermark_offsets(self._at, cached=True)
        behind = max(0, high - self._next)
        age_ms = 0
        if behind and self._stamped_ms is not None:
            age_ms = max(0, round(now.timestamp() * 1000) - self._stamped_ms)
        topic, partition = self._at.topic, str(self._at.partition)
        return RawBatch(topic, partition, lag_messages=behind, lag_ms=age_ms, **content)

    def _heed(self, error: KafkaError | None) -> None:
        if error is None:
            return
        if error.code() == KafkaError._PARTITION_EOF:  # noqa: SLF001, its public name
            self._at_end = True
        elif error.retriable() or error.code() in _PASSING:
            _log.warning("source topic %s: %s; trying again", self._at.topic, error)
        else:
            msg = f"source topic `{self._at.topic}` must be readable; {error.str()}"
            raise SourceError(msg)

    def _check_gap(self, first: int) -> None:
        """Say so when the topic's retention has taken what recovery would read next."""
        if self._expected is not None and first > self._expected:
            _log.error(
                "source topic %s, partition %s: resumed at offset %s, but %s messages "
                "from %s on are gone; raise the topic's retention.ms",
                self._at.topic,
                self._at.partition,
                first,
                first - self._expected,
                self._expected,
            )
        self._expected = None


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


class KafkaBatchSource(FixedPartitionedSource[RawBatch, int]):
    """Read a topic in batches of raw messages.

    Emits `RawBatch`. Unit of parallelism: a Kafka partition. Guarantee: at least once,
    exactly once for the flow's state, as the resume state is the next offset. A broker
    that is away stops the stream until it is back.
    """

    def __init__(
        self,
        bootstrap_servers: str,
        topic: str,
        start: str = "beginning",
        config: dict[str, Any] | None = None,
    ) -> None:
        """Take where to read.

        Args:
            bootstrap_servers: Brokers to ask first, `host:port` with commas between.
            topic: The source topic.
            start: `beginning` or `end`: where a partition without resume state starts.
            config: More librdkafka settings, security's for instance.

        """
        self._topic = topic
        self._start = start
        self._config = {
            **_CONFIG,
            **(config or {}),
            "bootstrap.servers": bootstrap_servers,
        }
        self._parts: tuple[str, ...] = ()

    def list_parts(self) -> list[str]:
        """Ask the broker for the topic's partitions.

        Raises:
            SourceError: the broker does not answer, or has no such topic.

        """
        consumer = Consumer(self._config)
        try:
            found = consumer.list_topics(self._topic, timeout=_ASK_TIMEOUT_S)
        except KafkaException as ex:
            servers = self._config["bootstrap.servers"]
            msg = f"`KAFKA_BOOTSTRAP_SERVERS` must answer; got {ex} from {servers!r}"
            raise SourceError(msg) from ex
        finally:
            consumer.close()
        topic = found.topics[self._topic]
        if topic.error is not None:
            msg = (
                f"source topic `{self._topic}` must exist; got {topic.error} instead; "
                "create it with `python -m stack topics`"
            )
            raise SourceError(msg)
        self._parts = tuple(str(number) for number in sorted(topic.partitions))
        return list(self._parts)

    def build_part(
        self, step_id: str, for_part: str, resume_state: int | None
    ) -> _Partition:
        """See Bytewax; the resume state is the next offset."""
        del step_id
        every = self._parts or tuple(self.list_parts())
        consumer = Consumer(self._config)
        at = TopicPartition(self._topic, int(for_part))
        if resume_state is None:
            # A real offset, so that a restart before the first message loses none.
            low, high = consumer.get_watermark_offsets(at, timeout=_ASK_TIMEOUT_S)
            at.offset = high if self._start == "end" else low
        else:
            at.offset = resume_state
        return _Partition(consumer, at, every)
