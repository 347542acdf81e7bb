"""When an end holds, when it is asked for, and for how long nothing was told."""

from datetime import UTC, datetime, timedelta
from typing import cast

import pytest
from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

from dataflows.partition_end import PartitionEnd

START = datetime(2026, 11, 24, tzinfo=UTC)


class StubConsumer:
    """Notes where it is to go on, unless it refuses to."""

    def __init__(self, *, refuses: bool = False) -> None:
        self._refuses = refuses
        self.sought: list[tuple[str, int, int]] = []

    def seek(self, at: TopicPartition) -> None:
        if self._refuses:
            raise KafkaException(KafkaError(KafkaError._STATE))
        self.sought.append((at.topic, at.partition, at.offset))


def after(seconds: float) -> datetime:
    """Return the time so long after the start."""
    return START + timedelta(seconds=seconds)


def reached(seconds: float, offset: int = 7) -> PartitionEnd:
    """Return an end that was told some time after the start."""
    end = PartitionEnd("events", 2, START)
    end.reach(offset, after(seconds))
    return end


@pytest.mark.parametrize(("seconds", "holds"), [(0, True), (3, True), (3.001, False)])
def test_holds_while_the_broker_answers(seconds: float, holds: bool) -> None:  # noqa: FBT001, a parameter
    """An end that was told more than 3 s ago may not be the end any more."""
    assert reached(10).holds(after(10 + seconds)) == holds


@pytest.mark.parametrize(
    ("seconds", "silent_ms"), [(3, 0), (3.001, 3_001), (60, 60_000)]
)
def test_silence_is_measured(seconds: float, silent_ms: int) -> None:
    """What is silent for more than 3 s has been so since it was heard last."""
    passed = PartitionEnd("events", 2, START)
    passed.pass_by(after(10))
    for end in (PartitionEnd("events", 2, after(10)), reached(10), passed):
        assert end.silent_ms(after(10 + seconds)) == silent_ms


def test_messages_are_before_the_end() -> None:
    """Behind messages the end is where it is told next."""
    end = reached(0)
    end.pass_by(after(1))

    assert not end.holds(after(1))
    end.reach(9, after(2))
    assert end.holds(after(2))


def test_is_asked_for_once_an_answer() -> None:
    """Each end that was told is asked for again, at its offset, and only once."""
    end, consumer = reached(0), StubConsumer()
    for seconds in (1, 2, 3, 89):
        end.ask(cast("Consumer", consumer), after(seconds))
    assert consumer.sought == [("events", 2, 7)]

    end.reach(8, after(90))
    end.ask(cast("Consumer", consumer), after(90))
    assert consumer.sought == [("events", 2, 7), ("events", 2, 8)]


def test_is_asked_for_again_where_no_answer_can_come_any_more() -> None:
    """After 90 s nothing is on its way, and the question is repeated."""
    end, consumer = reached(0), StubConsumer()
    for seconds in (0, 89.9, 90):
        end.ask(cast("Consumer", consumer), after(seconds))

    assert len(consumer.sought) == 2


def test_is_not_asked_for_where_there_is_more() -> None:
    """An end that was not told yet, or not behind what came, is told unasked."""
    unknown, passed, consumer = (
        PartitionEnd("events", 2, START),
        reached(0),
        StubConsumer(),
    )
    passed.pass_by(after(1))
    for end in (unknown, passed):
        end.ask(cast("Consumer", consumer), after(1))

    assert consumer.sought == []


def test_refused_question_is_told(caplog: pytest.LogCaptureFixture) -> None:
    """A client that can't ask says why; the end then holds no longer than its time."""
    end = reached(0)
    end.ask(cast("Consumer", StubConsumer(refuses=True)), after(1))

    assert "source topic events: can't ask for its end" in caplog.text
    assert not end.holds(after(4))
