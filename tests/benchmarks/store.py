"""The recovery store as it lies on disk: how large, and how much of it is in use.

It is read with Bytewax's own layout: a row of `snaps` is what one key of one step was
at the end of one epoch.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

__all__ = ["disk_bytes", "live_bytes", "newest_epoch", "written_bytes"]

_LIVE = """
    select total(length(ser_change)) from snaps join (
        select step_id as step, state_key as key, max(snap_epoch) as newest
        from snaps group by step_id, state_key
    ) on step_id = step and state_key = key and snap_epoch = newest
"""
_WRITTEN = """
    select snap_epoch, total(length(ser_change)) from snaps
    where snap_epoch > ? group by snap_epoch
"""


def disk_bytes(folder: Path) -> int:
    """Return the size of the files, what SQLite has yet to fold in among them."""
    return sum(path.stat().st_size for path in folder.iterdir())


def live_bytes(folder: Path) -> float:
    """Return the size of the newest state of every key: what a restart needs."""
    return sum(float(total) for (total,) in _rows(folder, _LIVE))


def newest_epoch(folder: Path) -> int:
    """Return the newest epoch of which something is written."""
    epochs = _rows(folder, "select max(snap_epoch) from snaps")
    return max((epoch for (epoch,) in epochs if epoch is not None), default=0)


def written_bytes(folder: Path, after_epoch: int) -> dict[int, float]:
    """Return how much each later epoch has written of what is still there."""
    totals: dict[int, float] = {}
    for epoch, total in _rows(folder, _WRITTEN, after_epoch):
        totals[epoch] = totals.get(epoch, 0.0) + total
    return totals


def _rows(folder: Path, query: str, *values: int) -> Iterator[tuple[Any, ...]]:
    for path in folder.glob("*.sqlite3"):
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as store:
            yield from store.execute(query, values)
