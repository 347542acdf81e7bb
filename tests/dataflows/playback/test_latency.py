"""Latencies in buckets, and what half and 99 in a hundred of them took at most."""

import pytest

from dataflows.playback.latency import EDGES_MS, Latencies, LatencyCounts, RecentLatency


def counts_of(*latencies_ms: float) -> Latencies:
    """Return the counts of latencies."""
    counts = LatencyCounts()
    for ms in latencies_ms:
        counts.add(ms)
    taken = counts.take()
    assert taken is not None
    return taken


@pytest.mark.parametrize(
    ("ms", "bucket"), [(0, 0), (1, 0), (1.1, 1), (2, 1), (300_000, 25), (300_001, 26)]
)
def test_bucket_ends_with_its_edge(ms: float, bucket: int) -> None:
    """An edge belongs to the bucket below it; past the last there is one more."""
    counts = counts_of(ms).counts

    assert counts.index(1) == bucket
    assert len(counts) == len(EDGES_MS) + 1


def test_sum() -> None:
    """What they come to in all is told beside the counts."""
    assert counts_of(3, 30).sum_ms == 33


def test_taken_once() -> None:
    """What is taken is not counted again; without latencies there is nothing."""
    counts = LatencyCounts()
    counts.add(5)

    assert counts.take() == counts_of(5)
    assert counts.take() is None


def test_nothing_lately() -> None:
    """Without latencies there is no quantile."""
    assert RecentLatency().quantile_ms(0.5) is None


def test_quantiles_lie_between_the_edges() -> None:
    """A quantile is on a straight line from one edge of its bucket to the other."""
    recent = RecentLatency()
    recent.add(counts_of(*[12] * 50, *[70] * 50))

    assert recent.quantile_ms(0.25) == 12.5
    assert recent.quantile_ms(0.5) == 15
    assert recent.quantile_ms(0.99) == pytest.approx(79.6)


def test_past_the_last_edge() -> None:
    """What took longer than the last edge took at least that."""
    recent = RecentLatency()
    recent.add(counts_of(1e9))

    assert recent.quantile_ms(0.5) == EDGES_MS[-1]


def test_shards_add_up() -> None:
    """Counts of several shards are those of one."""
    apart, together = RecentLatency(), RecentLatency()
    apart.add(counts_of(3, 30))
    apart.add(counts_of(300))
    together.add(counts_of(3, 30, 300))

    assert apart.quantile_ms(0.9) == together.quantile_ms(0.9)


def test_forgotten_after_ten_seconds() -> None:
    """A latency counts in ten records, and no longer."""
    recent = RecentLatency()
    recent.add(counts_of(5))
    seen = []
    for _ in range(11):
        seen.append(recent.quantile_ms(0.5) is not None)
        recent.turn()

    assert seen == [True] * 10 + [False]
