"""Source topics, filled once and read by every run; and the reading of a topic."""

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any, Final

from confluent_kafka import OFFSET_BEGINNING, Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic  # type: ignore[attr-defined]

from tests.benchmarks.errors import BenchmarkError

__all__ = ["PARTITIONS", "create", "delete", "fast_producer", "fill", "reading"]

PARTITIONS: Final = 4
"""Of a source topic and of the profiles."""

_PATIENCE_S: Final = 60.0
_POLL_EVERY: Final = 1_000
_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


def create(servers: str, *names: str, partitions: int = PARTITIONS) -> None:
    """Create topics that keep what they hold."""
    admin = _admin(servers)
    new = [NewTopic(n, partitions, config={"retention.ms": "-1"}) for n in names]
    for created in admin.create_topics(new).values():
        created.result(_PATIENCE_S)


def delete(servers: str, names: Iterable[str]) -> None:
    """Delete topics, so that the broker has nothing to do with them any longer."""
    admin = _admin(servers)
    for deleted in admin.delete_topics(list(names)).values():
        deleted.result(_PATIENCE_S)


def _admin(servers: str) -> AdminClient:
    # What it did not deliver any more when it is done is no news.
    return AdminClient({"bootstrap.servers": servers, "log_level": 3})


def fast_producer(servers: str, more: Mapping[str, Any] = _NOTHING) -> Producer:
    """Return a producer for large amounts, with other settings where told."""
    return Producer(
        {
            "bootstrap.servers": servers,
            "linger.ms": 50,
            "batch.size": 1_000_000,
            "compression.type": "lz4",
            "queue.buffering.max.messages": 200_000,
            "queue.buffering.max.kbytes": 500_000,
            **more,
        }
    )


def fill(servers: str, topic: str, messages: Iterable[tuple[bytes, bytes]]) -> int:
    """Send keys and values; return how many.

    Raises:
        BenchmarkError: not all of them have arrived.

    """
    producer = fast_producer(servers)
    sent = 0
    for sent, (key, value) in enumerate(messages, start=1):
        while True:
            try:
                producer.produce(topic, value, key)
                break
            except BufferError:
                producer.poll(0.05)
        if sent % _POLL_EVERY == 0:
            producer.poll(0)
    producer.flush(_PATIENCE_S)
    if (there := _count(servers, topic)) != sent:
        msg = f"`{topic}` must hold {sent} messages; got {there} instead"
        raise BenchmarkError(msg)
    return sent


def _count(servers: str, topic: str) -> int:
    with reading(servers, topic) as consumer:
        ends = [
            consumer.get_watermark_offsets(partition, timeout=_PATIENCE_S)
            for partition in consumer.assignment()
        ]
    return sum(high - low for low, high in ends)


@contextmanager
def reading(
    servers: str, topic: str, start: int = OFFSET_BEGINNING
) -> Iterator[Consumer]:
    """Read all partitions of a topic, from its beginning unless told."""
    consumer = Consumer(
        {
            "bootstrap.servers": servers,
            "group.id": "benchmark",
            "enable.auto.commit": False,
            "fetch.wait.max.ms": 10,
        }
    )
    try:
        partitions = _partitions(consumer, topic)
        consumer.assign([TopicPartition(topic, p, start) for p in partitions])
        yield consumer
    finally:
        consumer.close()


def _partitions(consumer: Consumer, topic: str) -> list[int]:
    # The broker tells of a new topic a moment late.
    deadline = time.monotonic() + _PATIENCE_S
    while True:
        found = consumer.list_topics(topic, timeout=_PATIENCE_S).topics[topic]
        if found.error is None and found.partitions:
            return sorted(found.partitions)
        if time.monotonic() > deadline:
            msg = f"`{topic}` must exist; got {found.error} instead"
            raise BenchmarkError(msg)
        time.sleep(0.05)
