"""The Kafka sink, on librdkafka's mock cluster and on a producer that fails as told."""

from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import bytewax.operators as op
import pytest
from bytewax.dataflow import Dataflow
from bytewax.testing import TestingSource, run_main
from confluent_kafka import (
    OFFSET_BEGINNING,
    Consumer,
    KafkaError,
    KafkaException,
    Message,
    Producer,
    TopicPartition,
)
from prometheus_client import REGISTRY

from sinks import kafka
from sinks.errors import KafkaDeliveryError
from sinks.kafka import KafkaRecord, KafkaSink
from tests.sinks.stand_ins import eventually

RECORD = KafkaRecord(b"alice", b"{}")


@pytest.fixture(scope="module")
def brokers() -> Iterator[str]:
    """A mock cluster, which lives as long as the client that holds it."""
    holder = Producer({"test.mock.num.brokers": 3})
    found = holder.list_topics(timeout=10).brokers.values()
    yield ",".join(f"{broker.host}:{broker.port}" for broker in found)
    holder.flush(0)


def read(brokers: str, topic: str, count: int) -> list[Message]:
    """Return the first `count` messages of a topic, in order within partitions."""
    consumer = Consumer({"bootstrap.servers": brokers, "group.id": "test"})
    partitions = consumer.list_topics(topic, timeout=10).topics[topic].partitions
    consumer.assign([TopicPartition(topic, n, OFFSET_BEGINNING) for n in partitions])
    messages: list[Message] = []

    def enough() -> bool:
        messages.extend(consumer.consume(100, timeout=0.1))
        return len(messages) >= count

    eventually(enough)
    consumer.close()
    return sorted(messages, key=lambda m: (m.partition(), m.offset()))


class StubProducer:
    """A producer that fails as told.

    Attributes:
        full: how many times there is no room.
        refusal: the error that `produce` raises.
        failures: errors that `poll` and `flush` report, one a call.
        waiting: how many records `flush` reports as not acknowledged, one a call.

    """

    def __init__(self) -> None:
        self.full = 0
        self.refusal: int | None = None
        self.failures: list[int | None] = []
        self.waiting: list[int] = []
        self.produced: list[bytes | None] = []
        self.config: dict[str, Any] = {}

    def __call__(self, config: dict[str, object]) -> "StubProducer":
        self.config = config
        return self

    def produce(
        self, topic: str, value: bytes | None, key: bytes | None, **options: Any
    ) -> None:
        assert topic == "profiles"
        assert not options
        if self.full:
            self.full -= 1
            raise BufferError
        if self.refusal is not None:
            raise KafkaException(KafkaError(self.refusal))
        assert value is not None
        self.produced.append(key)

    def poll(self, timeout: float) -> int:
        assert timeout >= 0
        return self._report()

    def flush(self, timeout: float) -> int:
        assert timeout > 0
        self._report()
        return self.waiting.pop(0) if self.waiting else 0

    def _report(self) -> int:
        if not self.failures:
            return 0
        code = self.failures.pop(0)
        error = None if code is None else KafkaError(code)
        self.config["on_delivery"](error, StubMessage())
        return 1


class StubMessage:
    def key(self) -> bytes:
        return b"alice"


def build(stub: StubProducer) -> Any:
    """Return a partition of the topic `profiles` on a stand-in."""
    return KafkaSink("localhost:1", "profiles", producer_factory=stub).build_part(
        "out", "0", None
    )


def run(records: list[tuple[str, KafkaRecord]], to: KafkaSink) -> None:
    """Run a flow of keyed records into a sink."""
    flow = Dataflow("test")
    op.output("out", op.input("in", flow, TestingSource(records)), to)
    run_main(flow, epoch_interval=timedelta(0))


def test_flow(brokers: str) -> None:
    """Keys, values, tombstones and headers arrive, in order for each key."""
    records = [
        KafkaRecord(b"alice", b"1", (("reason", b"late"), ("offset", b"7"))),
        KafkaRecord(b"alice", b"2"),
        KafkaRecord(b"alice", None),
    ]
    run([("alice", record) for record in records], KafkaSink(brokers, "flow", parts=2))

    found = read(brokers, "flow", 3)
    assert [message.value() for message in found] == [b"1", b"2", None]
    assert {message.key() for message in found} == {b"alice"}
    assert [message.headers() for message in found] == [
        [("reason", b"late"), ("offset", b"7")],
        None,
        None,
    ]


def test_snapshot_makes_records_durable(brokers: str) -> None:
    """After the snapshot every record can be read, though nothing was closed."""
    part = KafkaSink(brokers, "durable").build_part("out", "0", None)
    part.write_batch([KafkaRecord(str(n).encode(), b"x") for n in range(1000)])
    part.snapshot()

    assert len(read(brokers, "durable", 1000)) == 1000
    part.close()


def test_twenty_megabytes(brokers: str) -> None:
    """A record goes through whatever its size; only the topic may refuse it."""
    to = KafkaSink(brokers, "large")
    part = to.build_part("out", "0", None)
    part.write_batch([KafkaRecord(None, bytes(20_000_000))])
    part.snapshot()
    part.close()


def test_too_large(brokers: str) -> None:
    """A record over the limit is refused at once, with what to raise."""
    part = KafkaSink(brokers, "large", config={"message.max.bytes": 1000}).build_part(
        "out", "0", None
    )
    rule = r"`large` must take the record of key b'k'; got MSG_SIZE_TOO_LARGE .*; raise"
    with pytest.raises(KafkaDeliveryError, match=rule):
        part.write_batch([KafkaRecord(b"k", bytes(2000))])
    part.close()


def test_unreachable_brokers() -> None:
    """Brokers that stay away past the delivery timeout end the flow, with the cure."""
    config = {"delivery.timeout.ms": 100, "linger.ms": 0}
    part = KafkaSink("127.0.0.1:1", "profiles", config=config).build_part(
        "out", "0", None
    )
    part.write_batch([RECORD])
    with pytest.raises(KafkaDeliveryError, match=r"_MSG_TIMED_OUT .*; check that"):
        part.snapshot()
    part.close()


def test_parts() -> None:
    """There are as many partitions as asked for."""
    assert KafkaSink("localhost:1", "t", parts=2).list_parts() == ["0", "1"]


def test_config() -> None:
    """The producer loses nothing and repeats nothing, unless told otherwise."""
    stub = StubProducer()
    KafkaSink(
        "localhost:1", "t", config={"linger.ms": 50}, producer_factory=stub
    ).build_part("out", "0", None)

    assert stub.config["bootstrap.servers"] == "localhost:1"
    assert stub.config["enable.idempotence"] is True
    assert stub.config["acks"] == "all"
    assert stub.config["linger.ms"] == 50


def test_full_queue_is_waited_for(caplog: pytest.LogCaptureFixture) -> None:
    """While the queue is full the dataflow waits and says so; no record is lost."""
    stub = StubProducer()
    stub.full = 3
    stub.failures = [None]
    build(stub).write_batch([RECORD, KafkaRecord(b"bob", b"{}")])

    assert stub.produced == [b"alice", b"bob"]
    assert caplog.text.count("the producer's queue stays full") == 2


def told(name: str, **labels: str) -> float:
    """Return the value of a metric of the topic `profiles`."""
    labels = {"to": "profiles", **labels}
    return REGISTRY.get_sample_value(f"live_viewers_sink_{name}", labels) or 0.0


def test_metrics_of_what_is_written() -> None:
    """Batches, records, waits for room and flushes are counted by topic."""
    names = ("batches_total", "waits_total", "flush_seconds_count")
    before = [told(name) for name in names]
    items = told("items_total", result="written")
    stub = StubProducer()
    stub.full = 1
    part = build(stub)
    part.write_batch([RECORD, RECORD])
    part.snapshot()

    assert [told(name) for name in names] == [count + 1 for count in before]
    assert told("items_total", result="written") == items + 2


def test_metrics_of_throttles() -> None:
    """A broker that slows the producer down is counted, the end of it is not."""
    before = told("throttles_total")
    stub = StubProducer()
    build(stub)
    heed = stub.config["throttle_cb"]
    for seconds in (0.2, 0.0):
        heed(SimpleNamespace(throttle_time=seconds))

    assert told("throttles_total") == before + 1


def test_a_failure_ends_the_wait_for_room() -> None:
    """A queue that can't drain is not waited for."""
    stub = StubProducer()
    stub.full = 9
    stub.failures = [KafkaError.TOPIC_AUTHORIZATION_FAILED]
    with pytest.raises(KafkaDeliveryError, match="allow this client to write"):
        build(stub).write_batch([RECORD])


def test_failure_is_raised_by_the_next_call() -> None:
    """The first error is raised, and stays."""
    stub = StubProducer()
    part = build(stub)
    part.write_batch([RECORD])
    stub.failures = [KafkaError.UNKNOWN_TOPIC_OR_PART, KafkaError.INVALID_RECORD]
    rule = r"key b'alice'; got UNKNOWN_TOPIC_OR_PART .*; create it with"
    for call in (part.snapshot, lambda: part.write_batch([]), part.snapshot):
        with pytest.raises(KafkaDeliveryError, match=rule):
            call()


def test_snapshot_waits_and_says_so(caplog: pytest.LogCaptureFixture) -> None:
    """While brokers don't acknowledge, the dataflow waits and the log tells why."""
    stub = StubProducer()
    stub.waiting = [2, 1]
    part = build(stub)
    part.write_batch([RECORD])
    part.snapshot()

    assert "waiting for the brokers to acknowledge 2 records" in caplog.text
    assert stub.waiting == []


def test_failure_is_heard_before_the_epoch_ends() -> None:
    """A failure ends a long epoch, too: reports are served after some records."""
    stub = StubProducer()
    part = build(stub)
    stub.failures = [KafkaError.INVALID_RECORD]
    with pytest.raises(KafkaDeliveryError, match="INVALID_RECORD"):
        part.write_batch([RECORD] * 1_000)


def test_flow_ends_with_the_error() -> None:
    """A record that the brokers refuse ends the flow with the reason."""
    stub = StubProducer()
    stub.refusal = KafkaError.INVALID_RECORD
    to = KafkaSink("localhost:1", "profiles", producer_factory=stub)
    with pytest.raises(KafkaDeliveryError, match=r"INVALID_RECORD .*broker's log"):
        run([("alice", RECORD)], to)


@pytest.mark.parametrize("waiting", [[], [1]])
def test_close_never_raises(
    waiting: list[int], caplog: pytest.LogCaptureFixture
) -> None:
    """A flow that fails while brokers are away ends, and tells what was lost."""
    stub = StubProducer()
    stub.waiting = list(waiting)
    part = build(stub)
    part.write_batch([RECORD])
    part.close()

    assert ("1 records not acknowledged" in caplog.text) == bool(waiting)


def test_close_after_a_failure(caplog: pytest.LogCaptureFixture) -> None:
    """What has been raised is not raised again, only logged."""
    stub = StubProducer()
    part = build(stub)
    stub.failures = [KafkaError._MSG_TIMED_OUT]
    with pytest.raises(KafkaDeliveryError):
        part.snapshot()
    part.close()

    assert "_MSG_TIMED_OUT" in caplog.text
    assert kafka.__name__ in {record.name for record in caplog.records}
