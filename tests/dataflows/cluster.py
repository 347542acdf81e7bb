"""librdkafka's mock cluster, as tests of the source use it: 4 partitions a topic."""

from collections.abc import Callable
from contextlib import closing, suppress
from time import monotonic

from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition

from dataflows.playback.messages import RawBatch

__all__ = ["committed", "fill", "read", "servers_of"]


def servers_of(cluster: Producer) -> str:
    """Return the address of the mock cluster that a producer holds."""
    brokers = cluster.list_topics(timeout=10).brokers.values()
    return ",".join(f"{broker.host}:{broker.port}" for broker in brokers)


def fill(
    cluster: Producer, topic: str, values: list[bytes], partition: int = 0
) -> None:
    """Produce values to a partition, and wait for them."""
    for value in values:
        cluster.produce(topic, value, partition=partition)
    assert cluster.flush(10) == 0


def read(
    next_batch: Callable[[], list[RawBatch]], until: Callable[[RawBatch], bool]
) -> list[RawBatch]:
    """Poll until a batch meets a condition; return all until then."""
    deadline = monotonic() + 20
    seen: list[RawBatch] = []
    while True:
        assert monotonic() < deadline, f"got only {seen}"
        for batch in next_batch():
            seen.append(batch)
            if until(batch):
                return seen


def committed(servers: str, group: str, topic: str) -> dict[int, int]:
    """Return what a group has committed, by partition; nothing where none can tell."""
    config = {"bootstrap.servers": servers, "group.id": group}
    with closing(Consumer(config)) as consumer, suppress(KafkaException):
        found = consumer.list_topics(topic, timeout=10).topics[topic]
        asked = [TopicPartition(topic, number) for number in found.partitions]
        answer = consumer.committed(asked, timeout=10)
        return {at.partition: at.offset for at in answer if at.offset >= 0}
    return {}  # a broker that has just started does not know yet who keeps groups
