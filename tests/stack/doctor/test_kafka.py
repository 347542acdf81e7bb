"""The reader looks at the newest of each partition, and leaves nothing behind."""

from collections.abc import Iterator

import pytest
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from stack.doctor.kafka import Kafka
from stack.services.ports import HOST, free_ports
from tests.stack.doctor.samples import send

VALUES = [str(n).encode() for n in range(40)]


@pytest.fixture
def kafka(servers: str) -> Iterator[Kafka]:
    """Look at a topic of four partitions with forty messages."""
    send(servers, "events", [(value, value) for value in VALUES])
    kafka = Kafka({"bootstrap.servers": servers})
    yield kafka
    kafka.close()


def test_all_of_a_small_topic(kafka: Kafka) -> None:
    """Of a topic with fewer messages than asked for, all come."""
    records = kafka.newest("events", 1_000)

    assert sorted(record.value or b"" for record in records) == sorted(VALUES)
    assert all(record.key == record.value for record in records)


def test_newest_of_each_partition(kafka: Kafka) -> None:
    """Of a larger one the last come, as many of each partition."""
    every = kafka.newest("events", 1_000)
    ends = {n: max(r.offset for r in every if r.partition == n) for n in range(4)}

    records = kafka.newest("events", 4)

    assert {(r.partition, r.offset) for r in records} == set(ends.items())


def test_twice_gives_the_same(kafka: Kafka) -> None:
    """Reading moves nothing: the same is there the second time."""
    assert kafka.newest("events", 8) == kafka.newest("events", 8)


def test_no_topic_is_made(kafka: Kafka, servers: str) -> None:
    """Of a topic that is not there nothing comes, and it is not there afterwards."""
    assert kafka.newest("nothing", 10) == []

    topics = AdminClient({"bootstrap.servers": servers}).list_topics(timeout=10).topics
    assert set(topics) == {"events"}


def test_stand_in_is_known(kafka: Kafka) -> None:
    """The mock cluster is told from Kafka."""
    assert kafka.is_stand_in


def test_dead_broker_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    """A broker that is not there is an error within the time given, and is told."""
    monkeypatch.setattr("stack.doctor.kafka._TIMEOUT_S", 0.5)
    kafka = Kafka({"bootstrap.servers": f"{HOST}:{free_ports(1)[0]}"})

    with pytest.raises(KafkaException):
        _ = kafka.cluster
    assert "Connection refused" in kafka.trouble()
    kafka.close()
