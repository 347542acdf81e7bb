"""What becomes of a request's parts, and how they are counted."""

import asyncio
import json
import logging
from collections.abc import Callable

import pytest
from confluent_kafka import KafkaError

from dataflows.playback.decode import decode
from dataflows.playback.errors import Skipped
from stack.collector.collecting import Collector, Counts, NotStoredError
from stack.collector.producing import BatchProducer
from stack.collector.shapes import Shape
from stack.collector.tracking import Request
from tests.stack.collector.posting import TP2
from tests.stack.collector.serving import StandInProducer, body_of, run, turns

VIEW = {"e": "pv", "uid": "u"}
AWAY = KafkaError(KafkaError._MSG_TIMED_OUT)
TOO_LARGE = KafkaError(KafkaError.MSG_SIZE_TOO_LARGE)


def post(*events: object) -> Request:
    """Return a request that posts these events."""
    return Request(method="POST", path=TP2, body=body_of(*events), arrival_ms=1)


class Collecting:
    """A collector and its producer's stand-in, to be used from a plain test."""

    def __init__(self, shape: Shape = Shape.TSV) -> None:
        self.producer = StandInProducer()
        self.batches = BatchProducer(self.producer)
        self.collector = Collector(
            self.batches, source_topic="events", bad_rows_topic="bad-rows", shape=shape
        )

    def collect(self, *requests: Request) -> None:
        """Collect one request after the other."""

        async def story() -> None:
            try:
                for request in requests:
                    await self.collector.collect(request)
            finally:
                self.batches.close()

        run(story())

    def values(self, topic: str) -> list[bytes]:
        """Return what a topic was sent."""
        return [value for name, _, value in self.producer.messages if name == topic]


def refusing(topic: str, error: KafkaError) -> Callable[[str], KafkaError | None]:
    """Return what refuses the messages of one topic."""
    return lambda name: error if name == topic else None


def test_counts() -> None:
    """Every part of a request is counted, as an event or as a bad row."""
    collecting = Collecting()
    collecting.collect(post(VIEW, "bad", VIEW), post("bad"), post())

    assert collecting.collector.counts == Counts(requests=3, events=2, bad_rows=2)
    assert len(collecting.values("events")) == 2
    assert len(collecting.values("bad-rows")) == 2
    assert str(Counts(1, 2, 3, 4)) == "requests=1 events=2 bad_rows=3 not_stored=4"


@pytest.mark.parametrize("shape", Shape)
def test_shape(shape: Shape) -> None:
    """Events have the shape that was asked for, and the flow's decoder reads them."""
    collecting = Collecting(shape)
    collecting.collect(post(VIEW))

    (value,) = collecting.values("events")
    assert decode(value) == Skipped("page_view")
    assert (value[:1] == b"{") == (shape is not Shape.TSV)


@pytest.mark.parametrize("topic", ["events", "bad-rows"])
def test_not_stored(topic: str) -> None:
    """If Kafka lacks any part of a request, the whole request counts as not stored."""
    collecting = Collecting()
    collecting.producer.refuse = refusing(topic, AWAY)
    with pytest.raises(NotStoredError, match=topic):
        collecting.collect(post(VIEW, "bad"))

    assert collecting.collector.counts == Counts(not_stored=1)


def test_event_too_large_for_its_topic() -> None:
    """An event that the topic will never take is a bad row: a retry would not help."""
    collecting = Collecting()
    collecting.producer.refuse = refusing("events", TOO_LARGE)
    collecting.collect(post(VIEW))

    (value,) = collecting.values("bad-rows")
    bad_row = json.loads(value)
    assert bad_row["reason"] == "too_large"
    assert bad_row["detail"].startswith("events: ")
    assert [bad_row["payload"].encode()] == collecting.values("events")
    assert collecting.collector.counts == Counts(requests=1, bad_rows=1)


def test_no_room_is_not_stored() -> None:
    """A request that gets no turn in time is for the tracker to send again."""
    collecting = Collecting()
    collecting.batches = BatchProducer(collecting.producer, most_batches=0, room_s=0.01)
    collecting.collector._producer = collecting.batches
    with pytest.raises(NotStoredError, match="too much is waiting"):
        collecting.collect(post(VIEW))

    assert collecting.producer.messages == []


def test_outage_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    """That Kafka is away, and that it is back, is one line each, whatever comes."""
    caplog.set_level(logging.INFO)
    collecting = Collecting()
    collecting.producer.refuse = refusing("events", AWAY)
    for _ in range(3):
        with pytest.raises(NotStoredError):
            collecting.collect(post(VIEW))
    collecting.producer.refuse = lambda _topic: None
    collecting.collect(post(VIEW), post(VIEW))

    away, back = (record.message for record in caplog.records)
    assert away.startswith("Kafka does not take events")
    assert back == "Kafka takes events again"


def test_stop_waits_for_open_requests() -> None:
    """Stopping ends once nothing is open, and not before."""
    collecting = Collecting()
    collecting.producer.is_held = True

    async def story() -> bool:
        request = asyncio.create_task(collecting.collector.collect(post(VIEW)))
        await turns()
        stop = asyncio.create_task(collecting.collector.stop())
        await turns()
        waited = not stop.done()
        collecting.producer.is_held = False
        await asyncio.gather(request, stop)
        collecting.batches.close()
        return waited

    assert run(story())
    assert collecting.collector.is_stopping
