"""The Kafka source: whole batches of raw messages with their offsets.

Bytewax's own `KafkaSource` makes an object of each message, which costs more than all
the rest of the flow; a batch of `consume()` is one item here until it is decoded.
"""

from typing import Any, Final

from bytewax.inputs import FixedPartitionedSource
from confluent_kafka import Consumer, KafkaException, TopicPartition

from dataflows.census import PartitionCensus
from dataflows.errors import SourceError
from dataflows.metrics import SOURCE_PARTITIONS
from dataflows.offsets import OffsetCommits, check_end, first_offset
from dataflows.partition import Position, SourcePartition
from dataflows.playback.messages import RawBatch

__all__ = ["KafkaBatchSource", "SourceError"]

_ASK_TIMEOUT_S: Final = 30
_CONFIG: Final[dict[str, Any]] = {
    # The position is in the recovery store; Kafka is told nothing to resume from, only
    # what `OffsetCommits` has for lag tools.
    "group.id": "live-viewer-profiles",
    "enable.auto.commit": False,
    "enable.auto.offset.store": False,
    "enable.partition.eof": True,
    "auto.offset.reset": "earliest",
    # Prefetch a partition, https://github.com/confluentinc/librdkafka CONFIGURATION.md;
    # its default of 64 MB each is a memory of gigabytes with a backlog. Once that is
    # full, fetching pauses, by default for a second: longer than what is there lasts.
    "queued.max.messages.kbytes": 4_096,
    "fetch.queue.backoff.ms": 20,
}


class KafkaBatchSource(FixedPartitionedSource[RawBatch, Position]):
    """Read a topic in batches of raw messages.

    Emits `RawBatch`. Unit of parallelism: a Kafka partition. Guarantee: at least once,
    exactly once for the flow's state, which knows the offsets that it has read. A
    broker that is away stops the stream until it is back.
    """

    def __init__(
        self,
        bootstrap_servers: str,
        topic: str,
        start: str = "beginning",
        reread: int = 0,
        config: dict[str, Any] | None = None,
    ) -> None:
        """Take where to read.

        Args:
            bootstrap_servers: Brokers to ask first, `host:port` with commas between.
            topic: The source topic.
            start: `beginning` or `end`: where a partition without resume state starts.
            reread: How many epochs to go back when resumed.
            config: More librdkafka settings: security's, or `group.id`.

        """
        self._topic = topic
        self._start = start
        self._reread = reread
        self._config = {
            **_CONFIG,
            **(config or {}),
            "bootstrap.servers": bootstrap_servers,
        }
        self._numbers: tuple[int, ...] = ()

    def list_parts(self) -> list[str]:
        """Ask the broker for the topic's partitions.

        Raises:
            SourceError: the broker does not answer, or has no such topic.

        """
        try:
            consumer = Consumer(self._config)
            try:
                found = consumer.list_topics(self._topic, timeout=_ASK_TIMEOUT_S)
            finally:
                consumer.close()
        except KafkaException as ex:
            servers = self._config["bootstrap.servers"]
            msg = (
                f"`KAFKA_BOOTSTRAP_SERVERS` must answer; got {ex} from {servers!r}; "
                "see that they are up, and what `KAFKA_SECURITY_PROTOCOL` they want"
            )
            raise SourceError(msg) from ex
        topic = found.topics[self._topic]
        if topic.error is not None:
            msg = (
                f"source topic `{self._topic}` must exist; got {topic.error} instead; "
                "create it with `python -m stack topics`"
            )
            raise SourceError(msg)
        self._numbers = tuple(sorted(topic.partitions))
        SOURCE_PARTITIONS.set(len(self._numbers))
        return [str(number) for number in self._numbers]

    def build_part(
        self, step_id: str, for_part: str, resume_state: Position | int | None
    ) -> SourcePartition:
        """See Bytewax; the resume state is where to begin, and where the run ended.

        Raises:
            SourceError: the state is another version's, the topic does not hold what
                was read, or the broker does not answer.

        """
        del step_id
        if isinstance(resume_state, int):
            msg = (
                "recovery store must hold two offsets a partition; got one, "
                f"{resume_state}, of partition {for_part} instead; start with the "
                "version that wrote it, or with a new recovery store"
            )
            raise SourceError(msg)
        if not self._numbers:
            self.list_parts()
        commits = OffsetCommits(self._topic, int(for_part))
        consumer = Consumer({**self._config, "on_commit": commits.heed})
        at = TopicPartition(self._topic, int(for_part))
        try:
            if resume_state is None:
                at.offset = first_offset(consumer, at, self._numbers, self._start)
                read_to = 0
            else:
                at.offset, read_to = resume_state
                check_end(consumer, at, read_to)
        except KafkaException as ex:
            consumer.close()
            msg = f"source topic `{self._topic}` must tell its offsets; got {ex}"
            raise SourceError(msg) from ex
        census = None
        if at.partition == self._numbers[0]:  # one looks for all of them
            known = len(self._numbers)
            census = PartitionCensus(Consumer(self._config), self._topic, known)
        every = tuple(str(number) for number in self._numbers)
        return SourcePartition(
            consumer, at, every, commits, census, read_to=read_to, reread=self._reread
        )
