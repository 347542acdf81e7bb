"""The metrics as docs/metrics.md tells them; `make docs` writes it."""

from pathlib import Path
from typing import Final

from prometheus_client import Metric
from prometheus_client.metrics import MetricWrapperBase

import dataflows.metrics
import sinks.metrics
from dataflows.metrics import LatencyHistogram

__all__ = ["ALARMS", "METRICS", "documented", "metrics_page"]

METRICS: Final = Path(__file__).parents[1] / "docs" / "metrics.md"

ALARMS: Final = {
    "live_viewers_messages_received_total": "none for 5 minutes while there is traffic",
    "live_viewers_events_total": (
        "`late` or `dead_letter` above 1 % of all for 5 minutes"
    ),
    "live_viewers_events_by_shape_total": "",
    "live_viewers_sessions_total": "",
    "live_viewers_lag_messages": "",
    "live_viewers_lag_seconds": "above 60 for 5 minutes, the largest of all partitions",
    "live_viewers_source_partitions": "",
    "live_viewers_offset_commits_total": "`failed` grows for 15 minutes",
    "live_viewers_event_to_profile_seconds": "p99 above 1 s for 5 minutes",
    "live_viewers_snapshot_seconds": "",
    "live_viewers_snapshot_bytes_total": "",
    "live_viewers_viewers": "",
    "live_viewers_state_bytes": "the memory is too small for twice as much",
    "live_viewers_watermark_timestamp_seconds": (
        "more than 5 minutes behind the clock while there is traffic"
    ),
    "live_viewers_sink_batches_total": "",
    "live_viewers_sink_items_total": "",
    "live_viewers_sink_pending": "above 25,000 for 5 minutes",
    "live_viewers_sink_retries_total": "",
    "live_viewers_sink_throttles_total": "grows for 5 minutes",
    "live_viewers_sink_waits_total": "grows for 5 minutes",
    "live_viewers_sink_flush_seconds": "p99 above half of an epoch for 5 minutes",
}
"""What to be woken for, by the name that Prometheus has; nothing where it is empty."""

_HEAD: Final = """\
# Metrics

Beside Bytewax's own, on `http://HOST:3030/metrics` of each worker process where
`BYTEWAX_DATAFLOW_API_ENABLED=1` is set; `BYTEWAX_DATAFLOW_API_PORT` says another port.
Each process tells of its own partitions and shards, so add them up (`sum`, and `max` of
the lag in seconds, `min` of the watermark). Counters begin at 0 with the process.

The latency that users see, over all processes:

```promql
histogram_quantile(0.99,
  sum by (le) (rate(live_viewers_event_to_profile_seconds_bucket[5m])))
```

The same of the last 10 seconds is in each record of `live-audience`, as
`latency_p50_ms` and `latency_p99_ms`. Both end when the profile is on its way to the
producer, which lingers up to 2 ms (`linger.ms`) before the broker is sent it.

| metric | type | labels | what it is | alarm when |
|---|---|---|---|---|
"""


def documented() -> dict[str, tuple[Metric, str]]:
    """Return our metrics and their labels by the name that Prometheus has."""
    found = {}
    for module in (dataflows.metrics, sinks.metrics):
        for metric in vars(module).values():
            if isinstance(metric, (MetricWrapperBase, LatencyHistogram)):
                (family,) = metric.describe()
                names = getattr(metric, "_labelnames", ())
                labels = ", ".join(f"`{label}`" for label in names)
                suffix = "_total" if family.type == "counter" else ""
                found[family.name + suffix] = (family, labels)
    return found


def metrics_page() -> str:
    """Render the page."""
    return _HEAD + "".join(
        f"| `{name}` | {family.type} | {labels} | {family.documentation} "
        f"| {ALARMS[name]} |\n"
        for name, (family, labels) in documented().items()
    )


if __name__ == "__main__":
    METRICS.write_text(metrics_page())
