"""When partitions are counted, and what is said of new ones."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from confluent_kafka import Consumer, KafkaError, KafkaException

from dataflows.census import PartitionCensus
from dataflows.errors import SourceError

START = datetime(2026, 11, 23, tzinfo=UTC)


class StubConsumer:
    """Tells of a topic with so many partitions; of none, it does not answer."""

    def __init__(self, partitions: int | None) -> None:
        self.partitions = partitions
        self.asked = 0
        self.closed = False

    def list_topics(self, topic: str, timeout: float) -> Any:
        del timeout
        self.asked += 1
        if self.partitions is None:
            raise KafkaException(KafkaError(KafkaError._TRANSPORT))
        found = SimpleNamespace(partitions=dict.fromkeys(range(self.partitions)))
        return SimpleNamespace(topics={topic: found})

    def close(self) -> None:
        self.closed = True


def census_of(consumer: StubConsumer) -> PartitionCensus:
    """Return a census that knows of 4 partitions."""
    return PartitionCensus(cast("Consumer", consumer), "events", 4)


def look(census: PartitionCensus, seconds: float) -> None:
    """Look some time after the start."""
    census.look(START + timedelta(seconds=seconds))


@pytest.mark.parametrize(("seconds", "asked"), [(4.9, 0), (5, 1), (9.9, 1), (10, 2)])
def test_counts_each_five_seconds(seconds: float, asked: int) -> None:
    """The brokers are asked after 5 s, and each 5 s from then on."""
    consumer = StubConsumer(4)
    census = census_of(consumer)
    for at in (0, 5, seconds):
        if at <= seconds:
            look(census, at)

    assert asked == consumer.asked


def test_more_partitions_end_the_flow() -> None:
    """A new partition is an error that tells the numbers and the cure."""
    consumer = StubConsumer(6)
    census = census_of(consumer)
    look(census, 0)
    with pytest.raises(SourceError) as caught:
        look(census, 5)

    assert str(caught.value) == (
        "source topic `events` must keep its 4 partitions while the flow runs; got 6 "
        "instead; start the flow again from its recovery store: it reads the new ones "
        "from their beginning"
    )


@pytest.mark.parametrize("partitions", [0, 3])
def test_fewer_are_borne(partitions: int) -> None:
    """Brokers that tell of fewer are asked again as always."""
    consumer = StubConsumer(partitions)
    census = census_of(consumer)
    for seconds in (0, 5, 10):
        look(census, seconds)

    assert consumer.asked == 2


@pytest.mark.parametrize(("seconds", "asked"), [(34.9, 1), (35, 2)])
def test_no_answer_is_borne(seconds: float, asked: int) -> None:
    """Brokers that are away, for which the flow waits, are asked again after 30 s."""
    consumer = StubConsumer(None)
    census = census_of(consumer)
    for at in (0, 5, 10, seconds):
        look(census, at)

    assert consumer.asked == asked


def test_leaves_the_brokers() -> None:
    """Its consumer is its own, and closed with it."""
    consumer = StubConsumer(4)
    census_of(consumer).close()

    assert consumer.closed
