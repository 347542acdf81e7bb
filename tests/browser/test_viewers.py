"""The Viewers page as a person uses it, in a real browser, while viewers change."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from dataflows.playback.profile import PlaybackStatus
from tests.browser.conftest import DashboardServer
from tests.browser.feeding import changing, viewer_now
from tests.browser.watching import ViewersTable
from tests.stack.polling import until

pytestmark = pytest.mark.browser

_HOSTILE = "<img src=x onerror=\"document.title='owned'\"><script>alert(1)</script>"

Open = Callable[[str], ViewersTable]


@pytest.fixture
def open_table(browser: Browser, server: DashboardServer) -> Iterator[Open]:
    """Return what opens the page in a browser of its own; it may find no fault."""
    opened: list[ViewersTable] = []

    def _open(fields: str = "") -> ViewersTable:
        context = browser.new_context(viewport={"width": 1400, "height": 700})
        url = f"{server.url}?page=viewers{fields}"
        opened.append(ViewersTable(context.new_page(), url))
        return opened[-1]

    yield _open
    for table in opened:
        table.page.context.close()

        assert table.faults == []


def test_filter_sort_and_pages(server: DashboardServer, open_table: Open) -> None:
    """The box filters as one types, a header sorts, the buttons turn pages."""
    server.cluster.send_profiles(
        *(viewer_now(f"v{i:02}", since=-60 - i, ads=i) for i in range(30)),
        viewer_now("other", label="Another film"),
    )
    table = open_table("&size=20")
    table.count("1-20 of 31 live viewers")
    table.page.get_by_label("Viewer or title").press_sequentially("V")
    table.count("1-20 of 30 matching, 31 live viewers")
    table.header("Ads seen").get_by_role("button").click()
    until(lambda: table.column("Viewer")[:1] == ["v29"])
    table.header("Ads seen").get_by_role("button").click()
    until(lambda: table.column("Viewer")[:1] == ["v00"])
    expect(table.header("Ads seen")).to_have_attribute("aria-sort", "ascending")
    table.page.get_by_role("button", name="Next").click()

    until(lambda: table.column("Viewer")[-1:] == ["v29"])
    expect(table.page).to_have_url(re.compile("number=2"))


def test_arrows_in_the_dark(server: DashboardServer, open_table: Open) -> None:
    """The arrows of what is picked and counted have the colour of the page's words."""
    server.cluster.send_profiles(viewer_now("a"))
    table = open_table("")
    table.count("1-1 of 1 live viewers")
    table.page.evaluate("document.documentElement.dataset.theme = 'dark'")
    select = table.page.get_by_label("Status")
    up = table.page.locator(".bk-spin-btn-up").first
    ink = select.evaluate("e => getComputedStyle(e).color")

    assert ink in select.evaluate("e => getComputedStyle(e).backgroundImage")
    border = "e => getComputedStyle(e, ':before').borderBottomColor"
    assert up.evaluate(border) == ink


def test_way_back(server: DashboardServer, open_table: Open) -> None:
    """The browser's back takes the last filter away again."""
    server.cluster.send_profiles(
        viewer_now("alice"), viewer_now("bob", status=PlaybackStatus.BUFFERING)
    )
    table = open_table("")
    table.count("1-2 of 2 live viewers")
    table.page.get_by_label("Status").select_option(label="◌ Buffering")
    until(lambda: table.column("Viewer") == ["bob"])
    expect(table.page).to_have_url(re.compile("status=BUFFERING"))
    table.page.go_back()

    until(lambda: len(table.column("Viewer")) == 2)


def test_scroll_focus_and_filter_stay_underchanging(
    server: DashboardServer, open_table: Open, artifacts: Path
) -> None:
    """Rows change and move, and what a person holds on to stays where it is."""
    viewers = [f"viewer-{i:03}" for i in range(100)]
    server.cluster.send_profiles(
        *(viewer_now(v, since=-i) for i, v in enumerate(viewers))
    )
    table = open_table("&text=viewer&order=viewer_id&descending=false")
    table.count("1-50 of 100 live viewers")
    frame = table.page.get_by_role("region", name="Live viewers")
    frame.evaluate("frame => { frame.scrollTop = 333; frame.scrollLeft = 44 }")
    link = table.page.get_by_role("link", name="viewer-020")
    link.focus()
    where = frame.evaluate("frame => [frame.scrollTop, frame.scrollLeft]")
    row = link.evaluate_handle("link => link.closest('tr')")
    with changing(server, *viewers):
        before = table.column("Ads seen")
        until(lambda: sum(map(str.__ne__, before, table.column("Ads seen"))) > 20)
        table.page.screenshot(path=artifacts / "viewers-under-fire.png")

    assert frame.evaluate("frame => [frame.scrollTop, frame.scrollLeft]") == where
    expect(link).to_be_focused()
    assert link.evaluate("(link, row) => link.closest('tr') === row", row)
    expect(table.page.get_by_label("Viewer or title")).to_have_value("viewer")


def test_focus_moves_with_its_viewer(server: DashboardServer, open_table: Open) -> None:
    """When a row moves to the top, the focus goes along: it is the viewer's."""
    server.cluster.send_profiles(*(viewer_now(f"v{i}", since=-i - 9) for i in range(4)))
    table = open_table("")
    until(lambda: table.column("Viewer") == ["v0", "v1", "v2", "v3"])
    link = table.page.get_by_role("link", name="v2")
    link.focus()
    server.cluster.send_profiles(viewer_now("v2", since=0))

    until(lambda: table.column("Viewer") == ["v2", "v0", "v1", "v3"])
    expect(link).to_be_focused()


def test_row_opens_its_viewer(server: DashboardServer, open_table: Open) -> None:
    """A click on a row opens the viewer; on the way back filter and mark are there."""
    awkward = "a&b=c#d/é ?"
    server.cluster.send_profiles(
        viewer_now("alice"), viewer_now(awkward, label="Other"), viewer_now("bob")
    )
    table = open_table("&title=Other")
    until(lambda: table.column("Viewer") == [awkward])
    table.page.get_by_role("cell", name="Other").click()
    page = table.page
    until(
        lambda: (
            page.evaluate("new URLSearchParams(location.search).get('viewer')")
            == awkward
        )
    )
    expect(page.get_by_label("Viewer id")).to_have_value(awkward)
    page.go_back()

    until(lambda: table.column("Viewer") == [awkward])
    expect(page.locator("tbody tr[aria-selected=true]")).to_have_count(1)
    expect(page.get_by_label("Title", exact=True)).to_have_value("Other")


def test_keyboard_is_enough(server: DashboardServer, open_table: Open) -> None:
    """Headers and rows are reached and used without a mouse."""
    server.cluster.send_profiles(viewer_now("alice"), viewer_now("bob", since=-9))
    table = open_table("")
    until(lambda: table.column("Viewer") == ["alice", "bob"])
    table.header("Viewer").get_by_role("button").focus()
    table.page.keyboard.press("Enter")
    expect(table.header("Viewer")).to_have_attribute("aria-sort", "ascending")
    table.page.keyboard.press("Enter")
    until(lambda: table.column("Viewer") == ["bob", "alice"])
    table.page.get_by_role("link", name="alice").focus()
    table.page.keyboard.press("Enter")

    expect(table.page).to_have_url(re.compile("viewer=alice"))


def test_hostile_text_is_text(
    server: DashboardServer, open_table: Open, artifacts: Path
) -> None:
    """Markup in a title, a viewer or a quality is shown, not obeyed."""
    server.cluster.send_profiles(
        viewer_now(_HOSTILE, since=-1, label=_HOSTILE, quality=_HOSTILE),
        viewer_now("rtl", since=-2, label="safe\u202egpj.exe"),
        viewer_now("none", since=-3, label=None),
    )
    table = open_table("")
    until(lambda: len(table.column("Viewer")) == 3)
    table.page.screenshot(path=artifacts / "viewers-hostile.png")

    assert table.column("Viewer")[0] == _HOSTILE
    assert table.column("Quality")[0] == _HOSTILE
    assert table.column("Title") == [_HOSTILE, "safe\ufffdgpj.exe", "(no title)"]
    assert table.page.title() != "owned"


def test_export_of_what_is_filtered(server: DashboardServer, open_table: Open) -> None:
    """The file holds all that match, not the page, and no formulas."""
    server.cluster.send_profiles(
        *(viewer_now(f"v{i:02}") for i in range(60)), viewer_now("x", label="=1+1")
    )
    table = open_table("&text=v&size=20")
    table.count("1-20 of 60 matching, 61 live viewers")
    link = table.page.get_by_role("link", name="Export CSV")
    with table.page.expect_download() as download:
        link.click()
    rows = _rows(download.value.path())
    table.page.get_by_label("Viewer or title").fill("x")
    table.count("1-1 of 1 matching, 61 live viewers")
    with table.page.expect_download() as download:
        link.click()

    assert len(rows) == 60
    assert [row["label"] for row in _rows(download.value.path())] == ["'=1+1"]


def _rows(path: Path) -> list[dict[str, str]]:
    text = path.read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_change_that_was_missed_is_asked_for(
    server: DashboardServer, open_table: Open
) -> None:
    """A browser that finds a number missing shows nothing of it, and gets all rows."""
    server.cluster.send_profiles(viewer_now("alice"))
    table = open_table("")
    until(lambda: table.column("Viewer") == ["alice"])
    table.page.evaluate(
        """() => {
          for (const model of Bokeh.documents[0]._all_models.values())
            if (model.attributes.data?.attributes?.selected !== undefined)
              model.data.changes = {number: 1e6, cells: [[0, 0, "wrong"]]}
        }"""
    )
    server.cluster.send_profiles(viewer_now("bob", since=0))

    until(lambda: table.column("Viewer") == ["bob", "alice"])
