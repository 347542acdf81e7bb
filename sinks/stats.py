"""What a sink's background writers have done, for metrics and logs."""

import threading
from dataclasses import dataclass, field

from sinks.metrics import BATCHES, ITEMS, RETRIES, THROTTLES

__all__ = ["WriteStats"]


@dataclass
class WriteStats:
    """Counters that only grow; any thread may read them at any time.

    Once everything is durable, items handed in = written + superseded + coalesced. The
    metrics of `to` grow with them.
    """

    to: str = ""
    """The table that they are of."""
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

    def count(
        self,
        *,
        requests: int = 0,
        retries: int = 0,
        throttles: int = 0,
        written: int = 0,
        superseded: int = 0,
        coalesced: int = 0,
    ) -> None:
        """Add to the counters, all of them at once."""
        with self._lock:
            self.requests += requests
            self.retries += retries
            self.throttles += throttles
            self.written += written
            self.superseded += superseded
            self.coalesced += coalesced
        BATCHES.labels(self.to).inc(requests)
        RETRIES.labels(self.to).inc(retries)
        THROTTLES.labels(self.to).inc(throttles)
        ITEMS.labels(self.to, "written").inc(written)
        ITEMS.labels(self.to, "superseded").inc(superseded)
        ITEMS.labels(self.to, "coalesced").inc(coalesced)
