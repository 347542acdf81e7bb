"""Where a partition ends: what was told of it is true only while its broker answers."""

import logging
from datetime import datetime, timedelta
from typing import Final

from confluent_kafka import Consumer, KafkaException, TopicPartition

__all__ = ["PartitionEnd"]

_log = logging.getLogger(__name__)

# The end is told within a second of a question, for a broker holds a fetch of nothing
# for half of one, and that which is on its way is answered first. Asked each second,
# a broker that has been silent for longer can't be reached, or is stuck.
_ANSWERS_WITHIN: Final = timedelta(seconds=3)
# An answer that is on its way is void after the next question: what takes long must not
# be asked for again and again. It never takes longer than `socket.timeout.ms`.
_ASK_AGAIN_AFTER: Final = timedelta(seconds=90)


class PartitionEnd:
    """Tells whether a partition is at its end, and for how long nobody could know.

    librdkafka tells of an end once, and of a broker that it can't reach not at all: it
    reconnects, and what was written meanwhile comes late. So whoever is at the end asks
    for it again: after a seek to where one is, a fetch that brings nothing tells so.
    """

    def __init__(self, topic: str, partition: int, since: datetime) -> None:
        """Begin before the broker has answered."""
        self._topic = topic
        self._partition = partition
        self._heard = since
        # Where it is; None while there is more to be read before it.
        self._offset: int | None = None
        self._ask_due = since

    def pass_by(self, now: datetime) -> None:
        """Take note of messages; librdkafka will tell of the end behind them."""
        self._heard = now
        self._offset = None

    def reach(self, offset: int, now: datetime) -> None:
        """Take note that the end was told."""
        self._heard = now
        self._offset = offset
        self._ask_due = now

    def holds(self, now: datetime) -> bool:
        """Return whether the end has been reached, as far as can be known now."""
        return self._offset is not None and not self.silent_ms(now)

    def silent_ms(self, now: datetime) -> int:
        """Return for how long the broker has told nothing; 0 while it answers."""
        silence = now - self._heard
        if silence <= _ANSWERS_WITHIN:
            return 0
        return silence // timedelta(milliseconds=1)

    def ask(self, consumer: Consumer, now: datetime) -> None:
        """Have the end told again, when it is time to; this waits for no broker."""
        if self._offset is None or now < self._ask_due:
            return
        self._ask_due = now + _ASK_AGAIN_AFTER
        try:
            consumer.seek(TopicPartition(self._topic, self._partition, self._offset))
        except KafkaException as ex:
            _log.warning("source topic %s: can't ask for its end: %s", self._topic, ex)
