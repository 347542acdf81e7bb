"""Whether a flow can keep its state in a recovery folder."""

import os
import shutil
import sqlite3
from pathlib import Path
from typing import Final

from stack.doctor.context import Context
from stack.doctor.finding import Finding, note, ok, problem, unchecked, warning

__all__ = ["check_recovery"]

_NEW_STORE: Final = "make a store: `mkdir -p {0} && python -m bytewax.recovery {0} 1`"
_LITTLE_ROOM_BYTES: Final = 1024**3


def check_recovery(context: Context) -> list[Finding]:
    """Look whether a flow can keep its state in the recovery folder."""
    folder = context.recovery
    if folder is None:
        found = "not looked at: no `--recovery FOLDER` was given"
        return [note("recovery store", found)]
    subject, cure = str(folder), _NEW_STORE.format(folder)
    if not folder.is_dir():
        return [problem(subject, "the recovery folder does not exist", cure)]
    files = sorted(folder.glob("part-*.sqlite3"))
    if not files:
        return [problem(subject, "it holds no partitions of a recovery store", cure)]
    locked = [p.name for p in (folder, *files) if not os.access(p, os.R_OK | os.W_OK)]
    if locked:
        found = f"this user may not write {', '.join(locked)}"
        return [problem(subject, found, "let the user that runs the flow own it")]
    return [_completeness(subject, files), *_room(subject, folder)]


def _completeness(subject: str, files: list[Path]) -> Finding:
    try:
        counts = {_part_count(file) for file in files}
    except sqlite3.Error as ex:
        cure = "restore it from a backup, or begin with a new store"
        return unchecked(subject, f"a partition can't be read: {ex}", cure)
    if counts != {len(files)}:
        of = " or ".join(str(count) for count in sorted(counts))
        cure = "restore the other files from a backup, or begin with a new store"
        return problem(subject, f"{len(files)} partition files of {of}", cure)
    size = sum(file.stat().st_size for file in files) / 1e6
    return ok(subject, f"{len(files)} partition files, all there, {size:,.1f} MB")


def _part_count(file: Path) -> int:
    # As it lies on the disk: the flow may be writing, and must not be kept waiting.
    store = sqlite3.connect(f"{file.resolve().as_uri()}?immutable=1", uri=True)
    try:
        rows = store.execute("SELECT part_count FROM parts").fetchall()
    finally:
        store.close()
    return int(rows[0][0]) if rows else 0


def _room(subject: str, folder: Path) -> list[Finding]:
    free = shutil.disk_usage(folder).free
    if free >= _LITTLE_ROOM_BYTES:
        return []
    found = f"its disk has {free / 1e6:,.0f} MB left"
    return [warning(subject, found, "make room: a full disk ends the flow")]
