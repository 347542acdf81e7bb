"""Threads that write a DynamoDB table behind the dataflow's back."""

import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import Final

from sinks.batching import CoalescingBuffer, Write
from sinks.client import CONNECTIONS
from sinks.faults import TransientFault, backoff_s
from sinks.metrics import WAITS
from sinks.stats import WriteStats
from sinks.table import READ_LIMIT, WRITE_LIMIT, Table
from sinks.versions import VersionGate

__all__ = ["MAX_PENDING", "BackgroundWriter"]

_log = logging.getLogger(__name__)

# About 60 MB of profiles (measured); a flush of them takes AWS a few seconds.
MAX_PENDING: Final = 50_000
# One request at a time keeps up with a calm stream: what comes meanwhile goes together,
# fewer requests for the same delay. An answer that takes longer, in lingers, is not
# waited for: DynamoDB is slow then, or the stream is not calm.
_UNDER_WAY_LINGERS: Final = 10
# How long the dataflow waits for DynamoDB before saying so, again and again.
_PATIENCE_S: Final = 5.0


class BackgroundWriter:
    """Write items in batches from a few threads, the newest of each key.

    The dataflow's thread hands writes in and waits only for room, or for all of them
    to be durable. Faults that pass are tried again for ever; the first that does not
    ends the threads and is raised in the dataflow's thread.

    Args:
        table: where to write.
        gate: keeps older versions out, where items have a version.
        linger: how long a batch that is not full waits for more; ten times as long as
            that while a request is under way.
        stats: where items are counted.

    """

    def __init__(
        self,
        table: Table,
        *,
        gate: VersionGate | None,
        linger: timedelta,
        stats: WriteStats,
    ) -> None:
        self._table = table
        self._gate = gate
        self._linger_s = linger.total_seconds()
        self._stats = stats
        self._buffer = CoalescingBuffer()
        self._flushing = False
        self._error: Exception | None = None
        # One lock guards all of the above; its two conditions only tell who waits.
        lock = threading.Lock()
        self._work = threading.Condition(lock)
        self._progress = threading.Condition(lock)
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._run, name=f"{table.name}-{n}", daemon=True)
            for n in range(CONNECTIONS)
        ]
        for thread in self._threads:
            thread.start()

    def add(self, writes: Iterable[Write]) -> None:
        """Hand in writes in their order, and wait while too many are pending.

        Raises:
            SinkError: a write, of these or of earlier ones, has failed for good.

        """
        with self._work:
            coalesced, ready = self._buffer.coalesced, self._buffer.ready
            handed_in = 0
            for write in writes:
                self._buffer.add(write)
                handed_in += 1
            coalesced = self._buffer.coalesced - coalesced
            self._stats.count(handed_in=handed_in, coalesced=coalesced)
            self._tell_of_more(ready)
            if len(self._buffer) > MAX_PENDING:
                WAITS.labels(self._table.name).inc()
            self._await(lambda: len(self._buffer) <= MAX_PENDING, "for room")

    def flush(self) -> None:
        """Wait until everything that was handed in is durable.

        Raises:
            SinkError: a write has failed for good.

        """
        with self._work:
            self._flushing = True
            self._work.notify_all()
            self._await(self._is_over, "until all is durable")
            self._flushing = False

    def pending(self) -> list[Write]:
        """Return what is not durable yet: to hand that in again does no harm.

        Raises:
            SinkError: a write has failed for good.

        """
        with self._work:
            if self._error is not None:
                raise self._error
            return self._buffer.pending()

    def close(self) -> None:
        """Give what is left a moment, then end the threads; never raise.

        Who ends well has flushed before, or keeps what was pending. After a failure,
        anywhere in the flow, what is lost here comes again when the flow resumes; to
        raise once more would make Bytewax abort the process.
        """
        with self._work:
            self._flushing = True
            self._work.notify_all()
            self._progress.wait_for(self._is_over, timeout=_PATIENCE_S)
            left = len(self._buffer)
        self._end()
        for thread in self._threads:
            thread.join()
        level = logging.ERROR if left else logging.INFO
        _log.log(
            level,
            "table %s: closed, %d items not durable, %s",
            self._table.name,
            left,
            self._stats,
        )

    def _await(self, done: Callable[[], bool], what: str) -> None:
        while not self._progress.wait_for(
            lambda: done() or self._error is not None, timeout=_PATIENCE_S
        ):
            _log.warning(
                "table %s: waiting %s, %d items pending after %s",
                self._table.name,
                what,
                len(self._buffer),
                self._stats,
            )
        if self._error is not None:
            raise self._error

    def _is_over(self) -> bool:
        return not self._buffer or self._error is not None

    def _end(self, error: Exception | None = None) -> None:
        with self._work:
            self._error = self._error or error
            self._stop.set()
            self._work.notify_all()
            self._progress.notify_all()

    def _run(self) -> None:
        failures = 0
        try:
            while not self._stop.is_set():
                batch = self._take()
                again = self._attempt(batch)
                if not again:
                    failures = 0
                    continue
                # Some went through: the table is slow, not shut.
                failures = failures + 1 if len(again) == len(batch) else 1
                self._stop.wait(backoff_s(failures))
                self._put_back(again)
        except Exception as ex:  # noqa: BLE001, the flow must hear of it, or hang
            self._end(ex)

    def _take(self) -> list[Write]:
        # First writes of a key are looked up by the hundred before they are written.
        limit = READ_LIMIT if self._gate else WRITE_LIMIT
        with self._work:
            self._work.wait_for(lambda: self._buffer.ready or self._stop.is_set())
            self._work.wait_for(self._is_urgent, timeout=self._linger_s)
            self._work.wait_for(
                self._is_due, timeout=self._linger_s * _UNDER_WAY_LINGERS
            )
            taken = [] if self._stop.is_set() else self._buffer.take(limit)
            self._wake_others()
            return taken

    def _is_due(self) -> bool:
        return not self._buffer.in_flight or self._is_urgent()

    def _is_urgent(self) -> bool:
        full = self._buffer.ready >= WRITE_LIMIT
        return full or self._flushing or self._stop.is_set()

    def _attempt(self, writes: Sequence[Write]) -> list[Write]:
        """Write what should be; return what must be tried again, still in flight."""
        again: list[Write] = []
        if self._gate is not None:
            writes, superseded, again = self._gate.sort(writes)
            self._stats.count(superseded=len(superseded))
            self._finish(superseded)
        for start in range(0, len(writes), WRITE_LIMIT):
            again += self._send(writes[start : start + WRITE_LIMIT])
        return again

    def _send(self, writes: Sequence[Write]) -> list[Write]:
        try:
            left = self._table.write(writes)
            throttled = bool(left)
        except TransientFault as ex:
            left, throttled = list(writes), ex.throttled
        keys = {write.key for write in left}
        done = [write for write in writes if write.key not in keys]
        self._stats.count(
            written=len(done), retries=len(left), throttles=int(throttled)
        )
        if self._gate is not None:
            # Before the keys are free: their next writes must find these.
            self._gate.note(done)
        self._finish(done)
        return left

    def _finish(self, writes: Iterable[Write]) -> None:
        with self._work:
            for write in writes:
                self._buffer.finish(write)
            self._wake_others()

    def _put_back(self, writes: Sequence[Write]) -> None:
        with self._work:
            before = self._buffer.coalesced
            for write in reversed(writes):  # each to the head of the line
                self._buffer.put_back(write)
            self._stats.count(coalesced=self._buffer.coalesced - before)
            self._wake_others()

    def _tell_of_more(self, before: int) -> None:
        """Wake a writer where one can begin to wait for more, or need not any more.

        Each waking takes the interpreter from the dataflow, which hands in a write or
        two at a time.
        """
        ready = self._buffer.ready
        if (not before and ready) or before < WRITE_LIMIT <= ready:
            self._work.notify()

    def _wake_others(self) -> None:
        # One writer at a time, who wakes the next: most of the time, one is enough.
        if self._buffer.ready:
            self._work.notify()
        self._progress.notify()
