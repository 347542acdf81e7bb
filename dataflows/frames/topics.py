"""What a topic holds right now, read from live Kafka, and no further."""

import time
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

from dataflows.errors import SourceError
from dataflows.frames.lines import Record
from dataflows.settings import Settings

__all__ = ["read_topic"]

_ANSWER_S: Final = 15.0
"""How long brokers may be silent before the reading is given up."""

_BATCH: Final = 5_000
_AT_END: Final = KafkaError._PARTITION_EOF  # noqa: SLF001, its public name

# https://github.com/confluentinc/librdkafka/blob/master/CONFIGURATION.md
_CONSUMER: Final[dict[str, Any]] = {
    # The client wants a name; without subscribe() there is no group behind it.
    "group.id": "live-viewer-notebook",
    "enable.auto.commit": False,
    "enable.auto.offset.store": False,
    "enable.partition.eof": True,
    "auto.offset.reset": "error",
}


def read_topic(
    settings: Settings,
    topic: str,
    *,
    since: datetime | None = None,
    newest: int | None = None,
) -> list[Record]:
    """Return what a topic holds now, a partition after the other, each in its order.

    What is written while it is read is left for another time. It belongs to no
    consumer group, and commits nothing.

    Args:
        settings: where the brokers are, and how to be let in.
        topic: such as `settings.audience_topic`.
        since: only what Kafka was given from then on; it has a time zone.
        newest: only so many records of each partition.

    Raises:
        SourceError: the brokers don't answer, or have no such topic.
        ValueError: `since` has no time zone.

    """
    if since is not None and since.tzinfo is None:
        msg = f"`since` must have a time zone; got {since!r} instead"
        raise ValueError(msg)
    consumer = Consumer(_CONSUMER | settings.kafka_config())
    try:
        ends = _ends(consumer, topic)
        starts = _starts(consumer, ends, since, newest)
        return _read(consumer, starts, {at.partition: at.offset for at in ends})
    except KafkaException as ex:
        servers = settings.bootstrap_servers
        msg = (
            f"`KAFKA_BOOTSTRAP_SERVERS` must answer; got {ex} from {servers!r}; see "
            "that they are up, and what `KAFKA_SECURITY_PROTOCOL` they want"
        )
        raise SourceError(msg) from ex
    finally:
        consumer.close()


def _ends(consumer: Consumer, topic: str) -> list[TopicPartition]:
    """Return where each partition ends that holds something."""
    found = consumer.list_topics(topic, timeout=_ANSWER_S).topics[topic]
    if found.error is not None:
        msg = (
            f"topic `{topic}` must exist; got {found.error} instead; create it with "
            "`python -m stack topics`"
        )
        raise SourceError(msg)
    ends = []
    for number in sorted(found.partitions):
        at = TopicPartition(topic, number)
        low, at.offset = _range(consumer, at)
        if at.offset > low:
            ends.append(at)
    return ends


def _starts(
    consumer: Consumer,
    ends: list[TopicPartition],
    since: datetime | None,
    newest: int | None,
) -> list[TopicPartition]:
    """Return where to begin; a partition that has nothing of interest is left out."""
    starts = [TopicPartition(at.topic, at.partition) for at in ends]
    if since is not None:
        since_ms = round(since.astimezone(UTC).timestamp() * 1000)
        for at in starts:
            at.offset = since_ms
        starts = consumer.offsets_for_times(starts, timeout=_ANSWER_S)
    begun = []
    for at, end in zip(starts, ends, strict=True):
        low, _ = _range(consumer, at)
        # Below 0: without `since` there is none yet; else nothing came from then on.
        first = end.offset if since is not None and at.offset < 0 else at.offset
        first = max(first, low, end.offset - newest if newest is not None else low)
        if first < end.offset:
            begun.append(TopicPartition(at.topic, at.partition, first))
    return begun


def _range(consumer: Consumer, at: TopicPartition) -> tuple[int, int]:
    """Return a partition's first offset, and the one after its last."""
    found: tuple[int, int] | None = consumer.get_watermark_offsets(
        at, timeout=_ANSWER_S
    )
    if found is None:
        raise KafkaException(KafkaError(KafkaError._TIMED_OUT))  # noqa: SLF001, its public name
    return found


def _read(
    consumer: Consumer, starts: Iterable[TopicPartition], ends: dict[int, int]
) -> list[Record]:
    parts: dict[int, list[Record]] = {at.partition: [] for at in starts}
    consumer.assign(list(starts))
    unread, deadline = set(parts), time.monotonic() + _ANSWER_S
    while unread:
        if time.monotonic() > deadline:
            raise KafkaException(KafkaError(KafkaError._TIMED_OUT))  # noqa: SLF001, its public name
        for message in consumer.consume(_BATCH, timeout=0.2):
            deadline = time.monotonic() + _ANSWER_S
            record, error = _record(message), message.error()
            if error is not None and error.code() != _AT_END:
                raise KafkaException(error)
            end = ends[record.partition]
            if error is None and record.offset < end:
                parts[record.partition].append(record)
            # Of a compacted or transactional topic the last offsets may be gone.
            if error is not None or record.offset + 1 >= end:
                unread.discard(record.partition)
    return [record for number in sorted(parts) for record in parts[number]]


def _record(message: Any) -> Record:  # noqa: ANN401, confluent-kafka's message
    _, stamped_ms = message.timestamp()
    return Record(
        stamped_ms,
        message.key(),
        message.value(),
        message.partition(),
        message.offset(),
    )
