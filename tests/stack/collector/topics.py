"""What a topic holds."""

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, Message
from confluent_kafka import TopicPartition as Partition

__all__ = ["messages_of"]


def messages_of(servers: str, topic: str) -> list[Message]:
    """Return all messages of a topic, in order within a partition."""
    config = {"group.id": "test", "enable.partition.eof": True}
    consumer = Consumer({**config, "bootstrap.servers": servers})
    try:
        numbers = consumer.list_topics(topic, timeout=10).topics[topic].partitions
        consumer.assign([Partition(topic, n, OFFSET_BEGINNING) for n in numbers])
        found: list[Message] = []
        open_ends = len(numbers)
        while open_ends:
            for message in consumer.consume(10_000, timeout=1):
                error = message.error()
                if error is None:
                    found.append(message)
                else:
                    assert error.code() == KafkaError._PARTITION_EOF, error
                    open_ends -= 1
        return found
    finally:
        consumer.close()
