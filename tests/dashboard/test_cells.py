"""The viewer table's columns."""

import pytest

from dashboard.cells import COLUMNS, cells_of, headers
from dashboard.query import ViewerColumn
from tests.dashboard.records import NOW, profile

_NOW_S = NOW.timestamp()


def _row(**fields: object) -> dict[str, str]:
    texts = cells_of(profile(**fields), _NOW_S)  # type: ignore[arg-type]
    return {c.title: text for c, text in zip(COLUMNS, texts, strict=True)}


def test_row() -> None:
    """A row reads as an operator wants it, each column as text."""
    row = _row(
        ads=3,
        ads_clicked=1,
        ads_skipped=2,
        time_played=61.0,
        startup_time=1.26,
        quality="720p",
    )

    assert row == {
        "Viewer": "alice",
        "Title": "A film",
        "Status": "▶\ufe0e Watching",
        "In status": "1:05",
        "Position": "4:07",
        "Session": "1:04:07",
        "Played": "1:01",
        "Buffered": "0:00",
        "Stalls": "0",
        "Errors": "0",
        "Ads seen": "3",
        "Clicked": "1",
        "Skipped": "2",
        "Startup": "1.3 s",
        "Quality": "720p",
        "Player": "unknown",
    }


def test_what_is_not_known_says_so() -> None:
    """What can't be known is never 0."""
    row = _row(video_ts=None, startup_time=None)

    assert (row["Position"], row["Startup"]) == ("unknown", "unknown")


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        (None, "(no title)"),
        (" ", "(no title)"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("safe\u202egpj.exe", "safe\ufffdgpj.exe"),
        ("two\nlines\x00", "two\ufffdlines\ufffd"),
    ],
)
def test_title(label: str | None, expected: str) -> None:
    """A title is text of one line that turns nothing around it."""
    assert _row(label=label)["Title"] == expected


def test_columns_differ_in_what_they_order_by() -> None:
    """Each column orders by something else, and the first is the row's link."""
    orders = [column.order for column in COLUMNS]

    assert len(set(orders)) == len(orders)
    assert orders[0] is ViewerColumn.VIEWER


def test_every_status_has_its_mark() -> None:
    """The status column's colours are by the very texts that stand in it."""
    (marks,) = (h["colours"] for h in headers() if h["name"] == "status")

    assert _row()["Status"] in marks
