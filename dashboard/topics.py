"""The topics that the dashboard follows: from where, and what becomes of a message."""

import time
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any, Final, NamedTuple

from confluent_kafka import (
    OFFSET_BEGINNING,
    TIMESTAMP_NOT_AVAILABLE,
    Consumer,
    Message,
    TopicPartition,
)

from dashboard.history import SPAN
from dashboard.letters import Letter, dead_letter
from dashboard.minutes import DAY
from dashboard.model import AudienceModel
from dashboard.records import audience_minute, audience_record, viewer_change
from dataflows.settings import Settings

__all__ = ["Topic", "topics_of"]

_TAIL: Final = 200
"""Dead letters read of a partition: samples, not all of them."""

_Begin = Callable[[Consumer, TopicPartition, float], TopicPartition]


class Topic(NamedTuple):
    """A topic, where to begin in it, and how its messages come into the model.

    `decode` raises one of `records.UNREADABLE` for what it can't read; `take` is handed
    what it returned, in the order of the messages.
    """

    name: str
    begin: _Begin
    decode: Callable[[Message], Any]
    take: Callable[[list[Any]], None]
    is_needed: bool = True
    """Whether the screen is not whole without it."""

    def start(
        self, consumer: Consumer, partitions: Iterable[int], timeout_s: float
    ) -> list[TopicPartition]:
        """Return where to begin in each partition.

        Raises:
            KafkaException: a broker did not answer in time.

        """
        parts = [TopicPartition(self.name, number) for number in partitions]
        return [self.begin(consumer, part, timeout_s) for part in parts]


def topics_of(settings: Settings, model: AudienceModel) -> dict[str, Topic]:
    """Return the topics that fill a model, by name."""
    topics = (
        Topic(settings.profiles_topic, _whole, _change, model.viewers.apply),
        Topic(settings.audience_topic, _since(SPAN), _record, model.history.append),
        Topic(
            *(settings.audience_minutes_topic, _since(DAY), _minute),
            *(model.minutes.append, False),
        ),
        Topic(
            *(settings.dead_letters_topic, _tail, _letter),
            *(model.letters.append, False),
        ),
    )
    return {topic.name: topic for topic in topics}


def _whole(_: Consumer, part: TopicPartition, __: float) -> TopicPartition:
    return TopicPartition(part.topic, part.partition, OFFSET_BEGINNING)


def _since(span: timedelta) -> _Begin:
    def begin(
        consumer: Consumer, part: TopicPartition, timeout_s: float
    ) -> TopicPartition:
        since_ms = int((time.time() - span / timedelta(seconds=1)) * 1000)
        asked = [TopicPartition(part.topic, part.partition, since_ms)]
        return consumer.offsets_for_times(asked, timeout=timeout_s)[0]

    return begin


def _tail(consumer: Consumer, part: TopicPartition, timeout_s: float) -> TopicPartition:
    first, end = consumer.get_watermark_offsets(part, timeout=timeout_s)
    return TopicPartition(part.topic, part.partition, max(first, end - _TAIL))


def _change(message: Message) -> Any:  # noqa: ANN401, what `take` takes
    return viewer_change(message.key(), message.value())


def _record(message: Message) -> Any:  # noqa: ANN401, what `take` takes
    return audience_record(message.value())


def _minute(message: Message) -> Any:  # noqa: ANN401, what `take` takes
    return audience_minute(message.value())


def _letter(message: Message) -> Letter:
    kind, stamped_ms = message.timestamp()
    known_ms = None if kind == TIMESTAMP_NOT_AVAILABLE else stamped_ms
    # The client gives a list, whatever its types say.
    headers = [*(message.headers() or ())]
    return dead_letter(message.value(), headers, known_ms)
