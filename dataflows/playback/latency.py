"""How long events take to show, counted in buckets that add up over shards."""

from bisect import bisect_left
from collections import deque
from typing import Final

import msgspec

__all__ = ["EDGES_MS", "Latencies", "LatencyCounts", "RecentLatency"]

EDGES_MS: Final = (
    *(1, 2, 3, 5, 7.5, 10, 15, 20, 30, 45, 60, 80, 100, 150, 200, 250, 350, 500, 750),
    *(1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 300_000),
)
"""The upper edges of the buckets; one more bucket takes the rest."""

_SECONDS: Final = 10
"""How many seconds are lately: enough for a 99th percentile, and soon forgotten."""


class Latencies(msgspec.Struct, frozen=True, gc=False):
    """Counts by bucket, and what they come to in all, in milliseconds."""

    counts: tuple[int, ...]
    sum_ms: float


class LatencyCounts:
    """Counts latencies until they are taken."""

    def __init__(self) -> None:
        self._counts = _no_counts()
        self._sum_ms = 0.0

    def add(self, ms: float) -> None:
        """Count one."""
        self._counts[bisect_left(EDGES_MS, ms)] += 1
        self._sum_ms += ms

    def take(self) -> Latencies | None:
        """Return what was counted, and begin anew; None where there was nothing."""
        if not any(self._counts):
            return None
        taken = Latencies(tuple(self._counts), self._sum_ms)
        self._counts, self._sum_ms = _no_counts(), 0.0
        return taken


class RecentLatency:
    """The latencies of the last few seconds, of all shards."""

    def __init__(self) -> None:
        self._seconds: deque[list[int]] = deque(maxlen=_SECONDS)
        self.turn()

    def add(self, latencies: Latencies) -> None:
        """Add to the second that goes on."""
        now = self._seconds[-1]
        for bucket, count in enumerate(latencies.counts):
            now[bucket] += count

    def turn(self) -> None:
        """Begin another second, and forget the oldest."""
        self._seconds.append(_no_counts())

    def quantile_ms(self, share: float) -> float | None:
        """Return what a share of them took at most; None without any.

        Between the edges of a bucket it is a straight line, as Prometheus has it; past
        the last edge it is that edge.
        """
        counts = [sum(bucket) for bucket in zip(*self._seconds, strict=True)]
        rank: float = share * sum(counts)
        low = 0.0
        if not rank:
            return None
        for count, edge in zip(counts, EDGES_MS, strict=False):
            if count >= rank:
                return float(round(low + (edge - low) * rank / count, 1))
            rank, low = rank - count, float(edge)
        return low


def _no_counts() -> list[int]:
    return [0] * (len(EDGES_MS) + 1)
