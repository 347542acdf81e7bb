"""What a sink's background writers have done, for metrics and logs."""

import threading
from dataclasses import dataclass, field

from prometheus_client import Counter, Gauge

from sinks.metrics import BATCHES, ITEMS, PENDING, RETRIES, THROTTLES

__all__ = ["WriteStats"]


@dataclass
class WriteStats:
    """Counters that only grow; any thread may read them at any time.

    What is handed in, and neither written nor superseded nor coalesced, is pending. The
    metrics of `to` grow with them.
    """

    to: str = ""
    """The table that they are of."""
    handed_in: int = 0
    """Items that the flow has handed in."""
    requests: int = 0
    """Requests to the service, lookups of versions with them."""
    retries: int = 0
    """Items that had to be tried again."""
    throttles: int = 0
    """Answers that said, of all items or of some, that we are too fast."""
    written: int = 0
    """Items that the service has acknowledged."""
    superseded: int = 0
    """Items left out because a newer version of them was stored already."""
    coalesced: int = 0
    """Items left out because a newer one of their key came before they were sent."""
    last_fault: str = "none"
    """The last fault that passed, or is hoped to."""
    _lock: threading.Lock = field(
        default_factory=threading.Lock, repr=False, compare=False
    )
    _metrics: tuple[Counter, ...] = field(init=False, repr=False, compare=False)
    _pending: Gauge = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Look the metrics up once, which costs more than to count."""
        results = ("written", "superseded", "coalesced")
        self._metrics = (
            *(metric.labels(self.to) for metric in (BATCHES, RETRIES, THROTTLES)),
            *(ITEMS.labels(self.to, result) for result in results),
        )
        self._pending = PENDING.labels(self.to)

    def count(
        self,
        *,
        handed_in: int = 0,
        requests: int = 0,
        retries: int = 0,
        throttles: int = 0,
        written: int = 0,
        superseded: int = 0,
        coalesced: int = 0,
    ) -> None:
        """Add to the counters, all of them at once."""
        with self._lock:
            self.handed_in += handed_in
            self.requests += requests
            self.retries += retries
            self.throttles += throttles
            self.written += written
            self.superseded += superseded
            self.coalesced += coalesced
        grown = (requests, retries, throttles, written, superseded, coalesced)
        for metric, by in zip(self._metrics, grown, strict=True):
            if by:
                metric.inc(by)
        if pending := handed_in - written - superseded - coalesced:
            self._pending.inc(pending)
