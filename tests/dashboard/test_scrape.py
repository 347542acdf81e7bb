"""What a process of the flow tells, read from Prometheus' text format."""

import pytest
from prometheus_client import REGISTRY, CollectorRegistry, Counter, generate_latest

import dataflows.metrics
import sinks.metrics
from dashboard.scrape import SinkCounts, scrape_from_text

_TEXT = """\
# HELP bytewax_items_total of Bytewax
# TYPE bytewax_items_total counter
bytewax_items_total{worker="0"} 9
# HELP live_viewers_snapshot_seconds s
# TYPE live_viewers_snapshot_seconds histogram
live_viewers_snapshot_seconds_bucket{le="0.001"} 90
live_viewers_snapshot_seconds_bucket{le="0.003"} 100
live_viewers_snapshot_seconds_bucket{le="+Inf"} 100
live_viewers_snapshot_seconds_count 100
live_viewers_snapshot_seconds_sum 0.25
# TYPE live_viewers_snapshot_bytes_total counter
live_viewers_snapshot_bytes_total 5000
# TYPE live_viewers_state_bytes gauge
live_viewers_state_bytes 700
# TYPE live_viewers_offset_commits_total counter
live_viewers_offset_commits_total{result="done"} 5
# TYPE live_viewers_sink_batches_total counter
live_viewers_sink_batches_total{to="profiles"} 7
live_viewers_sink_batches_total{to="a topic"} 8
# TYPE live_viewers_sink_retries_total counter
live_viewers_sink_retries_total{to="profiles"} 3
# TYPE live_viewers_sink_throttles_total counter
live_viewers_sink_throttles_total{to="profiles"} 2
"""


def test_snapshots_are_read() -> None:
    """Count, time, bounds and sizes of snapshots are those of the answer."""
    scrape = scrape_from_text(_TEXT)

    assert (scrape.snapshots, scrape.snapshot_s) == (100, 0.25)
    assert scrape.snapshots_within == {0.001: 90, 0.003: 100, float("inf"): 100}
    assert (scrape.snapshot_bytes, scrape.state_bytes) == (5_000, 700)


def test_sinks_are_read() -> None:
    """What is counted from the first time on is 0 before; the rest is not known."""
    assert scrape_from_text(_TEXT).sinks == {
        "a topic": SinkCounts(batches=8, throttles=0),
        "profiles": SinkCounts(batches=7, retries=3, throttles=2),
    }


@pytest.mark.parametrize(
    ("line", "failed"),
    [("", 0), ('live_viewers_offset_commits_total{result="failed"} 4\n', 4)],
)
def test_failed_commits(line: str, failed: int) -> None:
    """Where commits are counted and none failed, that is 0 and known."""
    done = 'live_viewers_offset_commits_total{result="done"} 5\n'
    text = _TEXT.replace(done, done + line)

    assert scrape_from_text(text).commits_failed == failed


def test_what_is_not_told_is_not_known() -> None:
    """A metric that is missing is no 0."""
    text = "# TYPE live_viewers_state_bytes gauge\nlive_viewers_state_bytes 1\n"
    scrape = scrape_from_text(text)

    assert (scrape.snapshots, scrape.commits_failed, scrape.sinks) == (None, None, {})


@pytest.mark.parametrize(
    "text", ["", "<html>live_viewers_ is no metric</html>", "up 1\n"]
)
def test_text_that_is_not_of_the_flow(text: str) -> None:
    """Something else that answers is not taken for the flow."""
    with pytest.raises(ValueError, match="metric"):
        scrape_from_text(text)


def test_names_are_those_of_the_flow() -> None:
    """What the flow's own modules register is what is read here."""
    sinks.metrics.BATCHES.labels("a table").inc(0)
    dataflows.metrics.OFFSET_COMMITS.labels("failed").inc(0)

    scrape = scrape_from_text(generate_latest(REGISTRY).decode())

    known = (scrape.snapshots, scrape.snapshot_bytes, scrape.state_bytes)
    assert None not in (*known, scrape.commits_failed)
    assert scrape.sinks["a table"].throttles == 0


def test_label_of_a_stranger_is_text() -> None:
    """A name that holds quotes and line ends is one name."""
    registry = CollectorRegistry()
    counter = Counter("live_viewers_sink_batches", "b", ["to"], registry=registry)
    counter.labels('a"b\nc').inc()

    assert list(scrape_from_text(generate_latest(registry).decode()).sinks) == [
        'a"b\nc'
    ]
