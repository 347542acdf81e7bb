"""The dashboard as a person sees it, in a real browser."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect

from dataflows.playback.audience import Audience, PartitionLag
from dataflows.playback.profile import PlaybackStatus, ViewerProfile
from tests.browser.conftest import DashboardServer
from tests.dashboard.records import audience, profile, stamp
from tests.stack.polling import until

pytestmark = pytest.mark.browser

_TIMEOUT_MS = 20_000
_HOSTILE = "<img src=x onerror=\"document.title='owned'\"><script>alert(1)</script>"


class _Watched:
    """A page, and whatever a page must not do."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.faults: list[str] = []
        self._host = urlsplit(url).netloc
        page.set_default_timeout(_TIMEOUT_MS)
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("request", self._on_request)
        page.on("dialog", lambda dialog: self.faults.append(dialog.message))
        page.goto(url)

    def column(self, name: str) -> list[str]:
        cells = f'.tabulator-cell[tabulator-field="{name}"]'
        return self.page.locator(cells).all_inner_texts()

    def viewers(self) -> list[str]:
        return self.column("Viewer")

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.faults.append(message.text)

    def _on_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob"} and parts.netloc != self._host:
            self.faults.append(request.url)


Open = Callable[[], _Watched]


@pytest.fixture
def open_page(browser: Browser, server: DashboardServer) -> Iterator[Open]:
    """Return what opens the dashboard in a browser of its own; none may find fault."""
    opened: list[_Watched] = []

    def _open() -> _Watched:
        context = browser.new_context(viewport={"width": 1400, "height": 1150})
        opened.append(_Watched(context.new_page(), server.url))
        return opened[-1]

    yield _open
    for watched in opened:
        watched.page.context.close()

        assert watched.faults == []


@pytest.fixture
def live_audience(server: DashboardServer) -> Iterator[None]:
    """Send an audience record a second, as the flow does."""
    stopping = Event()

    def _send() -> None:
        while not stopping.wait(1.0):
            server.cluster.send_audience(_record())

    server.cluster.send_audience(_record())
    thread = Thread(target=_send)
    thread.start()
    yield
    stopping.set()
    thread.join()


def _record() -> Audience:
    lag = (PartitionLag(partition="0", messages=2, seconds=0.3),)
    return audience(0, datetime.now(UTC), lag=lag)


def _viewer(viewer_id: str, since: float = -5.0, **fields: Any) -> ViewerProfile:
    now = datetime.now(UTC)
    times = {
        "status_since": stamp(since, now),
        "session_start": stamp(-600, now),
        "version": stamp(0, now),
    }
    return profile(viewer_id, **times | fields)


@pytest.mark.usefixtures("live_audience")
def test_live_page(server: DashboardServer, open_page: Open, artifacts: Path) -> None:
    """Figures, chart and rows appear, and the freshness line says that it is live."""
    statuses = [s for s in PlaybackStatus if s is not PlaybackStatus.LEFT]
    server.cluster.send_profiles(
        *(_viewer(f"viewer-{i:03}", status=statuses[i % 5]) for i in range(50))
    )
    watched = open_page()
    page = watched.page

    expect(page.locator(".state")).to_contain_text("Live", timeout=_TIMEOUT_MS)
    expect(page.locator(".figure").first).to_have_text("1,200", timeout=_TIMEOUT_MS)
    expect(page.get_by_text("1-20 of 50 live viewers")).to_be_visible()
    until(lambda: len(watched.viewers()) == 20)
    page.screenshot(path=artifacts / "dashboard.png")


@pytest.mark.usefixtures("live_audience")
def test_rows_change_live(server: DashboardServer, open_page: Open) -> None:
    """A change of status is on screen without a reload, and its time ticks."""
    server.cluster.send_profiles(_viewer("alice"), _viewer("bob"))
    watched = open_page()
    until(lambda: sorted(watched.viewers()) == ["alice", "bob"])
    server.cluster.send_profiles(
        _viewer("bob", since=0, status=PlaybackStatus.PAUSED_VIDEO, ads=2)
    )

    until(lambda: watched.viewers() == ["bob", "alice"])
    until(lambda: watched.column("Status")[0] == "❚❚ Paused")
    before = watched.column("Time in status")
    until(lambda: watched.column("Time in status") != before)


@pytest.mark.usefixtures("live_audience")
def test_tombstone_removes_row(server: DashboardServer, open_page: Open) -> None:
    """A viewer that the topic forgets leaves the screen."""
    server.cluster.send_profiles(_viewer("alice"), _viewer("bob"))
    watched = open_page()
    until(lambda: len(watched.viewers()) == 2)
    server.cluster.send("live-viewer-profiles", "alice", None)

    until(lambda: watched.viewers() == ["bob"])


@pytest.mark.usefixtures("live_audience")
def test_hostile_text_is_text(
    server: DashboardServer, open_page: Open, artifacts: Path
) -> None:
    """Markup in a title or viewer is shown, not obeyed; length and direction too."""
    server.cluster.send_profiles(
        _viewer("<b>bold</b>", since=-1, label=_HOSTILE),
        _viewer("rtl", since=-2, label="safe\u202egpj.exe"),
        _viewer("long", since=-3, label="x" * 4096),
        _viewer("none", since=-4, label=None),
    )
    watched = open_page()
    until(lambda: len(watched.viewers()) == 4)
    watched.page.screenshot(path=artifacts / "hostile.png")

    shown = [_HOSTILE, "safe\ufffdgpj.exe", "x" * 159 + "…", "(no title)"]
    assert watched.viewers()[0] == "<b>bold</b>"
    assert watched.column("Title") == shown
    assert watched.page.title() == "Live Viewer Profiles"


@pytest.mark.usefixtures("live_audience")
def test_filter_order_and_pages(server: DashboardServer, open_page: Open) -> None:
    """The box filters, the list orders, the buttons turn pages."""
    server.cluster.send_profiles(
        *(_viewer(f"v{i:02}", since=-60 - i) for i in range(30)), _viewer("other")
    )
    watched = open_page()
    page = watched.page
    until(lambda: len(watched.viewers()) == 20)
    page.get_by_placeholder("Filter by viewer or title").fill("V")
    page.keyboard.press("Enter")
    expect(page.get_by_text("1-20 of 30 matching, 31 live viewers")).to_be_visible()
    page.locator("select").select_option("Longest in status")
    until(lambda: watched.viewers()[0] == "v29")
    page.get_by_role("button", name="Next").click()

    until(lambda: watched.viewers()[-1] == "v00")


@pytest.mark.usefixtures("live_audience")
def test_selection_stays_with_its_viewer(
    server: DashboardServer, open_page: Open
) -> None:
    """A selected row is still the same viewer's when rows move under it."""
    server.cluster.send_profiles(_viewer("alice"), _viewer("bob", since=-9))
    watched = open_page()
    until(lambda: watched.viewers() == ["alice", "bob"])
    watched.page.get_by_role("gridcell", name="alice").click()
    server.cluster.send_profiles(_viewer("bob", since=0))
    selected = watched.page.locator(".tabulator-row.tabulator-selected")

    until(lambda: watched.viewers() == ["bob", "alice"])
    expect(selected).to_have_count(1)
    expect(selected.locator("[tabulator-field=Viewer]")).to_have_text("alice")


@pytest.mark.usefixtures("live_audience")
def test_two_browsers_share_one_consumer(
    server: DashboardServer, open_page: Open
) -> None:
    """Both browsers see the same, and the server has one Kafka client."""
    server.cluster.send_profiles(_viewer("alice"))
    both = open_page(), open_page()
    for watched in both:
        until(lambda w=watched: w.viewers() == ["alice"])  # type: ignore[misc]

    assert server.kafka_clients() == 1


def test_waiting_stale_and_disconnected_are_told(
    server: DashboardServer, open_page: Open, artifacts: Path
) -> None:
    """What is not known is not made up: no topics, no record, no broker."""
    watched = open_page()
    state = watched.page.locator(".state")
    expect(state).to_contain_text("Waiting", timeout=_TIMEOUT_MS)
    expect(watched.page.locator(".figure").first).to_have_text("unknown")
    server.cluster.send_profiles(_viewer("alice"))
    for _ in range(2):
        # The mock broker knows no times, so what was there before is passed over.
        server.cluster.send_audience(_record())
        expect(state).to_contain_text("Stale", timeout=_TIMEOUT_MS)
    since = watched.page.get_by_text("no record since")
    expect(since).to_be_visible(timeout=_TIMEOUT_MS)
    watched.page.screenshot(path=artifacts / "stale.png")
    server.cluster.stop()

    expect(state).to_contain_text("Disconnected", timeout=_TIMEOUT_MS)
