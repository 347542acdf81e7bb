"""What writers count, and what Prometheus is told of it."""

from prometheus_client import REGISTRY

from sinks.stats import WriteStats


def told(name: str, **labels: str) -> float:
    """Return the value of a metric of the table of these tests."""
    labels = {"to": "stats-test", **labels}
    return REGISTRY.get_sample_value(f"live_viewers_sink_{name}", labels) or 0.0


def test_metrics_grow_with_the_stats() -> None:
    """Each count is in a metric of its table."""
    stats = WriteStats("stats-test")
    stats.count(handed_in=20)
    stats.count(requests=1, retries=2, throttles=3)
    stats.count(written=4, superseded=5, coalesced=6)

    assert [told(f"{n}_total") for n in ("batches", "retries", "throttles")] == [
        1,
        2,
        3,
    ]
    results = ("written", "superseded", "coalesced")
    assert [told("items_total", result=r) for r in results] == [4, 5, 6]
    assert told("pending") == 20 - 4 - 5 - 6
    assert (stats.handed_in, stats.requests, stats.written) == (20, 1, 4)
