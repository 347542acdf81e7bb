"""Batches of messages, and what becomes of them."""

import asyncio

import pytest
from confluent_kafka import KafkaError, KafkaException

from stack.collector.producing import BatchProducer, Failure, Message, connect
from stack.services.light import mock_kafka
from stack.services.ports import HOST, free_ports
from stack.services.topics import LARGEST_BYTES
from tests.stack.collector.kafka import running_broker
from tests.stack.collector.serving import StandInProducer, run, turns
from tests.stack.collector.topics import messages_of

MESSAGES = [Message("events", b"a", b"1"), Message("events", None, b"2")]


async def send_once(producer: BatchProducer) -> list[Failure]:
    """Send the messages and end."""
    try:
        return await producer.send(MESSAGES)
    finally:
        assert producer.close() == 0


def test_messages_are_in_kafka() -> None:
    """A batch is done without failures once the broker has all of it, keys as given."""
    with mock_kafka() as servers:
        failures = run(send_once(BatchProducer(connect(servers))))
        found = messages_of(servers, "events")

    assert failures == []
    assert sorted((m.value(), m.key()) for m in found) == [(b"1", b"a"), (b"2", None)]


def test_kafka_refuses_connections() -> None:
    """What can't be delivered in time is given up, and is told so, each message."""
    server = f"{HOST}:{free_ports(1)[0]}"
    failures = run(send_once(BatchProducer(connect(server, delivery_s=0.2))))

    assert sorted(failure.message.value for failure in failures) == [b"1", b"2"]
    assert {failure.error.code() for failure in failures} == {KafkaError._MSG_TIMED_OUT}


def test_kafka_hangs() -> None:
    """A broker that hangs makes batches fail; once it goes on, they are stored."""

    async def story() -> list[Failure]:
        producer = BatchProducer(connect(broker.servers, delivery_s=0.5))
        async with asyncio.timeout(20):
            while await producer.send(MESSAGES[:1]):
                pass
            broker.pause()
            failures = await producer.send(MESSAGES)
            broker.resume()
            while await producer.send(MESSAGES):
                pass
        assert producer.close() == 0
        return failures

    with running_broker() as broker:
        failures = run(story())
        values = {message.value() for message in messages_of(broker.servers, "events")}

    assert len(failures) == 2
    assert values == {b"1", b"2"}


def test_too_large_is_told_apart() -> None:
    """A message above the limit fails alone, and no other try would help."""
    large = Message("events", None, b"x" * (LARGEST_BYTES + 1))

    async def story() -> list[Failure]:
        producer = BatchProducer(connect(servers))
        try:
            return await producer.send([*MESSAGES, large])
        finally:
            producer.close()

    with mock_kafka() as servers:
        failures = run(story())

    assert [(f.message, f.is_too_large) for f in failures] == [(large, True)]


def test_full_queue_fails() -> None:
    """What the producer has no room for fails, and may be tried again."""
    failures = run(send_once(BatchProducer(StandInProducer(is_full=True))))

    assert [(f.message, f.is_too_large) for f in failures] == [
        (message, False) for message in MESSAGES
    ]


def test_refused_at_once() -> None:
    """What the producer refuses at once fails as what the broker refuses."""

    class Refusing(StandInProducer):
        def produce(self, *_arguments: object, **_named: object) -> None:
            raise KafkaException(KafkaError(KafkaError._UNKNOWN_TOPIC))

    failures = run(send_once(BatchProducer(Refusing())))

    assert {failure.error.code() for failure in failures} == {KafkaError._UNKNOWN_TOPIC}


def test_waits_for_room() -> None:
    """With as many batches under way as may be, the next one waits for its turn."""

    async def story() -> list[int]:
        producer = StandInProducer(is_held=True)
        batches = BatchProducer(producer, most_batches=1, room_s=20)
        first = asyncio.create_task(batches.send(MESSAGES))
        second = asyncio.create_task(batches.send(MESSAGES))
        await turns()
        written = [len(producer.messages)]
        producer.is_held = False
        await asyncio.gather(first, second)
        batches.close()
        return [*written, len(producer.messages)]

    assert run(story()) == [2, 4]


def test_room_does_not_come() -> None:
    """A batch that gets no turn in time is not written at all."""

    async def story() -> int:
        producer = StandInProducer(is_held=True)
        batches = BatchProducer(producer, most_batches=1, room_s=0.01)
        first = asyncio.create_task(batches.send(MESSAGES))
        await turns()
        with pytest.raises(TimeoutError):
            await batches.send(MESSAGES)
        producer.is_held = False
        await first
        batches.close()
        return len(producer.messages)

    assert run(story()) == 2


def test_batch_that_nobody_waits_for() -> None:
    """A batch that was cancelled keeps no other from being done."""

    async def story() -> list[Failure]:
        producer = StandInProducer(is_held=True)
        batches = BatchProducer(producer)
        cancelled = asyncio.create_task(batches.send(MESSAGES))
        await turns()
        cancelled.cancel()
        other = asyncio.create_task(batches.send(MESSAGES))
        await turns()
        producer.is_held = False
        async with asyncio.timeout(20):
            failures = await other
        batches.close()
        return failures

    assert run(story()) == []


def test_batch_of_one_does_not_settle_another() -> None:
    """Each batch waits for its own messages, and fails only by its own."""

    async def story() -> list[int]:
        producer = StandInProducer(is_held=True)
        batches = BatchProducer(producer)
        good = asyncio.create_task(batches.send(MESSAGES))
        bad = asyncio.create_task(batches.send([Message("bad", None, b"3")]))
        await turns()
        error = KafkaError(KafkaError._MSG_TIMED_OUT)
        producer.refuse = lambda topic: error if topic == "bad" else None
        producer.is_held = False
        failures = await asyncio.gather(good, bad)
        batches.close()
        return [len(some) for some in failures]

    assert run(story()) == [0, 1]
