"""From the collector to Kafka: a batch is done when every message of it is settled.

All of it runs in the event loop; librdkafka's own threads do the work. Messages wait
no longer for Kafka than a tracker waits for its answer (5 s by default): one that is
given up is never sent later, so that the tracker, which sends it again, doubles at most
what Kafka took without an answer.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final, NamedTuple, Protocol

from confluent_kafka import KafkaError, KafkaException, Producer
from confluent_kafka import Message as Delivered

from stack.services.topics import LARGEST_BYTES

__all__ = ["BatchProducer", "Failure", "KafkaProducer", "Message", "connect"]

# Together below the tracker's patience; librdkafka looks for what is too old each
# second.
_DELIVERY_S: Final = 3.0
_ROOM_S: Final = 0.5

_MOST_BATCHES: Final = 256
"""On their way at once, each at most a body large; more have to wait for room."""

# How often Kafka's answers are asked for, while some are awaited and while not.
_BUSY_S: Final = 0.002
_IDLE_S: Final = 0.2


class Message(NamedTuple):
    """What is to be written where; without a key it goes to any partition."""

    topic: str
    key: bytes | None
    value: bytes


class Failure(NamedTuple):
    """A message that Kafka did not take."""

    message: Message
    error: KafkaError

    @property
    def is_too_large(self) -> bool:
        """Return whether no other try would help: the topic won't ever take it."""
        return bool(self.error.code() == KafkaError.MSG_SIZE_TOO_LARGE)


class KafkaProducer(Protocol):
    """What is needed of `confluent_kafka.Producer`."""

    def produce(
        self,
        topic: str,
        value: bytes,
        key: bytes | None,
        *,
        on_delivery: Callable[[KafkaError | None, Delivered], None],
    ) -> None:
        """Queue a message; `BufferError` when the queue is full."""

    def poll(self, timeout: float) -> Any:  # noqa: ANN401, nobody looks at it
        """Serve delivery reports."""

    def flush(self, timeout: float) -> int:
        """Wait for deliveries; return how many are still open."""


def connect(
    bootstrap_servers: str,
    config: Mapping[str, Any] | None = None,
    delivery_s: float = _DELIVERY_S,
) -> KafkaProducer:
    """Return a producer whose messages are acknowledged by all replicas, or given up.

    Args:
        bootstrap_servers: brokers to ask first.
        config: how to talk to them.
        delivery_s: when a message is given up.

    """
    # https://github.com/confluentinc/librdkafka/blob/master/CONFIGURATION.md
    settings = {
        **(config or {}),
        "bootstrap.servers": bootstrap_servers,
        "acks": "all",
        "enable.idempotence": True,
        "compression.type": "lz4",
        "linger.ms": 5,
        "message.timeout.ms": int(delivery_s * 1000),
        # Trackers try again with the next event; by then it should be connected.
        "reconnect.backoff.max.ms": 1000,
        # `_MOST_BATCHES` is the bound.
        "queue.buffering.max.messages": 0,
        "message.max.bytes": LARGEST_BYTES,
        # Else two lines a second while Kafka is away; the collector says so once.
        "log_level": 2,
    }
    producer: KafkaProducer = Producer(settings)
    return producer


class _Batch:
    """Messages that belong together; `done` comes with those that failed."""

    def __init__(self, size: int) -> None:
        self.done: asyncio.Future[list[Failure]] = (
            asyncio.get_running_loop().create_future()
        )
        self._open = size
        self._failures: list[Failure] = []

    def settle(
        self, message: Message, error: KafkaError | None, _delivered: Delivered | None
    ) -> None:
        if error is not None:
            self._failures.append(Failure(message, error))
        self._open -= 1
        # Nobody may wait any longer: an error here would end the polling for all.
        if not self._open and not self.done.cancelled():
            self.done.set_result(self._failures)


class BatchProducer:
    """Writes batches of messages and tells when Kafka has them.

    Args:
        producer: writes single messages.
        most_batches: how many may be on their way at once.
        room_s: how long a batch waits for its turn.

    """

    def __init__(
        self,
        producer: KafkaProducer,
        most_batches: int = _MOST_BATCHES,
        room_s: float = _ROOM_S,
    ) -> None:
        self._producer = producer
        self._room = asyncio.Semaphore(most_batches)
        self._room_s = room_s
        self._under_way = 0
        self._timer: asyncio.TimerHandle | None = None

    async def send(self, messages: Sequence[Message]) -> list[Failure]:
        """Write messages; return once each is settled, with those that failed.

        Raises:
            TimeoutError: there was no room for the batch; nothing of it was written.

        """
        if not messages:
            return []
        if self._room.locked():
            await asyncio.wait_for(self._room.acquire(), self._room_s)
        else:
            await self._room.acquire()
        try:
            return await self._written(messages)
        finally:
            self._room.release()

    async def _written(self, messages: Sequence[Message]) -> list[Failure]:
        batch = _Batch(len(messages))
        for message in messages:
            self._produce(message, batch)
        self._under_way += 1
        try:
            if self._under_way == 1:
                self._poll()
            return await batch.done
        finally:
            self._under_way -= 1

    def _produce(self, message: Message, batch: _Batch) -> None:
        settle = partial(batch.settle, message)
        try:
            self._producer.produce(
                message.topic, message.value, message.key, on_delivery=settle
            )
        except KafkaException as ex:
            settle(ex.args[0], None)
        except BufferError:
            settle(KafkaError(KafkaError._QUEUE_FULL), None)  # noqa: SLF001, its public name

    def _poll(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._producer.poll(0)
        wait_s = _BUSY_S if self._under_way else _IDLE_S
        self._timer = asyncio.get_running_loop().call_later(wait_s, self._poll)

    def close(self) -> int:
        """Stop; return how many messages are left unsettled, which should be none."""
        if self._timer is not None:
            self._timer.cancel()
        return self._producer.flush(_DELIVERY_S)
