"""The Viewers page."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from dashboard.cells import COLUMNS
from dashboard.model import AudienceModel, FeedState, FeedStatus
from dashboard.pages.viewers import ViewersPage
from dashboard.query import ViewerColumn
from dashboard.store import AudienceStore
from dataflows.playback.profile import PlaybackStatus
from tests.dashboard.records import NOW, profile


class _Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def _page(viewers: int = 0, **fields: str) -> ViewersPage:
    """Return the page of an address over so many viewers, `v000` the newest."""
    model = AudienceModel()
    model.feed = FeedStatus(FeedState.FOLLOWING)
    rows = (profile(f"v{i:03}", since=-i - 1) for i in range(viewers))
    model.viewers.apply((row.viewer_id, row) for row in rows)
    store = AudienceStore(model, _Clock(), page_name="viewers", query=fields)
    return ViewersPage(store=store)


def _shown(page: ViewersPage) -> list[str]:
    keys: list[str] = page.table.rows["keys"]
    return keys


def _cell(page: ViewersPage, title: str, row: int = 0) -> str:
    column = [each.title for each in COLUMNS].index(title)
    texts: list[list[str]] = [texts for _, texts in page.table.rows["fresh"]]
    return texts[row][column]


def _tick(page: ViewersPage) -> None:
    page.store.pull()
    page.refresh()


def test_rows_are_one_page() -> None:
    """The browser gets a page of rows, however many viewers there are."""
    page = _page(53)

    assert len(_shown(page)) == 50
    assert page.pager.count.html == "1-50 of 53 live viewers"


def test_address_says_what_shows() -> None:
    """A link leads to its filter, its order and its page."""
    page = _page(30, text="v0", order="viewer_id", size="20", number="2")

    assert _shown(page)[0] == "v009"
    assert page.filters.text.value == "v0"
    assert page.table.sort == ["viewer_id", "descending"]


def test_address_follows() -> None:
    """What a person asks for is in the address, from the first page on."""
    page = _page(30, size="20", number="2")
    page.filters.status.value = PlaybackStatus.WATCHING_VIDEO

    assert page.store.query == {"status": "WATCHING_VIDEO", "size": "20"}


def test_typing_does_not_fill_the_way_back() -> None:
    """Half a word filters, but the address waits for the whole one."""
    page = _page(12)
    page.filters.text.value_input = "v00"

    assert len(_shown(page)) == 10
    assert page.store.query == {}


def test_way_back_is_followed() -> None:
    """When the browser goes back, the table and its widgets go back, too."""
    page = _page(12, text="v011")
    page.store.query = {}

    assert len(_shown(page)) == 12
    assert page.filters.text.value == ""


def test_another_pages_address_is_not_read() -> None:
    """While another page shows, its address is not about this table."""
    page = _page(12, text="v011")
    page.store.open("quality", query={"text": "v00"})

    assert page.state.text == "v011"


@pytest.mark.parametrize(
    ("name", "first", "then"),
    [
        ("title", "ascending", "descending"),
        ("ads", "descending", "ascending"),
        ("session_start", "descending", "ascending"),
    ],
)
def test_header_sorts(name: str, first: str, then: str) -> None:
    """Words begin at A, figures with the largest; a second click turns around."""
    page = _page(3)
    page.table._handle_msg({"sort": name})
    once = page.table.sort
    page.table._handle_msg({"sort": name})

    assert (once, page.table.sort) == ([name, first], [name, then])


def test_time_in_status_sorts_as_it_reads() -> None:
    """The longest time in a status is that of the oldest change."""
    page = _page(3, order="ads")
    page.table._handle_msg({"sort": "status_since"})

    assert page.table.sort == ["status_since", "descending"]
    assert _shown(page) == ["v002", "v001", "v000"]


def test_change_shows_with_the_next_tick() -> None:
    """A tick brings the change, and moves what counts on."""
    page = _page(2)
    paused = profile("v001", status=PlaybackStatus.PAUSED_VIDEO, since=0, version="2")
    page.store.model.viewers.apply([("v001", paused)])
    page.store._clock.now += timedelta(seconds=9)  # type: ignore[attr-defined]
    _tick(page)

    assert _shown(page) == ["v001", "v000"]
    assert _cell(page, "Status") == "❚❚ Paused"
    assert _cell(page, "In status", row=1) == "0:10"


def test_nothing_is_sent_while_nothing_changes() -> None:
    """At the same moment with the same viewers the browser is left alone."""
    page = _page(3)
    before = page.table.changes
    sent: list[Any] = []
    for view in (page.table, page.filters.title, page.pager.number, page.pager.on):
        view.param.watch(sent.append, list(view.param))
    _tick(page)

    assert page.table.changes is before
    assert sent == []


def test_page_that_is_gone_shows_the_last() -> None:
    """When viewers leave, the last page shows until the page is there again."""
    page = _page(21, size="20", number="2")
    page.store.model.viewers.apply([("v000", None)])
    _tick(page)

    assert page.pager.number.value == 1
    assert len(_shown(page)) == 20


@pytest.mark.parametrize(
    ("viewers", "fields", "state", "note"),
    [
        (0, {}, FeedState.FOLLOWING, "Nobody is live."),
        (0, {}, FeedState.LOADING, "Who is live is unknown yet."),
        (3, {"text": "x"}, FeedState.FOLLOWING, "No live viewer matches the filters."),
        (3, {}, FeedState.FOLLOWING, ""),
    ],
)
def test_no_rows_are_explained(
    viewers: int, fields: dict[str, str], state: FeedState, note: str
) -> None:
    """An empty table says whether nobody is there, nobody matches, or nobody knows."""
    page = _page(viewers, **fields)
    page.store.model.feed = FeedStatus(state)
    _tick(page)

    assert page.table.note == note


def test_who_was_looked_at_is_marked() -> None:
    """On the way back from a viewer's page that viewer's row is marked."""
    page = _page(3)
    page.store.open("viewer", "v001")
    page.store.open("viewers")

    assert page.table.selected == "v001"


def test_titles_are_offered() -> None:
    """The titles of those who are live can be picked."""
    page = _page(1)

    assert page.filters.title.options == ["A film"]


def test_every_column_can_be_sorted() -> None:
    """Each header is one that the server can order by."""
    page = _page(2)
    for column in COLUMNS:
        page.table._handle_msg({"sort": column.order.value})

        assert page.state.order is ViewerColumn(column.order)
        assert len(_shown(page)) == 2
