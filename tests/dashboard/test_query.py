"""What can be asked of the live viewers; that all of it agrees is in test_viewers."""

import pytest

from dashboard.columns import ViewerColumns
from dashboard.query import ViewerColumn, ViewerQuery, in_order, matching
from dataflows.playback.profile import PlaybackStatus
from tests.dashboard.records import NOW, profile

_NOW_S = NOW.timestamp()
_STALLED = PlaybackStatus.BUFFERING


def _found(query: ViewerQuery) -> list[int]:
    profiles = (
        profile("carol", since=-1, label=None, video_ts=None, ads=2),
        profile("Alice", since=-30, label="M", video_ts=7.0, status=_STALLED),
        profile("bob", since=-20, label="Z", video_ts=3.0, status=_STALLED, ads=2),
    )
    columns = ViewerColumns()
    columns.grow(len(profiles))
    columns.write(dict(enumerate(profiles)))
    rows = matching(columns, query, _NOW_S)
    return list(in_order(columns, rows, query, _NOW_S, slice(None)))


@pytest.mark.parametrize(
    ("order", "descending", "expected"),
    [
        (ViewerColumn.STATUS_SINCE, True, [0, 2, 1]),
        (ViewerColumn.STATUS_SINCE, False, [1, 2, 0]),
        (ViewerColumn.VIEWER, False, [1, 2, 0]),
        (ViewerColumn.TITLE, False, [1, 2, 0]),
        (ViewerColumn.TITLE, True, [2, 1, 0]),
        (ViewerColumn.POSITION, False, [2, 1, 0]),
        (ViewerColumn.POSITION, True, [1, 2, 0]),
        (ViewerColumn.ADS, True, [0, 2, 1]),
        (ViewerColumn.ADS, False, [1, 0, 2]),
    ],
)
def test_order(order: ViewerColumn, expected: list[int], *, descending: bool) -> None:
    """Unknown is last either way, and what is alike in the order in which it came."""
    assert _found(ViewerQuery(order=order, descending=descending)) == expected


@pytest.mark.parametrize("order", ViewerColumn)
def test_every_column_orders(order: ViewerColumn) -> None:
    """Whatever is ordered by, nobody is lost."""
    assert sorted(_found(ViewerQuery(order=order))) == [0, 1, 2]


@pytest.mark.parametrize("text", ["ALI", " m ", "aLiCe"])
def test_text_matches_viewer_or_title(text: str) -> None:
    """Part of the viewer or the title is enough, in any case."""
    assert _found(ViewerQuery(text=text)) == [1]


@pytest.mark.parametrize(("seconds", "expected"), [(20.0, [1]), (19.999, [2, 1])])
def test_buffering_longer_than(seconds: float, expected: list[int]) -> None:
    """Who has been buffering for just that long is not found."""
    assert _found(ViewerQuery(buffering_longer_s=seconds)) == expected
