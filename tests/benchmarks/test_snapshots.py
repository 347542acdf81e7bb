"""That what an epoch costs is told as it was."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.benchmarks.snapshots import slowest_ms
from tests.benchmarks.store import live_bytes, newest_epoch, written_bytes


@pytest.mark.parametrize(
    ("packed", "most_ms"),
    [
        ([(0.0, 5.0)], 0),
        ([(0.0, 5.0), (1.0, 5.1), (2.0, 5.1), (3.0, 5.3), (4.0, 5.3)], 200),
        ([(0.0, 5.0), (1.0, 5.1), (2.0, 5.2), (3.0, 5.2)], 200),
    ],
    ids=["one look", "a burst an epoch", "a burst seen in two looks"],
)
def test_slowest_is_within_an_epoch(
    packed: list[tuple[float, float]], most_ms: float
) -> None:
    """What is packed within the time of an epoch counts together, and no more."""
    assert slowest_ms(packed) == pytest.approx(most_ms)


def test_store_tells_what_is_live(tmp_path: Path) -> None:
    """The newest snapshot of each key is live; what an epoch wrote is all of it."""
    with closing(sqlite3.connect(tmp_path / "part-0.sqlite3")) as store, store:
        store.execute(
            "create table snaps "
            "(step_id text, state_key text, snap_epoch integer, ser_change blob)"
        )
        rows = [("s", "1", 1, b"abc"), ("s", "2", 1, b"ab"), ("s", "1", 2, b"abcd")]
        store.executemany("insert into snaps values (?, ?, ?, ?)", rows)

    assert live_bytes(tmp_path) == 6
    assert newest_epoch(tmp_path) == 2
    assert written_bytes(tmp_path, 0) == {1: 5, 2: 4}
    assert written_bytes(tmp_path, 1) == {2: 4}
