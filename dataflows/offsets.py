"""Offsets in the consumer group: told for others to see, never resumed from.

The position is in the recovery store. Kafka's lag tools look at a group's committed
offsets instead, so those of finished epochs are committed. They also tell one thing to
a flow that starts: a partition that they lack, where they have others, is a new one.
"""

import logging
from collections.abc import Iterable
from time import monotonic, sleep
from typing import Final

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

from dataflows.errors import SourceError
from dataflows.metrics import OFFSET_COMMITS

__all__ = ["OffsetCommits", "check_end", "first_offset", "made_anew", "tell_gap"]

_log = logging.getLogger(__name__)

_ASK_TIMEOUT_S: Final = 30
# The flow waits for the answer.
_GAP_TIMEOUT_S: Final = 1.0
_AGAIN_S: Final = 0.1
# Kafka forgets what was committed a week ago, `offsets.retention.minutes`.
_AGAIN_AFTER_S: Final = 60.0


class OffsetCommits:
    """Commits where one partition's finished epochs end; what fails is told, no more.

    Bytewax begins an epoch when all steps and sinks are done with the one before. So
    at a snapshot the offset of the snapshot before is that of a finished epoch.
    """

    def __init__(self, topic: str, partition: int) -> None:
        self._topic = topic
        self._partition = partition
        self._last: int | None = None
        self._committed: int | None = None
        self._again_at = 0.0
        self._trouble: int | None = None

    def snapshot(self, consumer: Consumer, offset: int) -> None:
        """Note the offset of a snapshot, and commit the one of the snapshot before."""
        finished, self._last = self._last, offset
        now = monotonic()
        same = finished == self._committed and now < self._again_at
        if finished is None or same:
            return
        at = TopicPartition(self._topic, self._partition, finished)
        try:
            consumer.commit(offsets=[at], asynchronous=True)
        except KafkaException as ex:
            self.heed(ex.args[0], [at])
        else:
            self._committed, self._again_at = finished, now + _AGAIN_AFTER_S

    def heed(self, error: KafkaError | None, _at: list[TopicPartition]) -> None:
        """Take the answer to a commit; to be the consumer's `on_commit`."""
        if error is None:
            OFFSET_COMMITS.labels("done").inc()
            self._trouble = None
            return
        OFFSET_COMMITS.labels("failed").inc()
        self._committed = None
        if error.code() != self._trouble:  # said once, not each epoch
            self._trouble = error.code()
            _log.warning(
                "source topic %s, partition %s: can't commit the offset, so lag tools "
                "are behind; the flow is not: %s",
                self._topic,
                self._partition,
                error.str(),
            )


def first_offset(
    consumer: Consumer, at: TopicPartition, every: Iterable[int], start: str
) -> int:
    """Return where a partition begins that has no resume state.

    That is a real offset, so that a restart before the first message loses none. A
    partition that was added while the flow was there, seen or not, is read from its
    beginning whatever `start` says: nobody has read what it holds.
    """
    low, high = consumer.get_watermark_offsets(at, timeout=_ASK_TIMEOUT_S)
    if start != "end":
        return low
    if _is_new(consumer, at, every):
        _log.warning(
            "source topic %s, partition %s is new: reading it from its beginning",
            at.topic,
            at.partition,
        )
        return low
    return high


def check_end(consumer: Consumer, at: TopicPartition, read_to: int) -> None:
    """See that a partition holds what an earlier run has read of it.

    Raises:
        SourceError: it ends before that.

    """
    _, high = consumer.get_watermark_offsets(at, timeout=_ASK_TIMEOUT_S)
    if high < read_to:
        raise made_anew(at.topic, read_to, high)


def made_anew(topic: str, offset: int, found: int) -> SourceError:
    """Return the error of a topic that does not hold what was read of it."""
    msg = (
        f"source topic `{topic}` must go on where it was read to; got offset {found} "
        f"after {offset} instead, so it was made anew, or has lost messages; start "
        "with a new recovery store"
    )
    return SourceError(msg)


def tell_gap(consumer: Consumer, at: TopicPartition, offset: int) -> None:
    """Say so when the topic's retention has taken what was to be read next."""
    try:
        low, _ = consumer.get_watermark_offsets(at, timeout=_GAP_TIMEOUT_S)
    except KafkaException as ex:
        _log.warning("source topic %s: can't explain a gap: %s", at.topic, ex)
        return
    if low > offset:
        _log.error(
            "source topic %s, partition %s: %s messages from offset %s on are gone "
            "unread; raise the topic's retention.ms",
            at.topic,
            at.partition,
            low - offset,
            offset,
        )


def _is_new(consumer: Consumer, at: TopicPartition, every: Iterable[int]) -> bool:
    """Return whether the group knows other partitions of the topic, but not this."""
    asked = [TopicPartition(at.topic, number) for number in every]
    try:
        answer = _committed(consumer, asked)
    except KafkaException as ex:
        _log.warning(
            "source topic %s, partition %s: can't tell whether it is new, and so begin "
            "at its end: %s",
            at.topic,
            at.partition,
            ex.args[0].str(),
        )
        return False
    known = {found.partition for found in answer if found.offset >= 0}
    return bool(known) and at.partition not in known


def _committed(consumer: Consumer, asked: list[TopicPartition]) -> list[TopicPartition]:
    """Ask the group, again while its coordinator is on the move or not up yet."""
    until = monotonic() + _ASK_TIMEOUT_S
    while True:
        try:
            return consumer.committed(asked, timeout=_ASK_TIMEOUT_S)
        except KafkaException as ex:
            if ex.args[0].code() not in _COORDINATOR_AWAY or monotonic() > until:
                raise
        sleep(_AGAIN_S)


_COORDINATOR_AWAY: Final = frozenset(
    {
        KafkaError.NOT_COORDINATOR,
        KafkaError.COORDINATOR_NOT_AVAILABLE,
        KafkaError.COORDINATOR_LOAD_IN_PROGRESS,
    }
)
