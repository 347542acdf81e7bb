"""Recordings: what is read is what was written."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataflows.frames.lines import (
    Record,
    read_records,
    read_structs,
    write_records,
    write_structs,
)
from dataflows.playback.profile import HistoryItem
from tests.dataflows.frames.structs import structs

_RECORDS = st.builds(
    Record,
    stamped_ms=st.integers(0, 4_000_000_000_000),
    key=st.none() | st.text(max_size=5).map(str.encode),
    value=st.none() | st.binary(max_size=40),
    partition=st.integers(0, 9),
    offset=st.integers(0, 99),
)


@pytest.fixture(scope="module", params=["lines.jsonl", "lines.jsonl.xz"])
def path(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Return where to write, plain and packed."""
    folder: Path = tmp_path_factory.mktemp("lines")
    return folder / str(request.param)


@given(st.lists(_RECORDS, max_size=4))
def test_records_come_back(path: Path, records: list[Record]) -> None:
    """A recorded topic is read as it was, bytes that are no text among it."""
    write_records(path, records)

    assert records == read_records(path)


@given(st.lists(structs(HistoryItem), max_size=4))
def test_structs_come_back(path: Path, items: list[HistoryItem]) -> None:
    """A recorded table is read as it was."""
    write_structs(path, items)

    assert items == read_structs(path, HistoryItem)


def test_same_records_make_the_same_file(tmp_path: Path) -> None:
    """A recording that is made again differs in nothing."""
    for name in ("a.xz", "b.xz"):
        write_records(tmp_path / name, [Record(1, b"k", b"v")])

    assert (tmp_path / "a.xz").read_bytes() == (tmp_path / "b.xz").read_bytes()


def test_bad_line_is_named(tmp_path: Path) -> None:
    """A line that is no record is told by its number; empty ones do not matter."""
    file = tmp_path / "topic.jsonl"
    file.write_text('{"at":1}\n\n{"at":"noon"}\n')

    with pytest.raises(ValueError, match=r"line 3 of `.*topic\.jsonl` must be a Line"):
        read_records(file)
