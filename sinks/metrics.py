"""What Prometheus is told of the sinks; `to` is the table or topic that is written.

Counters begin at 0 with the process; sums over the processes are those of the flow.
"""

from typing import Final

from prometheus_client import Counter, Gauge, Histogram

__all__ = [
    "BATCHES",
    "FLUSH_SECONDS",
    "ITEMS",
    "PENDING",
    "RETRIES",
    "THROTTLES",
    "WAITS",
]

BATCHES: Final = Counter(
    "live_viewers_sink_batches",
    "Requests to DynamoDB, and batches handed to Kafka's producer.",
    ["to"],
)
ITEMS: Final = Counter(
    "live_viewers_sink_items",
    "Items and records by what became of them: written (of a topic: handed to the "
    "producer), superseded by a newer one that is stored, or coalesced with a newer "
    "one before it was sent.",
    ["to", "result"],
)
PENDING: Final = Gauge(
    "live_viewers_sink_pending",
    "Items of a table that were handed in and are not durable yet.",
    ["to"],
)
RETRIES: Final = Counter(
    "live_viewers_sink_retries", "Items of a table that had to be tried again.", ["to"]
)
THROTTLES: Final = Counter(
    "live_viewers_sink_throttles",
    "Answers of DynamoDB or Kafka that said that we are too fast.",
    ["to"],
)
WAITS: Final = Counter(
    "live_viewers_sink_waits",
    "Times that the flow stood still because too much of a sink was not acknowledged.",
    ["to"],
)
FLUSH_SECONDS: Final = Histogram(
    "live_viewers_sink_flush_seconds",
    "How long the end of an epoch held the flow: until all was acknowledged, or of a "
    "table, where that is kept, until what was not had been noted.",
    ["to"],
    buckets=(0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100),
)
