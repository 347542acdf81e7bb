"""Records into a Kafka topic, durable at the end of each epoch."""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Final, Protocol, TypeAlias

import msgspec
from bytewax.outputs import FixedPartitionedSink, StatefulSinkPartition
from confluent_kafka import (
    KafkaError,
    KafkaException,
    Message,
    Producer,
    ThrottleEvent,
)

from sinks.errors import KafkaDeliveryError
from sinks.metrics import BATCHES, FLUSH_SECONDS, ITEMS, THROTTLES, WAITS

__all__ = ["KafkaProducer", "KafkaRecord", "KafkaSink", "ProducerFactory"]

_log = logging.getLogger(__name__)

# How long to wait for the brokers before saying so, again and again.
_PATIENCE_S: Final = 5.0

# https://github.com/confluentinc/librdkafka/blob/master/CONFIGURATION.md
_DEFAULTS: Final[Mapping[str, object]] = {
    # No duplicates and no disorder out of librdkafka's own retries.
    "enable.idempotence": True,
    "acks": "all",
    # Part of every build; profiles are alike, and shrink well together.
    "compression.type": "lz4",
    # What one activation of the flow hands in goes together; longer would only wait.
    "linger.ms": 2,
    # An outage slows the flow down; past the longest failover of a broker, restart and
    # resume from the last epoch: a cure for what waiting won't cure, and nothing lost.
    "delivery.timeout.ms": 600_000,
    # The most that it knows: what is too large is for the topic to say.
    "message.max.bytes": 1_000_000_000,
    # Memory that an outage may take, of each partition, before `write_batch` waits.
    "queue.buffering.max.kbytes": 131_072,
    # A callback a record would cost more than the rest of this sink.
    "delivery.report.only.error": True,
}

# The flow writes a record or two at a time; librdkafka's reports and the metrics can
# wait for so many, or for the end of the epoch.
_SERVE_EVERY: Final = 100

_CURES: Final[Mapping[int, str]] = {
    KafkaError.MSG_SIZE_TOO_LARGE: (
        "raise `max.message.bytes` of the topic, and `message.max.bytes` of this sink"
    ),
    KafkaError.UNKNOWN_TOPIC_OR_PART: "create it with `python -m stack topics`",
    KafkaError._UNKNOWN_TOPIC: "create it with `python -m stack topics`",  # noqa: SLF001, its public name
    KafkaError.TOPIC_AUTHORIZATION_FAILED: "allow this client to write to the topic",
    KafkaError._MSG_TIMED_OUT: (  # noqa: SLF001, its public name
        "check that the brokers can be reached, then start again: the flow resumes "
        "where its last epoch ended"
    ),
}


class KafkaRecord(msgspec.Struct, frozen=True, gc=False):
    """What one Kafka message is made of; a value of `None` is a tombstone."""

    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()


class KafkaProducer(Protocol):
    """What the sink needs of `confluent_kafka.Producer`."""

    def produce(
        self,
        topic: str,
        value: bytes | None,
        key: bytes | None,
        *,
        headers: list[tuple[str, str | bytes | None]] | None = None,
    ) -> None:
        """Queue a record; raise `BufferError` if there is no room.

        What becomes of it, the `on_delivery` of the configuration is told.
        """
        ...

    def poll(self, timeout: float) -> int:
        """Serve delivery reports; return how many, 0 if none came in `timeout`."""
        ...

    def flush(self, timeout: float) -> int:
        """Send what is queued; return how many records are still not acknowledged."""
        ...


ProducerFactory: TypeAlias = Callable[[dict[str, object]], KafkaProducer]


def _create_producer(config: dict[str, object]) -> KafkaProducer:
    return Producer({**config, "logger": _log})


class KafkaSink(FixedPartitionedSink[KafkaRecord, None]):
    """Write records into a topic.

    An unreachable broker slows the flow down: `write_batch` waits for room in the
    producer's queue, `snapshot` for the acknowledgement of all that was written.

    Unit of parallelism: `parts`, each with a producer of its own; a key of the stream
    always goes to the same one. Guarantee: at least once, in order for each key of the
    stream. A repeat is harmless to readers that take the last record of a key.

    Args:
        bootstrap_servers: brokers to ask first, `host:port`, with commas between.
        topic: where to write.
        config: librdkafka's settings, in place of or beside ours.
        parts: how many producers, over all workers.
        producer_factory: makes a producer out of its configuration.

    """

    def __init__(
        self,
        bootstrap_servers: str,
        topic: str,
        *,
        config: Mapping[str, object] | None = None,
        parts: int = 1,
        producer_factory: ProducerFactory = _create_producer,
    ) -> None:
        self._topic = topic
        self._config = {
            **_DEFAULTS,
            "bootstrap.servers": bootstrap_servers,
            **(config or {}),
        }
        self._parts = parts
        self._producer_factory = producer_factory

    def list_parts(self) -> list[str]:
        """Return the names of the partitions: `0`, `1`, and so on."""
        return [str(part) for part in range(self._parts)]

    def build_part(
        self,
        step_id: str,  # noqa: ARG002, the signature is Bytewax's
        for_part: str,  # noqa: ARG002, the same
        resume_state: None,  # noqa: ARG002, a topic is only ever appended to
    ) -> "_KafkaPartition":
        """Open the producer of a partition."""
        config = {**self._config, "throttle_cb": self._heed_throttle}
        return _KafkaPartition(self._producer_factory, config, self._topic)

    def _heed_throttle(self, event: ThrottleEvent) -> None:
        # The end of it is told, too, as a time of 0.
        if event.throttle_time:
            THROTTLES.labels(self._topic).inc()


class _KafkaPartition(StatefulSinkPartition[KafkaRecord, None]):
    def __init__(
        self, create: ProducerFactory, config: dict[str, object], topic: str
    ) -> None:
        self._topic = topic
        self._failure: KafkaDeliveryError | None = None
        # One callback for all: one that is given with each record costs a third more.
        self._producer = create({**config, "on_delivery": self._on_delivery})
        self._batches = 0
        self._records = 0
        self._all_batches = BATCHES.labels(topic)
        self._all_records = ITEMS.labels(topic, "written")

    def write_batch(self, values: Sequence[KafkaRecord]) -> None:
        for record in values:
            self._produce(record)
        self._batches += 1
        self._records += len(values)
        if self._records >= _SERVE_EVERY:
            self._serve()
        self._check()

    def _serve(self) -> None:
        """Hear what became of records, and count those that were handed over."""
        self._producer.poll(0)
        self._all_batches.inc(self._batches)
        self._all_records.inc(self._records)
        self._batches = self._records = 0

    def snapshot(self) -> None:
        with FLUSH_SECONDS.labels(self._topic).time():
            self._serve()
            self._flush()

    def _flush(self) -> None:
        while waiting := self._producer.flush(_PATIENCE_S):
            _log.warning(
                "topic %s: waiting for the brokers to acknowledge %d records",
                self._topic,
                waiting,
            )
            self._check()
        self._check()

    def close(self) -> None:
        # The flow has flushed before, unless it fails, here or elsewhere. Then what is
        # lost comes again when it resumes, and to raise once more would make Bytewax
        # abort the process.
        waiting = 0 if self._failure else self._producer.flush(_PATIENCE_S)
        if waiting or self._failure:
            _log.error(
                "topic %s: closed, %d records not acknowledged; %s",
                self._topic,
                waiting,
                self._failure or "the brokers don't answer",
            )

    def _produce(self, record: KafkaRecord) -> None:
        topic, value, key = self._topic, record.value, record.key
        while True:
            try:
                if record.headers:
                    headers: list[tuple[str, str | bytes | None]]
                    headers = list(record.headers)
                    self._producer.produce(topic, value, key, headers=headers)
                else:
                    self._producer.produce(topic, value, key)
            except BufferError:
                self._await_room()
            except KafkaException as ex:
                raise self._refusal(ex.args[0], key) from ex
            else:
                return

    def _await_room(self) -> None:
        WAITS.labels(self._topic).inc()
        if not self._producer.poll(_PATIENCE_S):
            _log.warning("topic %s: the producer's queue stays full", self._topic)
        self._check()

    def _on_delivery(self, error: KafkaError | None, message: Message) -> None:
        # The first one is the cause; those after it often only follow from it.
        if error is not None and self._failure is None:
            self._failure = self._refusal(error, message.key())

    def _check(self) -> None:
        if self._failure is not None:
            raise self._failure

    def _refusal(self, error: KafkaError, key: object) -> KafkaDeliveryError:
        cure = _CURES.get(error.code(), "see the broker's log")
        msg = (
            f"topic `{self._topic}` must take the record of key {key!r}; got "
            f"{error.name()} ({error.str()}) instead; {cure}"
        )
        return KafkaDeliveryError(msg)
