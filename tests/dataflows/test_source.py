"""The Kafka source, on librdkafka's mock cluster."""

import logging
from collections.abc import Callable, Iterator
from contextlib import closing
from time import monotonic

import pytest
from confluent_kafka import Producer

from dataflows.playback.messages import RawBatch
from dataflows.source import KafkaBatchSource, SourceError


@pytest.fixture(scope="module")
def cluster() -> Iterator[Producer]:
    """Yield a producer that holds a mock cluster with 4 partitions a topic."""
    producer = Producer({"test.mock.num.brokers": 1})
    yield producer
    producer.flush(10)


@pytest.fixture
def servers(cluster: Producer) -> str:
    """Return the mock cluster's address."""
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
    """Poll until a batch meets a condition; return all that came."""
    deadline = monotonic() + 20
    seen: list[RawBatch] = []
    while not (seen and until(seen[-1])):
        assert monotonic() < deadline, f"got only {seen}"
        seen.extend(next_batch())
    return seen


def test_parts_are_the_partitions(cluster: Producer, servers: str) -> None:
    """There is one part for each partition of the topic."""
    fill(cluster, "parts", [b"x"])

    assert KafkaBatchSource(servers, "parts").list_parts() == ["0", "1", "2", "3"]


def test_batches_hold_messages_and_offsets(cluster: Producer, servers: str) -> None:
    """A partition's messages come in order, with their offsets and bytes."""
    fill(cluster, "whole", [b"a", b"b", b"c"], partition=2)
    source = KafkaBatchSource(servers, "whole")
    with closing(source.build_part("events", "2", None)) as part:
        seen = read(part.next_batch, lambda batch: 2 in batch.offsets)

        assert part.snapshot() == 3
    messages = [pair for b in seen for pair in zip(b.offsets, b.values, strict=True)]
    assert messages == [(0, b"a"), (1, b"b"), (2, b"c")]
    assert {(batch.topic, batch.partition) for batch in seen} == {("whole", "2")}


def test_resume_state_is_the_next_offset(cluster: Producer, servers: str) -> None:
    """A part that resumes reads what comes after its snapshot, and nothing twice."""
    fill(cluster, "resume", [b"a", b"b", b"c"])
    source = KafkaBatchSource(servers, "resume")
    with closing(source.build_part("events", "0", 1)) as part:
        seen = read(part.next_batch, lambda batch: 2 in batch.offsets)

    assert [offset for batch in seen for offset in batch.offsets] == [1, 2]


def test_start_at_the_end_reads_what_is_new(cluster: Producer, servers: str) -> None:
    """Without resume state `end` skips what is there."""
    fill(cluster, "end", [b"old"])
    source = KafkaBatchSource(servers, "end", start="end")
    with closing(source.build_part("events", "0", None)) as part:
        read(part.next_batch, lambda batch: batch.idle)
        assert part.snapshot() == 1
        fill(cluster, "end", [b"new"])
        seen = read(part.next_batch, lambda batch: bool(batch.values))

    assert seen[-1].values == [b"new"]


def test_first_word_is_that_the_partition_is_there(
    cluster: Producer, servers: str
) -> None:
    """Before any message a part names all partitions, and claims no end."""
    fill(cluster, "word", [b"x"])
    source = KafkaBatchSource(servers, "word")
    source.list_parts()
    fill(cluster, "word", [b"y"], partition=1)
    with closing(source.build_part("events", "1", None)) as part:
        seen = read(part.next_batch, lambda batch: batch.idle)

    assert (seen[0].every, seen[0].idle) == (("0", "1", "2", "3"), False)
    assert seen[0].offsets == []
    assert seen[-1].idle


def test_empty_value_is_a_message(cluster: Producer, servers: str) -> None:
    """A message without a value is handed on, to become a dead letter."""
    cluster.produce("empty", None, key=b"k", partition=0)
    assert cluster.flush(10) == 0
    source = KafkaBatchSource(servers, "empty")
    with closing(source.build_part("events", "0", None)) as part:
        seen = read(part.next_batch, lambda batch: bool(batch.offsets))

    assert seen[-1].values == [b""]


def test_messages_gone_by_retention_are_told(
    cluster: Producer, servers: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Resuming behind what the topic still holds is an error in the log."""
    fill(cluster, "gone", [b"a"])
    source = KafkaBatchSource(servers, "gone")
    with closing(source.build_part("events", "0", 0)) as part:
        part._expected = -4
        with caplog.at_level(logging.ERROR):
            read(part.next_batch, lambda batch: bool(batch.values))

    assert "4 messages from -4 on are gone" in caplog.text


def test_missing_topic_names_topic_and_cure(servers: str) -> None:
    """A topic that is not there is an error with its cure."""
    source = KafkaBatchSource(servers, "no-such-topic")

    with pytest.raises(SourceError, match=r"`no-such-topic` must exist.*stack topics"):
        source.list_parts()


def test_silent_broker_names_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    """A broker that does not answer is an error that names the setting."""
    monkeypatch.setattr("dataflows.source._ASK_TIMEOUT_S", 0.2)
    source = KafkaBatchSource("127.0.0.1:1", "events")

    with pytest.raises(SourceError, match=r"KAFKA_BOOTSTRAP_SERVERS.*127\.0\.0\.1:1"):
        source.list_parts()
