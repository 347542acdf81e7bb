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

    def list_topics(self, topic: str, timeout: float) -> Any:
        del timeout
        self.asked += 1
        if self.partitions is None:
            raise KafkaException(KafkaError(KafkaError._TRANSPORT))
        found = SimpleNamespace(partitions=dict.fromkeys(range(self.partitions)))
        return SimpleNamespace(topics={topic: found})


def look(census: PartitionCensus, consumer: StubConsumer, seconds: float) -> None:
    """Look some time after the start."""
    census.look(cast("Consumer", consumer), START + timedelta(seconds=seconds))


@pytest.mark.parametrize(("seconds", "asked"), [(29.9, 0), (30, 1), (59.9, 1), (60, 2)])
def test_counts_each_half_minute(seconds: float, asked: int) -> None:
    """The brokers are asked after 30 s, and each 30 s from then on."""
    census, consumer = PartitionCensus("events", 4), StubConsumer(4)
    for at in (0, 30, seconds):
        if at <= seconds:
            look(census, consumer, at)

    assert asked == consumer.asked


def test_more_partitions_end_the_flow() -> None:
    """A new partition is an error that tells the numbers and the cure."""
    census, consumer = PartitionCensus("events", 4), StubConsumer(6)
    look(census, consumer, 0)
    with pytest.raises(SourceError) as caught:
        look(census, consumer, 30)

    assert str(caught.value) == (
        "source topic `events` must keep its 4 partitions while the flow runs; got 6 "
        "instead; start the flow again from its recovery store: it reads the new ones "
        "from their beginning"
    )


@pytest.mark.parametrize("partitions", [None, 0, 3])
def test_no_answer_and_fewer_are_borne(partitions: int | None) -> None:
    """Brokers that are away, or tell of fewer, are asked again later."""
    census, consumer = PartitionCensus("events", 4), StubConsumer(partitions)
    for seconds in (0, 30, 60):
        look(census, consumer, seconds)

    assert consumer.asked == 2
