"""A recovery folder must be whole, and the flow's to write."""

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
from bytewax.recovery import init_db_dir

from stack.doctor.finding import Finding, Level
from stack.doctor.recovery import check_recovery
from tests.stack.doctor.samples import context, levels


def found(folder: Path) -> list[Finding]:
    """Return what is found of a folder."""
    return check_recovery(context(recovery=folder))


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Make a store of three partitions."""
    init_db_dir(tmp_path, 3)
    return tmp_path


def test_store_is_well(store: Path) -> None:
    """A store with all of its partitions is well, and nothing is added to it."""
    before = sorted(store.iterdir())

    (finding,) = found(store)

    assert finding.level is Level.OK
    assert "3 partition files, all there" in finding.found
    assert sorted(store.iterdir()) == before


def test_no_folder_was_named() -> None:
    """Without the option, that it was not looked at is said."""
    (finding,) = check_recovery(context())

    assert finding.level is Level.NOTE
    assert "`--recovery FOLDER`" in finding.found


@pytest.mark.parametrize("name", [".", "nothing"])
def test_no_store(tmp_path: Path, name: str) -> None:
    """A folder that is not there, or empty, is told with how to make a store."""
    (finding,) = found(tmp_path / name)

    assert finding.level is Level.PROBLEM
    assert "python -m bytewax.recovery" in finding.cure


def test_partition_is_lost(store: Path) -> None:
    """A store that lacks a partition is a problem."""
    (store / "part-1.sqlite3").unlink()

    (finding,) = found(store)

    assert finding.level is Level.PROBLEM
    assert finding.found == "2 partition files of 3"


def test_partition_is_broken(store: Path) -> None:
    """A partition that is no database is told as one that can't be read."""
    (store / "part-1.sqlite3").write_bytes(b"not a database" * 100)

    (finding,) = found(store)

    assert finding.level is Level.UNCHECKED


def test_store_of_another(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that may not be written is a problem that names it."""
    # Whoever runs this may be root, whom no file refuses.
    monkeypatch.setattr("os.access", lambda path, _: path.name != "part-2.sqlite3")

    (finding,) = found(store)

    assert finding.level is Level.PROBLEM
    assert "part-2.sqlite3" in finding.found


def test_disk_is_full(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Little room on the disk is a warning."""
    usage = SimpleNamespace(free=10**6)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)

    assert levels(found(store)) == [Level.OK, Level.WARNING]
