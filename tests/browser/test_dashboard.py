"""The dashboard as a person sees it, in a real browser: the shell and the Live page."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from playwright.sync_api import Browser, WebSocket, expect

from dashboard.pages import PAGES
from dataflows.playback.audience import Audience, PartitionLag
from dataflows.playback.profile import PlaybackStatus, ViewerProfile
from tests.browser.conftest import DashboardServer
from tests.browser.watching import Watched
from tests.dashboard.cluster import MockCluster
from tests.dashboard.records import audience, profile, stamp
from tests.stack.polling import until

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("dashboard"),  # they share a server
]

_TIMEOUT_MS = 20_000
_HOSTILE = "<img src=x onerror=\"document.title='owned'\"><script>alert(1)</script>"
_PHONE = 360


class _Dashboard(Watched):
    """A page of the dashboard, whose server may go away."""

    def __init__(self, *args: Any) -> None:
        self.messages: list[set[str]] = []
        super().__init__(*args)

    def await_ready(self) -> None:
        """Wait until the scripts have taken over from what the server painted."""
        self.page.wait_for_selector("#loading", state="detached")

    def figure(self, name: str) -> str:
        return self.page.locator(f"[data-figure={name}] .figure").inner_text()

    def theme(self) -> str:
        return str(self.page.evaluate("document.documentElement.dataset.theme"))

    def current(self) -> list[str]:
        links = self.page.locator("header [aria-current=page]")
        return links.all_inner_texts()

    def most_at_once(self) -> int:
        # Playwright tells of frames while it is asked for something.
        self.page.title()
        return max(map(len, self.messages), default=0)

    def watch_messages(self, socket: WebSocket) -> None:
        """Note of each message which models it changes."""
        socket.on("framereceived", self._on_frame)

    def _on_frame(self, frame: str | bytes) -> None:
        if isinstance(frame, str) and frame.startswith('{"events"'):
            events = json.loads(frame)["events"]
            self.messages.append({str(event.get("model")) for event in events})


Open = Callable[..., _Dashboard]


@pytest.fixture
def open_at(browser: Browser) -> Iterator[Open]:
    """Return what opens an address in a browser of its own; none may find fault."""
    opened: list[_Dashboard] = []

    def _open(url: str, width: int = 1400, **options: Any) -> _Dashboard:
        size: Any = {"width": width, "height": 1150}
        context = browser.new_context(viewport=size, **options)
        opened.append(_Dashboard(context.new_page(), url))
        return opened[-1]

    yield _open
    for watched in opened:
        watched.page.context.close()

        assert watched.faults == []


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DashboardServer]:
    """Return a server that gets an audience record a second, as from the flow."""
    cluster = MockCluster()
    cluster.send_profiles(*_crowd())
    cluster.send_audience(_record())
    server = DashboardServer(cluster, tmp_path_factory.mktemp("live") / "server.log")
    with _sending(cluster):
        yield server
    server.stop()
    cluster.stop()


@contextmanager
def _sending(cluster: MockCluster) -> Iterator[None]:
    """Send a record a second for a while."""
    stopping = Event()

    def _send() -> None:
        while not stopping.wait(1.0):
            cluster.send_audience(_record())

    thread = Thread(target=_send)
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join()


@pytest.fixture
def open_page(open_at: Open, live: DashboardServer) -> Open:
    """Return what opens the live dashboard, at the address from `?` on."""
    return lambda search="", **options: open_at(live.url + search, **options)


def _crowd() -> list[ViewerProfile]:
    statuses = [s for s in PlaybackStatus if s is not PlaybackStatus.LEFT]
    players = ["html5", "vimeo", "<b>youtube</b>"]
    return [
        _viewer(f"v{i:03}", status=statuses[i % 5], player_type=players[i % 3])
        for i in range(50)
    ]


def _record(**fields: Any) -> Audience:
    lag = (PartitionLag(partition="0", messages=2, seconds=0.3),)
    titles = {_HOSTILE: 900, "x" * 120: 300, "safe\u202egpj.exe": 54}
    return audience(0, datetime.now(UTC), **{"lag": lag, "titles": titles} | fields)


def _viewer(viewer_id: str, since: float = -5.0, **fields: Any) -> ViewerProfile:
    now = datetime.now(UTC)
    times = {
        "status_since": stamp(since, now),
        "session_start": stamp(-600, now),
        "version": stamp(0, now),
    }
    return profile(viewer_id, **times | fields)


def test_live_page(open_page: Open, artifacts: Path) -> None:
    """Figures, charts, titles and breakdown appear, and the line says it is live."""
    watched = open_page()
    page = watched.page
    watched.await_ready()

    expect(page.locator(".state")).to_contain_text("Live", timeout=_TIMEOUT_MS)
    until(lambda: watched.figure("concurrent") == "1,220")
    expect(page.locator("canvas").first).to_be_visible()
    expect(page.get_by_role("row", name="html5")).to_be_visible()
    page.screenshot(path=artifacts / "live.png", full_page=True)


def test_figures_are_there_before_any_script(
    live: DashboardServer, open_page: Open, browser: Browser
) -> None:
    """The server's first answer shows the figures; scripts only keep them moving."""
    before = open_page()
    until(lambda: before.figure("concurrent") == "1,220")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(live.url)
    shown = page.locator("[data-figure=concurrent] .figure").inner_text()
    context.close()

    assert shown == "1,220"


def test_strangers_text_is_text(open_page: Open, artifacts: Path) -> None:
    """Markup in a title is shown, not obeyed; length and direction too."""
    watched = open_page()
    watched.await_ready()
    titles = watched.page.get_by_role("region", name="Top titles").get_by_role("row")
    expect(titles).to_have_count(4, timeout=_TIMEOUT_MS)
    watched.page.screenshot(path=artifacts / "hostile-titles.png")

    assert titles.nth(1).get_by_role("rowheader").inner_text() == _HOSTILE
    assert titles.nth(3).get_by_role("rowheader").inner_text() == "safe\ufffdgpj.exe"
    assert watched.page.title() == "Live Viewer Profiles"


def test_tick_is_one_message(open_page: Open) -> None:
    """Whatever changes in a second goes over the wire at once: figures and titles."""
    watched = open_page("?page=ads")
    watched.page.on("websocket", watched.watch_messages)
    watched.page.goto(watched.page.url.replace("ads", "live"))
    watched.await_ready()

    until(lambda: watched.most_at_once() >= 3)


def test_pages_are_links(open_page: Open) -> None:
    """A click shows another page without loading anew; back and forward work."""
    watched = open_page()
    page = watched.page
    watched.await_ready()
    page.evaluate("window.mark = 1")
    pages = page.get_by_role("navigation", name="Pages")
    for name, word in PAGES.items():
        pages.get_by_role("link", name=word, exact=True).click()
        expect(page).to_have_url(re.compile(rf"\?page={name}$"))
        until(lambda w=word: watched.current() == [w])  # type: ignore[misc]
    page.go_back()
    expect(page).to_have_url(re.compile(r"\?page=quality$"))
    until(lambda: watched.current() == ["Quality"])
    page.go_forward()

    until(lambda: watched.current() == ["Pipeline"])
    assert page.evaluate("window.mark") == 1
    assert page.get_by_text(re.compile("page failed")).count() == 0


def test_address_can_be_shared(open_page: Open) -> None:
    """Another browser that is given the address shows the same."""
    first = open_page()
    first.await_ready()
    first.page.get_by_role("link", name="Title", exact=True).click()
    expect(first.page).to_have_url(re.compile(r"by=title$"))
    second = open_page("?" + first.page.url.partition("?")[2])
    second.await_ready()
    picked = second.page.get_by_role("navigation", name="Break down by")

    expect(picked.locator("[aria-current]")).to_have_text("Title")


def test_focus_stays_while_figures_move(open_page: Open) -> None:
    """What has the focus keeps it, and the keyboard reaches what a figure means."""
    watched = open_page()
    page = watched.page
    watched.await_ready()
    link = page.get_by_role("link", name="Paused", exact=True)
    link.focus()
    line = page.locator(".line").first
    before = line.inner_text()
    until(lambda: line.inner_text() != before)
    expect(link).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#definition-paused")).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.locator("#definition-paused")).to_be_hidden()


def test_dark_and_light(open_page: Open, artifacts: Path) -> None:
    """The machine's wish is followed until a person picks; that is remembered."""
    watched = open_page(color_scheme="dark")
    watched.await_ready()
    first = watched.theme()
    dark = watched.page.evaluate("getComputedStyle(document.body).backgroundColor")
    watched.page.screenshot(path=artifacts / "live-dark.png", full_page=True)
    watched.page.get_by_role("button", name="Dark mode").click()
    light = watched.page.evaluate("getComputedStyle(document.body).backgroundColor")
    watched.page.reload()

    assert (first, watched.theme()) == ("dark", "light")
    assert dark != light


def test_phone(open_page: Open, artifacts: Path) -> None:
    """On a phone's width nothing of the Live page is cut off to the right."""
    watched = open_page(width=_PHONE)
    watched.await_ready()
    page = watched.page
    page.screenshot(path=artifacts / "live-phone.png", full_page=True)
    boxes = page.locator(".card, section, nav a, canvas").all()
    right = [box["x"] + box["width"] for b in boxes if (box := b.bounding_box())]

    assert page.evaluate("document.documentElement.scrollWidth") == _PHONE
    assert max(right) <= _PHONE


def test_two_browsers_share_one_consumer(
    live: DashboardServer, open_page: Open
) -> None:
    """Both browsers see the same, and the server has one Kafka client."""
    for watched in (open_page(), open_page()):
        watched.await_ready()
        until(lambda w=watched: w.figure("concurrent") == "1,220")  # type: ignore[misc]

    assert live.kafka_clients() == 1


def test_page_comes_back_after_a_restart(
    server: DashboardServer, open_at: Open, artifacts: Path
) -> None:
    """Who looks sees that the server is gone, and then the same page, untouched."""
    watched = open_at(f"{server.url}?page=live&by=title")
    page = watched.page
    watched.await_ready()
    page.evaluate("window.mark = 1")
    server.stop()
    expect(page.get_by_role("alert")).to_contain_text("server is gone")
    page.screenshot(path=artifacts / "server-gone.png")
    # The browser tells of each try that nobody answered.
    watched.faults.clear()
    server.start()
    page.wait_for_function("window.mark === undefined", timeout=60_000)
    watched.await_ready()
    watched.faults.clear()

    expect(page).to_have_url(re.compile(r"\?page=live&by=title$"))
    assert watched.theme() == "light"


def test_waiting_stale_and_disconnected_are_told(
    server: DashboardServer, open_at: Open, artifacts: Path
) -> None:
    """What is not known is not made up: no topics, no record, no broker."""
    watched = open_at(server.url)
    watched.await_ready()
    state = watched.page.locator(".state")
    expect(state).to_contain_text("Waiting", timeout=_TIMEOUT_MS)
    assert watched.figure("concurrent") == "unknown"
    watched.page.screenshot(path=artifacts / "waiting.png", full_page=True)
    server.cluster.send_profiles(_viewer("alice"))
    for _ in range(2):
        # The mock broker knows no times, so what was there before is passed over.
        server.cluster.send_audience(_record())
        expect(state).to_contain_text("Stale", timeout=_TIMEOUT_MS)
    since = watched.page.get_by_text("no record since")
    expect(since).to_be_visible(timeout=_TIMEOUT_MS)
    watched.page.screenshot(path=artifacts / "stale.png", full_page=True)
    server.cluster.stop()

    expect(state).to_contain_text("Disconnected", timeout=_TIMEOUT_MS)
