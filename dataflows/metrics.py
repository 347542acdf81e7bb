"""What Prometheus is told of the flow, on Bytewax's own `/metrics`.

Each worker process tells of its own partitions and shards: sums over the processes are
those of the flow. Counters begin at 0 with the process. What is here costs something a
batch, a tally or a snapshot, and nothing an event. docs/metrics.md is made from it.
"""

import threading
from collections.abc import Callable, Iterable
from functools import cache
from itertools import accumulate
from typing import Final
from weakref import WeakSet

from prometheus_client import REGISTRY, Counter, Gauge, Histogram, Metric
from prometheus_client.core import HistogramMetricFamily
from prometheus_client.registry import Collector

from dataflows.playback.latency import EDGES_MS, Latencies
from dataflows.playback.messages import RawBatch
from dataflows.playback.profile import PlaybackStatus
from dataflows.playback.tallies import ShardTally

__all__ = [
    "EVENT_TO_PROFILE",
    "OFFSET_COMMITS",
    "SOURCE_PARTITIONS",
    "LatencyHistogram",
    "ShardMetrics",
    "took_in",
]


class LatencyHistogram(Collector):
    """A histogram that takes counts of many; `Histogram` takes them one by one."""

    def __init__(self, name: str, documentation: str) -> None:
        self._name = name
        self._documentation = documentation
        self._counts = [0] * (len(EDGES_MS) + 1)
        self._sum_ms = 0.0
        self._lock = threading.Lock()
        REGISTRY.register(self)

    def add(self, latencies: Latencies) -> None:
        """Add what was counted."""
        with self._lock:
            for bucket, count in enumerate(latencies.counts):
                self._counts[bucket] += count
            self._sum_ms += latencies.sum_ms

    def describe(self) -> Iterable[Metric]:
        """Return the same, for the registry to know the name."""
        return self.collect()

    def collect(self) -> Iterable[Metric]:
        """Return the buckets as Prometheus has them: all up to an edge, in seconds."""
        with self._lock:
            totals, sum_ms = list(accumulate(self._counts)), self._sum_ms
        edges = [*(str(edge / 1000) for edge in EDGES_MS), "+Inf"]
        buckets = list(zip(edges, totals, strict=True))
        yield HistogramMetricFamily(
            self._name, self._documentation, buckets, sum_ms / 1000
        )


_RECEIVED: Final = Counter(
    "live_viewers_messages_received",
    "Messages read from the source topic, and after a restart some of them again.",
    ["partition"],
)
_EVENTS: Final = Counter(
    "live_viewers_events",
    "What became of messages: used, skipped, late, duplicate or dead_letter, the last "
    "with its reason; what is late goes to the dead letters, too.",
    ["outcome", "reason"],
)
_SHAPES: Final = Counter(
    "live_viewers_events_by_shape", "Messages by the shape they came in.", ["shape"]
)
_CHANGES: Final = ("started", "left", "completed")
_SESSIONS: Final = Counter(
    "live_viewers_sessions",
    "Sessions of viewers that started, were watched to the end (completed), and were "
    "left.",
    ["change"],
)
_LAG_MESSAGES: Final = Gauge(
    "live_viewers_lag_messages",
    "Messages of the partition that are still to be read.",
    ["partition"],
)
_LAG_SECONDS: Final = Gauge(
    "live_viewers_lag_seconds",
    "How old the newest message was that was read; 0 at the partition's end. Where its "
    "broker has not answered for more than 3 s, at least since when.",
    ["partition"],
)
SOURCE_PARTITIONS: Final = Gauge(
    "live_viewers_source_partitions",
    "Partitions that the source topic had when the flow started.",
)
OFFSET_COMMITS: Final = Counter(
    "live_viewers_offset_commits",
    "Offsets of finished epochs committed for lag tools: done or failed.",
    ["result"],
)
EVENT_TO_PROFILE: Final = LatencyHistogram(
    "live_viewers_event_to_profile_seconds",
    "From Kafka's stamp of a message to the profile that it changed on its way to the "
    "profiles topic; the oldest message of a batch, for each batch of a shard, but for "
    "what a restart reads again.",
)
_SNAPSHOT_SECONDS: Final = Histogram(
    "live_viewers_snapshot_seconds",
    "How long the flow stood still to pack a shard, once in `SNAPSHOT_EPOCHS` epochs.",
    buckets=(0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1),
)
_SNAPSHOT_BYTES: Final = Counter(
    "live_viewers_snapshot_bytes", "Bytes packed for the recovery store."
)
_VIEWERS: Final = Gauge("live_viewers_viewers", "Viewers by status.", ["status"])
_STATE_BYTES: Final = Gauge(
    "live_viewers_state_bytes", "Size of the newest snapshot of all shards together."
)
_WATERMARK: Final = Gauge(
    "live_viewers_watermark_timestamp_seconds",
    "The event time that every shard has reached, since 1970; 0 before there is any.",
)


def took_in(raw: RawBatch) -> None:
    """Count what was read of a partition, and how far behind it is."""
    _received_of(raw.partition).inc(len(raw.values))
    _lag_messages_of(raw.partition).set(raw.lag_messages)
    _lag_seconds_of(raw.partition).set(raw.lag_ms / 1000)


# To look a child up costs more than to count.
_received_of: Final = cache(_RECEIVED.labels)
_lag_messages_of: Final = cache(_LAG_MESSAGES.labels)
_lag_seconds_of: Final = cache(_LAG_SECONDS.labels)
_events_of: Final = cache(_EVENTS.labels)
_shapes_of: Final = cache(_SHAPES.labels)
_sessions_of: Final = cache(_SESSIONS.labels)


class ShardMetrics:
    """Turns the running tally of one shard into counts of this process."""

    def __init__(self, tally: ShardTally, packed_bytes: int = 0) -> None:
        self.tally = tally
        self.packed_bytes = packed_bytes
        self._sessions: dict[str, int] = {
            change: getattr(tally, f"sessions_{change}") for change in _CHANGES
        }
        with _joining:
            _shards.add(self)

    def tell(self, tally: ShardTally) -> None:
        """Count what is new in a tally."""
        before, self.tally = self.tally, tally
        for outcome in ("used", "skipped", "late", "duplicate"):
            grown = getattr(tally, outcome) - getattr(before, outcome)
            _events_of(outcome, "").inc(grown)
        for reason, grown in _growth(before.dead_letters, tally.dead_letters):
            _events_of("dead_letter", reason).inc(grown)
        for shape, grown in _growth(before.shapes, tally.shapes):
            _shapes_of(shape).inc(grown)
        for change, most in self._sessions.items():
            # A late event may take back what was counted; a counter can't, and waits.
            self._sessions[change] = max(most, getattr(tally, f"sessions_{change}"))
            _sessions_of(change).inc(self._sessions[change] - most)

    def packed(self, seconds: float, size: int) -> None:
        """Count a snapshot."""
        _SNAPSHOT_SECONDS.observe(seconds)
        _SNAPSHOT_BYTES.inc(size)
        self.packed_bytes = size


_shards: Final[WeakSet[ShardMetrics]] = WeakSet()
_joining: Final = threading.Lock()


def _growth(before: dict[str, int], now: dict[str, int]) -> Iterable[tuple[str, int]]:
    return ((key, count - before.get(key, 0)) for key, count in now.items())


def _live() -> list[ShardMetrics]:
    with _joining:
        return list(_shards)


def _viewers_of(status: PlaybackStatus) -> Callable[[], float]:
    return lambda: sum(shard.tally.viewers.get(status, 0) for shard in _live())


def _oldest_watermark() -> float:
    marks = [shard.tally.watermark for shard in _live()]
    return min((mark for mark in marks if mark is not None), default=0) / 1000


# Gauges of all shards are added up when somebody asks.
for _status in PlaybackStatus:
    if _status is not PlaybackStatus.LEFT:
        _VIEWERS.labels(_status.value).set_function(_viewers_of(_status))
_STATE_BYTES.set_function(lambda: sum(shard.packed_bytes for shard in _live()))
_WATERMARK.set_function(_oldest_watermark)
