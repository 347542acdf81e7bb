"""A look now and then at how many partitions the source topic has."""

import logging
from datetime import datetime, timedelta
from typing import Final

from confluent_kafka import Consumer, KafkaException

from dataflows.errors import SourceError

__all__ = ["PartitionCensus"]

_log = logging.getLogger(__name__)

# Nothing waits for a partition that nobody knows of: what it holds meanwhile gets late.
_EVERY: Final = timedelta(seconds=5)
# The flow waits for the answer: a broker that is slow now is asked again later.
_ASK_TIMEOUT_S: Final = 1.0
_AGAIN_AFTER: Final = timedelta(seconds=30)


class PartitionCensus:
    """Ends the flow when the topic has got more partitions than are read.

    Bytewax asks for partitions when it starts, and only then. What is written to a
    later one would lie there unread, with no lag to show for it; who starts the flow
    again, as a supervisor does, has it read from its beginning.

    Args:
        consumer: one that reads nothing. A broker answers the questions of a client in
            their order, and so one of a client that waits for messages half a second
            late; the flow would stand still for as long.
        topic: the source topic.
        known: how many partitions are read.

    """

    def __init__(self, consumer: Consumer, topic: str, known: int) -> None:
        self._consumer = consumer
        self._topic = topic
        self._known = known
        self._due: datetime | None = None

    def look(self, now: datetime) -> None:
        """Count the partitions when it is time to.

        Raises:
            SourceError: there are more than are read.

        """
        if self._due is None or now < self._due:
            self._due = self._due or now + _EVERY
            return
        self._due = now + _EVERY
        try:
            found = self._consumer.list_topics(self._topic, timeout=_ASK_TIMEOUT_S)
        except KafkaException as ex:
            self._due = now + _AGAIN_AFTER
            _log.info("source topic %s: can't count partitions: %s", self._topic, ex)
            return
        count = len(found.topics[self._topic].partitions)
        if count > self._known:
            msg = (
                f"source topic `{self._topic}` must keep its {self._known} partitions "
                f"while the flow runs; got {count} instead; start the flow again from "
                "its recovery store: it reads the new ones from their beginning"
            )
            raise SourceError(msg)

    def close(self) -> None:
        """Leave the brokers."""
        self._consumer.close()
