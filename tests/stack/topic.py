"""Reading back what a test has sent to Kafka."""

import time

from confluent_kafka import OFFSET_BEGINNING, Consumer, TopicPartition

_DEADLINE_S = 30.0


def messages_on(servers: str, topic: str, count: int) -> list[bytes]:
    """Return the first `count` messages of a topic, of all partitions.

    Raises:
        TimeoutError: there are fewer.

    """
    consumer = Consumer({"bootstrap.servers": servers, "group.id": "test"})
    try:
        partitions = consumer.list_topics(topic, timeout=10).topics[topic].partitions
        consumer.assign(
            [TopicPartition(topic, number, OFFSET_BEGINNING) for number in partitions]
        )
        values: list[bytes] = []
        deadline = time.monotonic() + _DEADLINE_S
        while len(values) < count:
            if time.monotonic() > deadline:
                msg = f"{len(values)} of {count} messages on `{topic}`"
                raise TimeoutError(msg)
            found = consumer.consume(count - len(values), timeout=1.0)
            values.extend(message.value() or b"" for message in found)
        return values
    finally:
        consumer.close()
