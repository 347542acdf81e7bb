"""The viewer table."""

from datetime import timedelta
from itertools import count
from typing import Any

import pandas as pd
import pytest

from dashboard.model import AudienceModel, FeedState, FeedStatus
from dashboard.store import AudienceStore
from dashboard.theme import ROWS
from dashboard.views.table import ViewerTable
from dataflows.playback.profile import PlaybackStatus
from tests.dashboard.records import NOW, profile

# Bokeh 3.9 asks pandas for what pandas 3.1 is about to drop.
pytestmark = pytest.mark.filterwarnings(
    "ignore:The inplace keyword in DataFrame.reset_index:DeprecationWarning"
)


def _table(viewers: int) -> tuple[AudienceModel, AudienceStore, ViewerTable]:
    model = AudienceModel()
    rows = (profile(f"v{i:03}", since=-i - 1) for i in range(viewers))
    model.viewers.apply((row.viewer_id, row) for row in rows)
    store = AudienceStore(model, lambda: NOW)
    store.pull()
    return model, store, ViewerTable(store=store)


def _values(table: ViewerTable) -> pd.DataFrame:
    frame = table.table.value
    assert isinstance(frame, pd.DataFrame)
    return frame


def _count(table: ViewerTable) -> str:
    text = table._count.object
    assert isinstance(text, str)
    return text


def test_rows_are_one_page() -> None:
    """The browser gets a page of rows, however many viewers there are."""
    _, _, table = _table(ROWS + 3)

    assert len(_values(table)) == ROWS
    assert _count(table) == "1-20 of 23 live viewers"


def test_no_viewers() -> None:
    """An empty table says that it is empty, once that is known."""
    _, store, table = _table(0)
    before = _count(table)
    store.feed = FeedStatus(FeedState.FOLLOWING)

    assert (before, _count(table)) == ("live viewers: unknown", "no live viewers")


def test_change_shows_on_its_own_tick() -> None:
    """What a tick brings is shown by that tick, though it moves the clock, too."""
    model = AudienceModel()
    seconds = count()
    store = AudienceStore(model, lambda: NOW + timedelta(seconds=next(seconds)))
    table = ViewerTable(store=store)
    model.viewers.apply([("alice", profile("alice"))])
    store.pull()

    assert list(_values(table)["Viewer"]) == ["alice"]


def test_only_differing_cells_are_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """A change of one viewer's status touches that row's cells alone."""
    model, store, table = _table(3)
    patches: list[dict[str, Any]] = []
    monkeypatch.setattr(table.table, "patch", patches.append)
    paused = profile(
        "v001", since=-2, status=PlaybackStatus.PAUSED_VIDEO, version="2", ads=0
    )
    model.viewers.apply([("v001", paused)])

    store.pull()

    assert patches == [{"Status": [(1, "❚❚ Paused")]}]


def test_nothing_is_sent_while_nothing_changes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """At the same moment with the same viewers the table is left alone."""
    _, store, table = _table(3)
    patches: list[dict[str, Any]] = []
    monkeypatch.setattr(table.table, "patch", patches.append)

    store.pull()

    assert patches == []


def test_time_in_status_ticks() -> None:
    """The moment alone moves the time in status."""
    _, store, table = _table(1)
    store.now = pd.Timestamp(NOW) + pd.Timedelta(seconds=9)

    assert list(_values(table)["Time in status"]) == ["0:10"]


def test_buttons_turn_the_page() -> None:
    """Next and previous move by one page, and end where the pages end."""
    _, store, table = _table(ROWS + 1)
    table._on.clicks += 1

    assert _count(table) == "21-21 of 21 live viewers"
    assert (table._back.disabled, table._on.disabled) == (False, True)

    table._back.clicks += 1

    assert store.page.number == 1


def test_filter_tells_how_many_match() -> None:
    """With a filter the count names both the found and all."""
    _, store, table = _table(12)
    store.search = "v00"

    assert _count(table) == "1-10 of 10 matching, 12 live viewers"


def test_selection_follows_its_viewer() -> None:
    """When viewers move, the selected row is still the same viewer's."""
    model, store, table = _table(3)
    table.table.selection = [0]
    model.viewers.apply([("v002", profile("v002", since=-0.5, version="2"))])

    store.pull()

    assert table.viewer == "v000"
    assert table.table.selection == [1]


def test_selection_returns_with_its_viewer() -> None:
    """A viewer on another page stays the selected one."""
    _, store, table = _table(ROWS + 1)
    table.table.selection = [0]
    store.page_number = 2
    away = list(table.table.selection)
    store.page_number = 1

    assert (away, table.table.selection) == ([], [0])


def test_selection_is_taken_back() -> None:
    """Clearing the selection clears the viewer."""
    _, _, table = _table(1)
    table.table.selection = [0]
    table.table.selection = []

    assert table.viewer is None
