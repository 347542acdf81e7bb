"""What the checks ask of Kafka: looks and reads only, each within a few seconds.

Nothing is created: no topic is asked for by a name that the cluster does not have. The
reader is in no consumer group and commits nothing.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from confluent_kafka import (
    OFFSET_END,
    TIMESTAMP_LOG_APPEND_TIME,
    TIMESTAMP_NOT_AVAILABLE,
    Consumer,
    KafkaError,
    KafkaException,
    Message,
    TopicCollection,
    TopicPartition,
)
from confluent_kafka.admin import (  # type: ignore[attr-defined]
    AclOperation,
    AdminClient,
    ClusterMetadata,
    ConfigResource,
    ResourceType,
)

__all__ = ["Kafka", "Record"]

_TIMEOUT_S: Final = 4.0
_READ_S: Final = 6.0
_POLL_S: Final = 0.5

# In the request for offsets of a time, this stands for the first one that is there.
# https://kafka.apache.org/protocol.html#The_Messages_ListOffsets
_EARLIEST: Final = -2


@dataclass(frozen=True, kw_only=True)
class Record:
    """One message; `stamped_ms` is None where nobody stamped it."""

    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    stamped_ms: int | None = None
    stamped_by_broker: bool = False
    headers: dict[str, str] = field(default_factory=dict)


class Kafka:
    """Looks at one cluster; every method raises `KafkaException` where it can't."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        """Take what every client of these brokers starts from."""
        self._config = {**config, "log_level": 0, "error_cb": self._on_error}
        self._trouble = ""

    @cached_property
    def cluster(self) -> ClusterMetadata:
        """The brokers and all topics, as they were when first asked for."""
        return self._admin.list_topics(timeout=_TIMEOUT_S)

    @property
    def is_stand_in(self) -> bool:
        """Whether this is librdkafka's mock cluster, which knows no settings."""
        return str(self.cluster.cluster_id).startswith("mockCluster")

    def partitions(self, topic: str) -> list[int]:
        """Return the numbers of a topic's partitions; none where there is no topic."""
        found = self.cluster.topics.get(topic)
        return [] if found is None else sorted(found.partitions)

    def config(self, topic: str) -> dict[str, str]:
        """Return a topic's settings, those of the broker among them."""
        resource = ConfigResource(ResourceType.TOPIC, topic)
        answer = self._admin.describe_configs([resource], request_timeout=_TIMEOUT_S)
        return {key: e.value for key, e in answer[resource].result().items()}

    def operations(self, topic: str) -> set[AclOperation] | None:
        """Return what this user may do with a topic; None where Kafka can't tell."""
        answer = self._admin.describe_topics(
            TopicCollection([topic]),
            include_authorized_operations=True,
            request_timeout=_TIMEOUT_S,
        )
        operations = answer[topic].result().authorized_operations
        return None if operations is None else set(operations)

    def newest(self, topic: str, count: int) -> list[Record]:
        """Return about the newest `count` records, evenly of each partition, by time.

        They are fewer where the topic has fewer, or where a slow broker gives no more
        in a few seconds.
        """
        numbers = self.partitions(topic)
        if not numbers:
            return []
        low, high = self._offsets(topic, numbers, _EARLIEST, OFFSET_END)
        share = -(-count // len(numbers))
        at = {n: max(low[n], high[n] - share) for n in numbers if high[n] > low[n]}
        records = self._read(topic, at, high)
        # Of one millisecond in an order that is the same each time.
        return sorted(records, key=lambda r: (r.stamped_ms or 0, r.partition, r.offset))

    def trouble(self) -> str:
        """Return the last complaint of the client, which no exception tells."""
        self._admin.poll(0)
        return self._trouble

    def close(self) -> None:
        """Leave the brokers, where they were ever asked."""
        if "_consumer" in self.__dict__:
            self._consumer.close()

    def _on_error(self, error: KafkaError) -> None:
        if error.code() != KafkaError._ALL_BROKERS_DOWN:  # noqa: SLF001, its public name
            self._trouble = error.str()

    @cached_property
    def _admin(self) -> AdminClient:
        return AdminClient(self._config)

    @cached_property
    def _consumer(self) -> Consumer:
        return Consumer(
            {
                **self._config,
                # The client wants a name; without subscribe() no group is behind it.
                "group.id": "live-viewer-doctor",
                "enable.auto.commit": False,
                "enable.auto.offset.store": False,
                "enable.partition.eof": True,
                "auto.offset.reset": "earliest",
                "queued.max.messages.kbytes": 16_384,
            }
        )

    def _offsets(
        self, topic: str, numbers: Sequence[int], *times: int
    ) -> list[dict[int, int]]:
        found = []
        for stamp in times:
            asked = [TopicPartition(topic, number, stamp) for number in numbers]
            answer = self._consumer.offsets_for_times(asked, timeout=_TIMEOUT_S)
            for partition in answer:
                if partition.error is not None:
                    raise KafkaException(partition.error)
            found.append({p.partition: p.offset for p in answer})
        return found

    def _read(
        self, topic: str, at: dict[int, int], end: dict[int, int]
    ) -> list[Record]:
        self._consumer.assign([TopicPartition(topic, n, at[n]) for n in at])
        until = time.monotonic() + _READ_S
        records: list[Record] = []
        unread = set(at)
        while unread and time.monotonic() < until:
            for message in self._consumer.consume(1_000, timeout=_POLL_S):
                error, number = message.error(), message.partition()
                if number is None or number not in at:
                    continue  # word of a connection, which is tried again
                if error is None:
                    records.append(_record(message))
                elif error.code() != KafkaError._PARTITION_EOF:  # noqa: SLF001, its public name
                    raise KafkaException(error)
                if error is not None or records[-1].offset >= end[number] - 1:
                    unread.discard(number)
        self._consumer.unassign()
        if unread and not records:
            raise KafkaException(KafkaError(KafkaError._TIMED_OUT))  # noqa: SLF001, its public name
        return records


def _record(message: Message) -> Record:
    kind, stamp = message.timestamp()
    offset, partition = message.offset(), message.partition()
    headers: list[Any] = list(message.headers() or [])
    return Record(
        partition=-1 if partition is None else partition,
        offset=-1 if offset is None else offset,
        key=message.key(),
        value=message.value(),
        stamped_ms=None if kind == TIMESTAMP_NOT_AVAILABLE else stamp,
        stamped_by_broker=kind == TIMESTAMP_LOG_APPEND_TIME,
        headers={name: _text(value) for name, value in headers},
    )


def _text(value: object) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)
