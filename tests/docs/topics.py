"""Reading what the flow has written to a topic."""

from typing import Any, Final

import msgspec
from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, TopicPartition

__all__ = ["values_on"]

_TIMEOUT_S: Final = 10


def values_on(servers: str, topic: str) -> list[Any]:
    """Return the JSON of every message on a topic; what has no value is left out."""
    config = {"bootstrap.servers": servers, "group.id": "docs"}
    consumer = Consumer({**config, "enable.partition.eof": True})
    try:
        found = consumer.list_topics(topic, timeout=_TIMEOUT_S).topics[topic]
        numbers = found.partitions
        consumer.assign([TopicPartition(topic, n, OFFSET_BEGINNING) for n in numbers])
        values: list[Any] = []
        ended = 0
        while ended < len(numbers):
            for message in consumer.consume(1_000, timeout=_TIMEOUT_S):
                error = message.error()
                if error is not None:
                    assert error.code() == KafkaError._PARTITION_EOF, error
                    ended += 1
                elif message.value():
                    values.append(msgspec.json.decode(message.value() or b""))
        return values
    finally:
        consumer.close()
