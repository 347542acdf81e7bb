"""The filters of the viewer table."""

from collections.abc import Mapping
from typing import Any

import pytest
from msgspec import UNSET

from dashboard.table_state import TableState
from dashboard.views.filters import Filters
from dataflows.playback.profile import PlaybackStatus


class _Asked(list[tuple[Mapping[str, Any], bool]]):
    def __call__(self, changes: Mapping[str, Any], *, keep: bool = True) -> None:
        self.append((changes, keep))


def _filters() -> tuple[Filters, _Asked]:
    asked = _Asked()
    return Filters(asked), asked


@pytest.mark.parametrize(
    ("widget", "value", "expected"),
    [
        ("text", "alice", {"text": "alice"}),
        ("status", PlaybackStatus.BUFFERING, {"status": PlaybackStatus.BUFFERING}),
        ("title", "A film", {"title": "A film"}),
        ("buffering", 30.0, {"buffering_longer_s": 30.0}),
    ],
)
def test_widget_asks(widget: str, value: object, expected: dict[str, object]) -> None:
    """What a person sets is asked for, and is to be kept."""
    filters, asked = _filters()
    getattr(filters, widget).value = value

    assert asked == [(expected, True)]


def test_typing_asks_at_once() -> None:
    """Each letter is asked for, but not kept before the person is done."""
    filters, asked = _filters()
    filters.text.value_input = "al"

    assert asked == [({"text": "al"}, False)]


def test_emptied_widgets_ask_for_everybody() -> None:
    """An empty title and no status are no filters."""
    filters, asked = _filters()
    filters.reflect(TableState(status=PlaybackStatus.BUFFERING, title="A"))
    filters.status.value = ""
    filters.title.value = ""

    assert asked == [({"status": UNSET}, True), ({"title": ""}, True)]


def test_reflecting_asks_nothing() -> None:
    """A state that comes from the address is shown without being asked for again."""
    filters, asked = _filters()
    filters.reflect(
        TableState(text="a", status=PlaybackStatus.BUFFERING, buffering_longer_s=9.0)
    )

    assert asked == []
    assert (filters.text.value, filters.status.value) == ("a", "BUFFERING")
    assert filters.buffering.value == 9.0


def test_what_is_being_typed_is_left_alone() -> None:
    """The box is not set to what it said a moment ago, for more may stand there now."""
    filters, _ = _filters()
    filters.text.value_input = "al"
    filters.reflect(TableState(text="al"))

    assert filters.text.value == ""


def test_clear() -> None:
    """The button takes all filters away, and rests while there are none."""
    filters, asked = _filters()
    filters.reflect(TableState())
    rests = filters.clear.disabled
    filters.reflect(TableState(title="A film"))
    filters.clear.clicks += 1

    assert (rests, filters.clear.disabled) == (True, False)
    assert asked == [
        ({"text": "", "status": UNSET, "title": "", "buffering_longer_s": UNSET}, True)
    ]


def test_export_takes_the_filters_along() -> None:
    """The link asks for what the table shows, of all pages, and is escaped."""
    filters, _ = _filters()
    filters.reflect(TableState(text='"><b>', number=7, size=20, descending=False))

    assert 'href="viewers.csv?text=%22%3E%3Cb%3E&amp;descending=false"' in (
        filters.export.html
    )


def test_titles_are_offered_once() -> None:
    """Titles are in their order, and sent again only when there is a new one."""
    filters, _ = _filters()
    filters.offer(["B", "A"])
    before = filters.title.options
    filters.offer(["A"])
    same = filters.title.options is before
    filters.offer(["C"])

    assert (before, same) == (["A", "B"], True)
    assert filters.title.options == ["A", "B", "C"]


def test_offered_titles_are_bounded() -> None:
    """A day of new titles does not fill the browser."""
    filters, _ = _filters()
    for number in range(2_000):
        filters.offer([f"Film {number}"])

    assert len(filters.title.options) <= 500
