"""What the collector does with a request: translate it, store it, count it."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn

from stack.collector.bad_rows import bad_row_message
from stack.collector.enriched import Row, viewer_of
from stack.collector.producing import BatchProducer, Failure, Message
from stack.collector.shapes import Shape, message
from stack.collector.tracking import BadRow, BadRowReason, Request
from stack.collector.translation import translate
from stack.collector.visitor import ANONYMOUS_USERID

__all__ = ["Collector", "Counts", "NotStoredError"]

_log = logging.getLogger(__name__)


class NotStoredError(Exception):
    """Kafka does not have all of a request; the tracker should send it again."""


@dataclass
class Counts:
    """What came so far: requests with what they held, and requests sent away."""

    requests: int = 0
    events: int = 0
    bad_rows: int = 0
    not_stored: int = 0

    def __str__(self) -> str:
        """Return them on one line."""
        return " ".join(f"{name}={value}" for name, value in vars(self).items())


class Collector:
    """Puts every event of a request on a topic: the source topic, or the bad rows.

    `is_stopping` tells whether connections had better not be kept for more requests.

    Args:
        producer: writes to Kafka.
        source_topic: where events go.
        bad_rows_topic: where goes what can't be an event.
        shape: of the events.

    """

    def __init__(
        self,
        producer: BatchProducer,
        *,
        source_topic: str,
        bad_rows_topic: str,
        shape: Shape = Shape.TSV,
    ) -> None:
        self.counts = Counts()
        self.is_stopping = False
        self._open_requests = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._producer = producer
        self._source_topic = source_topic
        self._bad_rows_topic = bad_rows_topic
        self._shape = shape
        self._kafka_is_away = False

    async def collect(self, request: Request) -> None:
        """Return once Kafka has all that a request holds.

        Raises:
            NotStoredError: it has not, and may do so later.

        """
        self._open_requests += 1
        self._idle.clear()
        try:
            await self._store(request)
        except NotStoredError:
            self.counts.not_stored += 1
            raise
        finally:
            self._open_requests -= 1
            if not self._open_requests:
                self._idle.set()

    async def stop(self) -> None:
        """Return once no request is open."""
        self.is_stopping = True
        await self._idle.wait()

    async def _store(self, request: Request) -> None:
        found = translate(request)
        events = [self._event(row) for row in found.rows]
        bad_rows = [self._bad_row(bad, request) for bad in found.bad_rows]
        failures = await self._send([*events, *bad_rows])
        too_large = [failure for failure in failures if failure.is_too_large]
        refused = [self._refused(failure, request) for failure in too_large]
        others = [failure for failure in failures if not failure.is_too_large]
        self._check(others or await self._send(refused))
        self.counts.requests += 1
        self.counts.events += len(events) - len(refused)
        self.counts.bad_rows += len(bad_rows) + len(refused)

    async def _send(self, messages: Sequence[Message]) -> list[Failure]:
        try:
            return await self._producer.send(messages)
        except TimeoutError:
            self._fail("too much is waiting for it")

    def _event(self, row: Row) -> Message:
        viewer_id = viewer_of(row)
        # Who is nobody shares no partition with all others who are.
        key = None
        if viewer_id is not None and viewer_id != ANONYMOUS_USERID:
            key = viewer_id.encode()
        return Message(self._source_topic, key, message(row, self._shape))

    def _bad_row(self, bad_row: BadRow, request: Request) -> Message:
        value = bad_row_message(bad_row, request)
        return Message(self._bad_rows_topic, None, value)

    def _refused(self, failure: Failure, request: Request) -> Message:
        """Return the bad row of an event that its topic will never take."""
        detail = f"{failure.message.topic}: {failure.error.str()}"
        value = failure.message.value
        return self._bad_row(BadRow(BadRowReason.TOO_LARGE, detail, value), request)

    def _check(self, failures: Sequence[Failure]) -> None:
        if failures:
            self._fail(f"{failures[0].message.topic}: {failures[0].error.str()}")
        if self._kafka_is_away:
            self._kafka_is_away = False
            _log.info("Kafka takes events again")

    def _fail(self, why: str) -> NoReturn:
        # Once, not a line a request; the counts tell how many.
        if not self._kafka_is_away:
            self._kafka_is_away = True
            _log.warning(
                "Kafka does not take events, so trackers are told to retry: %s; is it "
                "up, and `KAFKA_BOOTSTRAP_SERVERS` right?",
                why,
            )
        raise NotStoredError(why)
