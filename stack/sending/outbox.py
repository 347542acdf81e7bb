"""Sending to Kafka with every delivery accounted for."""

import uuid
from collections.abc import Callable, Mapping
from enum import StrEnum, unique
from typing import Any, Final, Protocol

from confluent_kafka import KafkaError, Message, Producer

from stack.errors import StackError
from stack.services.topics import LARGEST_BYTES

__all__ = ["DeliveryError", "Key", "Outbox", "OutboxProducer", "connect"]

_FLUSH_S: Final = 30.0
_FULL_S: Final = 0.1


class DeliveryError(StackError):
    """Messages were not acknowledged by Kafka."""


@unique
class Key(StrEnum):
    """How messages are keyed, and so which partition they go to."""

    VIEWER = "viewer"
    """One viewer's events keep to one partition."""
    RANDOM = "random"
    """Snowbridge's default: one viewer's events go anywhere."""


class OutboxProducer(Protocol):
    """What `Outbox` needs of a Kafka producer."""

    def produce(
        self,
        topic: str,
        value: bytes,
        key: bytes,
        *,
        on_delivery: Callable[[KafkaError | None, Message], None],
    ) -> None:
        """Queue a message; `BufferError` when the queue is full."""

    def poll(self, timeout: float) -> Any:  # noqa: ANN401, nobody looks at it
        """Serve delivery reports."""

    def flush(self, timeout: float) -> int:
        """Wait for deliveries; return how many are still open."""


def connect(
    bootstrap_servers: str, config: Mapping[str, Any] | None = None
) -> OutboxProducer:
    """Return a producer that loses nothing and says nothing twice.

    Args:
        bootstrap_servers: brokers to ask first, `host:port`, with commas between.
        config: more of librdkafka's settings, security's for instance.

    """
    producer: OutboxProducer = Producer(
        {
            **(config or {}),
            "bootstrap.servers": bootstrap_servers,
            "enable.idempotence": True,
            "compression.type": "lz4",
            "linger.ms": 20,
            "queue.buffering.max.messages": 200_000,
            # Oversized messages are sent on purpose; the topic takes them as well.
            "message.max.bytes": LARGEST_BYTES,
            "message.timeout.ms": int(_FLUSH_S * 1000),
        }
    )
    return producer


class Outbox:
    """Sends to one topic and counts what was acknowledged."""

    def __init__(self, producer: OutboxProducer, topic: str, key: Key) -> None:
        self.acknowledged = 0
        self.failed = 0
        self._first_failure = ""
        self._producer = producer
        self._topic = topic
        self._key = key

    def send(self, value: bytes, viewer_id: str | None) -> None:
        """Queue a message; waits while the producer's queue is full."""
        keyed = self._key is Key.VIEWER and viewer_id
        key = viewer_id if keyed and viewer_id else str(uuid.uuid4())
        while True:
            try:
                self._producer.produce(
                    self._topic, value, key.encode(), on_delivery=self._delivered
                )
            except BufferError:
                self._producer.poll(_FULL_S)
            else:
                return

    def poll(self, seconds: float = 0.0) -> None:
        """Serve delivery reports for up to so long."""
        self._producer.poll(seconds)

    def close(self) -> None:
        """Wait until all is acknowledged.

        Raises:
            DeliveryError: some of it was not.

        """
        unanswered = self._producer.flush(_FLUSH_S + 5)
        self.failed += unanswered  # on its own line: flushing counts failures, too
        if self.failed:
            why = self._first_failure or "no answer in time"
            msg = f"{self.failed} messages were not acknowledged: {why}"
            raise DeliveryError(msg)

    def _delivered(self, error: KafkaError | None, _message: Message) -> None:
        if error is None:
            self.acknowledged += 1
            return
        self.failed += 1
        self._first_failure = self._first_failure or error.str()
