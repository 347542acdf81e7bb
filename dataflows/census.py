"""A look now and then at how many partitions the source topic has."""

import logging
from datetime import datetime, timedelta
from typing import Final

from confluent_kafka import Consumer, KafkaException

from dataflows.errors import SourceError

__all__ = ["PartitionCensus"]

_log = logging.getLogger(__name__)

_EVERY: Final = timedelta(seconds=30)
# The flow waits for the answer: a broker that is slow now is asked again later.
_ASK_TIMEOUT_S: Final = 1.0


class PartitionCensus:
    """Ends the flow when the topic has got more partitions than are read.

    Bytewax asks for partitions when it starts, and only then. What is written to a
    later one would lie there unread, with no lag to show for it; who starts the flow
    again, as a supervisor does, has it read from its beginning.
    """

    def __init__(self, topic: str, known: int) -> None:
        self._topic = topic
        self._known = known
        self._due: datetime | None = None

    def look(self, consumer: Consumer, now: datetime) -> None:
        """Count the partitions when it is time to.

        Raises:
            SourceError: there are more than are read.

        """
        if self._due is None or now < self._due:
            self._due = self._due or now + _EVERY
            return
        self._due = now + _EVERY
        try:
            found = consumer.list_topics(self._topic, timeout=_ASK_TIMEOUT_S)
        except KafkaException as ex:
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
