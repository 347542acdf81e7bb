"""What the consumer group is told, and what of it counts at a start."""

import logging
from collections.abc import Iterable, Iterator
from contextlib import closing
from typing import Any, cast

import pytest
from confluent_kafka import (
    Consumer,
    KafkaError,
    KafkaException,
    Producer,
    TopicPartition,
)

from dataflows.metrics import OFFSET_COMMITS
from dataflows.offsets import OffsetCommits
from dataflows.partition import Position
from dataflows.source import KafkaBatchSource
from tests.dataflows.cluster import committed, fill, read, servers_of
from tests.stack.polling import until


@pytest.fixture(scope="module")
def cluster() -> Iterator[Producer]:
    """Yield a producer that holds a mock cluster."""
    producer = Producer({"test.mock.num.brokers": 1})
    yield producer
    producer.flush(10)


@pytest.fixture
def servers(cluster: Producer) -> str:
    """Return the mock cluster's address."""
    return servers_of(cluster)


def source_of(servers: str, topic: str, start: str = "beginning") -> KafkaBatchSource:
    """Return a source whose group is named as its topic."""
    return KafkaBatchSource(servers, topic, start, config={"group.id": topic})


def commit(servers: str, topic: str, at: dict[int, int]) -> None:
    """Commit offsets by partition to the group that is named as the topic."""
    config = {"bootstrap.servers": servers, "group.id": topic}
    with closing(Consumer(config)) as consumer:
        offsets = [TopicPartition(topic, number, at[number]) for number in at]
        consumer.commit(offsets=offsets, asynchronous=False)


def test_commits_the_finished_epoch(cluster: Producer, servers: str) -> None:
    """At a snapshot the group is told of the snapshot before, as far as it is sure."""
    fill(cluster, "epochs", [b"a", b"b"])
    with closing(source_of(servers, "epochs").build_part("events", "0", None)) as part:
        read(part.next_batch, lambda batch: 1 in batch.offsets)
        part.snapshot()
        fill(cluster, "epochs", [b"c"])
        read(part.next_batch, lambda batch: 2 in batch.offsets)

        assert committed(servers, "epochs", "epochs") == {}
        assert part.snapshot() == (3, 3)
        until(lambda: committed(servers, "epochs", "epochs") == {0: 2})


def test_answers_are_counted(cluster: Producer, servers: str) -> None:
    """A commit that is done counts, once it is answered."""
    fill(cluster, "counted", [b"a"])
    before = OFFSET_COMMITS.labels("done")._value.get()
    with closing(source_of(servers, "counted").build_part("events", "0", None)) as part:
        part.snapshot()
        part.snapshot()

        def done() -> bool:
            part.next_batch()
            return bool(OFFSET_COMMITS.labels("done")._value.get() == before + 1)

        until(done)


@pytest.mark.parametrize(("resume_state", "first"), [((1, 1), 1), (None, 0)])
def test_never_resumes_from_the_group(
    cluster: Producer, servers: str, resume_state: Position | None, first: int
) -> None:
    """Where to go on is in the recovery store, and at the beginning without one."""
    topic = f"resume-{first}"
    fill(cluster, topic, [b"a", b"b", b"c"])
    commit(servers, topic, {0: 2})
    part = source_of(servers, topic).build_part("events", "0", resume_state)
    with closing(part):
        seen = read(part.next_batch, lambda batch: 2 in batch.offsets)

    assert next(batch for batch in seen if batch.offsets).offsets[0] == first


def test_new_partition_is_read_from_its_beginning(
    cluster: Producer, servers: str, caplog: pytest.LogCaptureFixture
) -> None:
    """What the group knows not, of a topic that it knows, nobody has read yet."""
    fill(cluster, "added", [b"a", b"b"], partition=3)
    commit(servers, "added", {0: 0, 1: 0, 2: 0})
    source = source_of(servers, "added", start="end")
    with closing(source.build_part("events", "3", None)) as part:
        assert part.snapshot() == (0, 0)
    assert "partition 3 is new" in caplog.text


@pytest.mark.parametrize("known", [{}, {0: 1}, {0: 0, 3: 0}])
def test_end_is_the_end_of_what_is_not_new(
    cluster: Producer, servers: str, known: dict[int, int]
) -> None:
    """Before the first start nothing is new, nor what the group knows already."""
    topic = f"old-{len(known)}"
    fill(cluster, topic, [b"a", b"b"])
    if known:
        commit(servers, topic, known)
    source = source_of(servers, topic, start="end")
    with closing(source.build_part("events", "0", None)) as part:
        assert part.snapshot() == (2, 2)


def test_refused_group_is_no_reason_to_stop(
    servers: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the group can't be asked, `end` is the end, and the log says so."""
    source = source_of(servers, "refused", start="end")
    fill(Producer({"bootstrap.servers": servers}), "refused", [b"a"])

    class Refused(Consumer):
        def committed(self, *_: object, **__: object) -> list[TopicPartition]:
            raise KafkaException(KafkaError(KafkaError.GROUP_AUTHORIZATION_FAILED))

    monkeypatch.setattr("dataflows.source.Consumer", Refused)
    with closing(source.build_part("events", "0", None)) as part:
        assert part.snapshot() == (1, 1)
    assert "can't tell whether it is new" in caplog.text


def test_coordinator_on_the_move_is_asked_again(
    cluster: Producer, servers: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A group whose coordinator is not up yet is asked until it is."""
    fill(cluster, "moving", [b"a"], partition=3)
    commit(servers, "moving", {0: 0})
    answers = [KafkaError.NOT_COORDINATOR, KafkaError.COORDINATOR_LOAD_IN_PROGRESS]

    class Moving(Consumer):
        def committed(self, *asked: Any, **more: Any) -> list[TopicPartition]:
            if answers:
                raise KafkaException(KafkaError(answers.pop()))
            return super().committed(*asked, **more)

    source = source_of(servers, "moving", start="end")
    monkeypatch.setattr("dataflows.source.Consumer", Moving)
    with closing(source.build_part("events", "3", None)) as part:
        assert part.snapshot() == (0, 0)


class StubConsumer:
    """Takes commits, or refuses them."""

    def __init__(self, refusal: KafkaError | None = None) -> None:
        self.refusal = refusal
        self.offsets: list[int] = []

    def commit(self, *, offsets: list[TopicPartition], asynchronous: bool) -> None:
        assert asynchronous
        if self.refusal is not None:
            raise KafkaException(self.refusal)
        self.offsets += [at.offset for at in offsets]


def snapshots(
    commits: OffsetCommits, consumer: StubConsumer, offsets: Iterable[int]
) -> None:
    """Take snapshots at offsets."""
    for offset in offsets:
        commits.snapshot(cast("Consumer", consumer), offset)


def test_what_stays_is_committed_again_after_a_minute(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An offset that stays is told again now and then, for Kafka forgets it."""
    seconds = iter((0.0, 2.0, 4.0, 61.9, 62.0))
    monkeypatch.setattr("dataflows.offsets.monotonic", lambda: next(seconds))
    consumer = StubConsumer()
    snapshots(OffsetCommits("events", 0), consumer, [7] * 5)

    assert consumer.offsets == [7, 7]


def test_failure_is_told_once_and_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    """A commit that fails stops nothing; the same trouble is not told each epoch."""
    trouble = KafkaError(KafkaError.GROUP_AUTHORIZATION_FAILED)
    commits, consumer = OffsetCommits("events", 0), StubConsumer(trouble)
    with caplog.at_level(logging.WARNING):
        snapshots(commits, consumer, (1, 2, 3))
        consumer.refusal = None
        snapshots(commits, consumer, (4,))

    assert consumer.offsets == [3]
    assert caplog.text.count("can't commit the offset") == 1


def test_answer_of_trouble_is_told_and_tried_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """An answer that says no is counted and told, and the offset goes out again."""
    before = OFFSET_COMMITS.labels("failed")._value.get()
    commits, consumer = OffsetCommits("events", 0), StubConsumer()
    snapshots(commits, consumer, (1, 1))
    with caplog.at_level(logging.WARNING):
        commits.heed(KafkaError(KafkaError.UNKNOWN_MEMBER_ID), [])
    snapshots(commits, consumer, (1,))

    assert consumer.offsets == [1, 1]
    assert OFFSET_COMMITS.labels("failed")._value.get() == before + 1
    assert "can't commit the offset" in caplog.text
