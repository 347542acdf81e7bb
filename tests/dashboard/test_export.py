"""Viewers as CSV."""

import csv
import io
from collections.abc import Sequence

import pytest

from dashboard.export import FIELDS, csv_parts
from dataflows.playback.profile import ViewerProfile
from tests.dashboard.records import profile


def _rows(profiles: Sequence[ViewerProfile]) -> list[dict[str, str]]:
    text = b"".join(csv_parts(profiles)).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_row_holds_the_stored_values() -> None:
    """Cells are as stored, under the stored names; what is not known is empty."""
    fields = {"device": "TV", "country": "NL"}
    (row,) = _rows([profile(ads_clicked=2, quality=None, dimensions=fields)])

    assert list(row) == [*FIELDS, "dimensions"]
    assert (row["viewer_id"], row["adsClicked"], row["quality"]) == ("alice", "2", "")
    assert (row["video_ts"], row["status"]) == ("247.5", "WATCHING_VIDEO")
    assert row["dimensions"] == "country=NL; device=TV"


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\uff1d1"],
)
def test_formula_is_text(text: str) -> None:
    """What a spreadsheet would work out has a quote before it."""
    (row,) = _rows([profile(viewer_id=text, label=text, dimensions={text: text})])

    assert (row["viewer_id"], row["label"]) == (f"'{text}", f"'{text}")
    assert row["dimensions"].startswith("'")


def test_negative_number_is_a_number() -> None:
    """A figure of ours stays one, also where it begins with a minus."""
    (row,) = _rows([profile(video_ts=-1.5)])

    assert row["video_ts"] == "-1.5"


def test_separators_are_within_their_cells() -> None:
    """Commas, quotes and line ends in a stranger's text make no cells."""
    label = 'a,b;"c"\r\nd'
    (row,) = _rows([profile(label=label)])

    assert row["label"] == label


def test_file_comes_in_parts() -> None:
    """A part is some hundred rows, and the first is the header."""
    parts = list(csv_parts([profile(f"v{i}") for i in range(1_001)]))

    assert len(parts) == 4
    assert sum(part.count(b"\r\n") for part in parts) == 1_002
