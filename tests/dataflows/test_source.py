"""The Kafka source, on librdkafka's mock cluster."""

import logging
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from confluent_kafka import Consumer, KafkaError, KafkaException, Message, Producer

import dataflows.source as source_module
from dataflows.source import KafkaBatchSource, SourceError
from tests.dataflows.cluster import fill, read, servers_of


@pytest.fixture(scope="module")
def cluster() -> Iterator[Producer]:
    """Yield a producer that holds a mock cluster with 4 partitions a topic."""
    producer = Producer({"test.mock.num.brokers": 1})
    yield producer
    producer.flush(10)


@pytest.fixture
def servers(cluster: Producer) -> str:
    """Return the mock cluster's address."""
    return servers_of(cluster)


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

        assert part.snapshot() == (3, 3)
    messages = [pair for b in seen for pair in zip(b.offsets, b.values, strict=True)]
    assert messages == [(0, b"a"), (1, b"b"), (2, b"c")]
    assert {(batch.topic, batch.partition) for batch in seen} == {("whole", "2")}


def test_end_behind_messages(cluster: Producer, servers: str) -> None:
    """A partition whose end is told with its last messages is idle by the next word."""
    fill(cluster, "behind", [b"a", b"b"])
    source = KafkaBatchSource(servers, "behind")
    with closing(source.build_part("events", "0", None)) as part:
        part._consumer = cast("Consumer", _AtOnce(part._consumer, messages=2))
        seen = read(part.next_batch, lambda batch: bool(batch.values))
        words = read(part.next_batch, lambda batch: bool(batch.every))

    assert seen[-1].offsets == [0, 1]
    assert words[-1].idle


def test_backlog_waits_for_nothing(cluster: Producer, servers: str) -> None:
    """A part that finds much looks again at once; the next look finds the rest."""
    fill(cluster, "backlog", [b"x"] * 300)
    source = KafkaBatchSource(servers, "backlog")
    with closing(source.build_part("events", "0", None)) as part:
        part._consumer = cast("Consumer", _AtOnce(part._consumer, messages=300))
        seen = read(part.next_batch, lambda batch: bool(batch.values))

        assert len(seen[-1].values) == 300
        assert part.next_awake() is None


def test_parts_look_at_the_same_moments(cluster: Producer, servers: str) -> None:
    """Parts that find little look again at the same moment, not each at its own."""
    fill(cluster, "little", [b"x"])
    fill(cluster, "little", [b"x"], partition=1)
    source = KafkaBatchSource(servers, "little")
    for name in ("0", "1"):
        with closing(source.build_part("events", name, None)) as part:
            read(part.next_batch, lambda batch: bool(batch.values))
            awake = part.next_awake()

        assert awake is not None
        assert awake.microsecond % 5_000 == 0
        assert awake <= datetime.now(UTC) + timedelta(milliseconds=5)


def test_broker_that_does_not_tell_where_to_begin(
    monkeypatch: pytest.MonkeyPatch, cluster: Producer, servers: str
) -> None:
    """A broker that is lost while a part begins is named, not thrown."""

    def lost(*_: object) -> int:
        raise KafkaException(KafkaError(KafkaError._TRANSPORT))

    monkeypatch.setattr(source_module, "first_offset", lost)
    fill(cluster, "lost", [b"a"])
    source = KafkaBatchSource(servers, "lost")
    with pytest.raises(SourceError, match="`lost` must tell its offsets"):
        source.build_part("events", "0", None)


def test_gap_that_nobody_explains(
    cluster: Producer, servers: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A gap is told as one that can't be explained while the broker is away."""
    fill(cluster, "unexplained", [b"a"])
    source = KafkaBatchSource(servers, "unexplained")
    with closing(source.build_part("events", "0", None)) as part:
        part._next = -4
        part._consumer = cast("Consumer", _Silent(part._consumer))
        read(part.next_batch, lambda batch: bool(batch.values))

    assert "can't explain a gap" in caplog.text


def test_no_gap_is_no_question(
    cluster: Producer, servers: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The broker, for whose answer the flow waits, is asked only where one is."""
    fill(cluster, "gapless", [b"a", b"b"])
    source = KafkaBatchSource(servers, "gapless")
    with closing(source.build_part("events", "0", None)) as part:
        part._consumer = cast("Consumer", _Silent(part._consumer))
        read(part.next_batch, lambda batch: 1 in batch.offsets)

    assert "can't explain a gap" not in caplog.text


class _Silent:
    """A consumer whose broker answers no question."""

    def __init__(self, consumer: Any) -> None:
        self._consumer = consumer

    def get_watermark_offsets(self, *_: Any, **how: Any) -> tuple[int, int]:
        if how.get("cached"):
            return (-1001, -1001)
        raise KafkaException(KafkaError(KafkaError._TIMED_OUT))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._consumer, name)


def test_broker_that_falls_silent(cluster: Producer, servers: str) -> None:
    """Who can't know whether more was written is not idle, and lags by that time."""
    fill(cluster, "unreachable", [b"a"])
    source = KafkaBatchSource(servers, "unreachable")
    with closing(source.build_part("events", "0", None)) as part:
        read(part.next_batch, lambda batch: batch.idle)
        consumer = part._consumer
        part._consumer = cast("Consumer", _Unreachable(consumer))
        part._end._heard -= timedelta(minutes=1)
        during = read(part.next_batch, lambda batch: bool(batch.every))
        part._consumer = consumer
        after = read(part.next_batch, lambda batch: batch.idle)

    assert [batch.idle for batch in during] == [False]
    assert 60_000 <= during[-1].lag_ms < 90_000
    assert after[-1].lag_ms == 0


def test_brokers_that_are_gone() -> None:
    """What was at its end is not idle any more, and lags, when its broker is lost."""
    cluster = Producer({"test.mock.num.brokers": 1})
    fill(cluster, "lost-later", [b"a"])
    source = KafkaBatchSource(servers_of(cluster), "lost-later")
    with closing(source.build_part("events", "0", None)) as part:
        read(part.next_batch, lambda batch: batch.idle)
        del cluster  # and with it its brokers
        seen = read(part.next_batch, lambda batch: batch.lag_ms > 0)

    assert not seen[-1].idle
    assert seen[-1].lag_messages == 0


class _Unreachable:
    """A consumer to which its broker tells nothing."""

    def __init__(self, consumer: Any) -> None:
        self._consumer = consumer

    def consume(self, *_: Any, **__: Any) -> list[Message]:
        return []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._consumer, name)


class _AtOnce:
    """A consumer that hands messages over with the end behind them."""

    def __init__(self, consumer: Any, messages: int) -> None:
        self._consumer = consumer
        self._wanted = messages + 1

    def consume(self, most: int, timeout: float) -> list[Message]:
        found: list[Message] = []
        while len(found) < self._wanted:
            found += self._consumer.consume(most, timeout=max(timeout, 0.1))
        self._wanted = 0
        return found

    def __getattr__(self, name: str) -> Any:
        return getattr(self._consumer, name)


def test_resume_state_is_the_next_offset(cluster: Producer, servers: str) -> None:
    """A part that resumes reads what comes after its snapshot, and nothing twice."""
    fill(cluster, "resume", [b"a", b"b", b"c"])
    source = KafkaBatchSource(servers, "resume")
    with closing(source.build_part("events", "0", (1, 1))) as part:
        seen = read(part.next_batch, lambda batch: 2 in batch.offsets)

    assert [offset for batch in seen for offset in batch.offsets] == [1, 2]


def test_goes_back_by_epochs(cluster: Producer, servers: str) -> None:
    """The state is where the epoch before so many began, and where the newest ended."""
    source = KafkaBatchSource(servers, "back", reread=2)
    positions, epochs = [], []
    fill(cluster, "back", [b"0"])
    with closing(source.build_part("events", "0", None)) as part:
        for _ in range(5):
            seen = read(part.next_batch, lambda batch: bool(batch.offsets))
            epochs += [batch.epoch for batch in seen if batch.offsets]
            positions.append(part.snapshot())
            fill(cluster, "back", [b"x"])

    assert epochs == [0, 1, 2, 3, 4]
    assert positions == [(0, 1), (0, 2), (0, 3), (1, 4), (2, 5)]


def test_each_epoch_has_a_word(cluster: Producer, servers: str) -> None:
    """With an epoch's first messages goes a word; one without a word is no epoch."""
    source = KafkaBatchSource(servers, "said", reread=2)
    fill(cluster, "said", [b"0"])
    with closing(source.build_part("events", "0", None)) as part:
        part.next_batch()
        states = [part.snapshot(), part.snapshot()]
        batches = read(part.next_batch, lambda batch: bool(batch.every))
        assert [(batch.values, batch.epoch) for batch in batches] == [
            ([b"0"], 1),
            ([], 1),
        ]
        fill(cluster, "said", [b"1"])
        read(part.next_batch, lambda batch: 1 in batch.offsets)
        states += [part.snapshot(), part.snapshot()]

    assert states == [(0, 0), (0, 0), (0, 2), (0, 2)]


def test_what_was_read_before_is_marked(cluster: Producer, servers: str) -> None:
    """A part that goes back tells what an earlier run has read from what is new."""
    fill(cluster, "again", [b"0", b"1", b"2", b"3"])
    source = KafkaBatchSource(servers, "again", reread=2)
    with closing(source.build_part("events", "0", (1, 3))) as part:
        part._consumer = cast("Consumer", _AtOnce(part._consumer, messages=3))
        seen = [*part.next_batch(), *part.next_batch()]
        state = part.snapshot()

    assert [(b.offsets, b.replayed) for b in seen] == [
        ([], True),
        ([1, 2], True),
        ([3], False),
    ]
    assert state == (1, 4)


def test_tail_that_is_gone(cluster: Producer, servers: str) -> None:
    """At the end of what there is, nothing is read again any more."""
    fill(cluster, "tail", [b"0", b"1"])
    source = KafkaBatchSource(servers, "tail", reread=2)
    with closing(source.build_part("events", "0", (1, 2))) as part:
        part._read_to = 9
        seen = read(part.next_batch, lambda batch: batch.idle)
        fill(cluster, "tail", [b"2"])
        new = read(part.next_batch, lambda batch: bool(batch.values))

    assert [b.replayed for b in seen if b.values] == [True]
    assert not seen[-1].replayed
    assert not new[-1].replayed


def test_topic_that_ends_before_what_was_read(cluster: Producer, servers: str) -> None:
    """A topic that holds less than was read is not the one, and says so."""
    fill(cluster, "less", [b"0", b"1"])
    source = KafkaBatchSource(servers, "less", reread=2)

    with pytest.raises(SourceError, match="got offset 2 after 9 instead"):
        source.build_part("events", "0", (1, 9))


def test_topic_made_anew(cluster: Producer, servers: str) -> None:
    """Where offsets begin again while they are read, the flow ends and says so."""
    fill(cluster, "anew", [b"0", b"1"])
    source = KafkaBatchSource(servers, "anew", reread=2)
    with closing(source.build_part("events", "0", None)) as part:
        part._next = 5
        with pytest.raises(SourceError, match="got offset 0 after 5 instead"):
            read(part.next_batch, lambda batch: bool(batch.values))


def test_start_at_the_end_reads_what_is_new(cluster: Producer, servers: str) -> None:
    """Without resume state `end` skips what is there."""
    fill(cluster, "end", [b"old"])
    source = KafkaBatchSource(servers, "end", start="end")
    with closing(source.build_part("events", "0", None)) as part:
        read(part.next_batch, lambda batch: batch.idle)
        assert part.snapshot() == (1, 1)
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


def test_end_is_told_again_and_again(cluster: Producer, servers: str) -> None:
    """While there is nothing the end is told anew, and what comes then comes once."""
    fill(cluster, "told", [b"a"])
    source = KafkaBatchSource(servers, "told")
    with closing(source.build_part("events", "0", None)) as part:
        told = _Ends(part._consumer)
        part._consumer = cast("Consumer", told)
        read(part.next_batch, lambda _: told.offsets == [1, 1])
        fill(cluster, "told", [b"b"])
        new = read(part.next_batch, lambda batch: bool(batch.values))
        read(part.next_batch, lambda _: told.offsets[-1:] == [2])

    assert [batch.offsets for batch in new if batch.values] == [[1]]


class _Ends:
    """A consumer that notes where it was told that the end is."""

    def __init__(self, consumer: Any) -> None:
        self._consumer = consumer
        self.offsets: list[int | None] = []

    def consume(self, most: int, timeout: float) -> list[Message]:
        found: list[Message] = self._consumer.consume(most, timeout=timeout)
        self.offsets += [message.offset() for message in found if message.error()]
        return found

    def __getattr__(self, name: str) -> Any:
        return getattr(self._consumer, name)


def test_empty_value_is_a_message(cluster: Producer, servers: str) -> None:
    """A message without a value is handed on, to become a dead letter."""
    cluster.produce("empty", None, key=b"k", partition=0)
    assert cluster.flush(10) == 0
    source = KafkaBatchSource(servers, "empty")
    with closing(source.build_part("events", "0", None)) as part:
        seen = read(part.next_batch, lambda batch: bool(batch.offsets))

    assert seen[-1].values == [b""]


@pytest.mark.parametrize("gone", [1, 4])
def test_messages_gone_by_retention_are_told(
    cluster: Producer, servers: str, caplog: pytest.LogCaptureFixture, gone: int
) -> None:
    """Resuming behind what the topic still holds is an error in the log."""
    topic = f"gone-{gone}"
    fill(cluster, topic, [b"a"])
    source = KafkaBatchSource(servers, topic)
    with closing(source.build_part("events", "0", (0, 0))) as part:
        part._next = -gone
        with caplog.at_level(logging.ERROR):
            read(part.next_batch, lambda batch: bool(batch.values))

    assert f"{gone} messages from offset -{gone} on are gone" in caplog.text


def test_batch_tells_when_its_first_message_was_stamped(
    cluster: Producer, servers: str
) -> None:
    """The stamp of a batch is that of its oldest message."""
    for stamp in (1_795_000_000_001, 1_795_000_000_002):
        cluster.produce("stamped", b"x", partition=0, timestamp=stamp)
    assert cluster.flush(10) == 0
    source = KafkaBatchSource(servers, "stamped")
    with closing(source.build_part("events", "0", None)) as part:
        seen = read(part.next_batch, lambda batch: 1 in batch.offsets)

    first = next(batch for batch in seen if batch.offsets)
    assert first.stamped_ms == 1_795_000_000_001


def test_new_partition_ends_the_flow(cluster: Producer, servers: str) -> None:
    """When the topic gets partitions, the one that looks for them says so."""
    fill(cluster, "grown", [b"x"])
    source = KafkaBatchSource(servers, "grown")
    source.list_parts()
    source._numbers = (0, 1)
    with (
        closing(source.build_part("events", "0", None)) as first,
        closing(source.build_part("events", "1", None)) as second,
    ):
        assert first._census is not None
        assert second._census is None
        first._census._due = datetime.now(UTC)
        with pytest.raises(SourceError, match=r"must keep its 2 partitions .* got 4"):
            read(first.next_batch, lambda _: False)


def test_store_of_another_version(servers: str) -> None:
    """A resume state that this version did not write is refused, with the cure."""
    source = KafkaBatchSource(servers, "older")

    with pytest.raises(SourceError, match="with a new recovery store"):
        source.build_part("events", "0", 5)


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
