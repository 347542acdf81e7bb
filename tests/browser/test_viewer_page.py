"""The Viewer page as a person sees it: mock Kafka, moto's DynamoDB, a real browser."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from typing import Any
from urllib.parse import quote

import boto3
import pytest
from playwright.sync_api import Browser, Page, expect

from dataflows.playback.events import EventName
from dataflows.playback.profile import (
    HistoryItem,
    PlaybackStatus,
    ViewerProfile,
    history_item,
)
from dataflows.settings import Settings
from sinks.attributes import to_attributes
from stack.services.light import mock_dynamodb
from stack.services.ports import free_ports
from stack.services.tables import ensure_tables, tables_of
from tests.browser.conftest import DashboardServer
from tests.browser.watching import Watched
from tests.dashboard.cluster import MockCluster
from tests.dashboard.records import audience, profile, stamp
from tests.dashboard.stories import change
from tests.stack.polling import until

pytestmark = pytest.mark.browser

_HOSTILE = "<img src=x onerror=\"document.title='owned'\">"
_PATIENCE_S = 90.0
"""A DynamoDB is read by a thread of a server that shares its machine."""
_VIEWER = f"vi/ew ä&=?#%{_HOSTILE}"
_STARTED = -1500.0
_ADS: dict[str, Any] = {"ad_id": _HOSTILE}
WATCHING = PlaybackStatus.WATCHING_VIDEO
PAUSED = PlaybackStatus.PAUSED_VIDEO
AD = PlaybackStatus.WATCHING_AD
LEFT = PlaybackStatus.LEFT


class Tables:
    """A DynamoDB with the flow's tables, and what was there before the page."""

    def __init__(self, url: str) -> None:
        settings = Settings(aws_endpoint_url=url)
        self._table = settings.history_table
        self._client = boto3.client(
            "dynamodb", endpoint_url=url, region_name=settings.aws_region
        )
        ensure_tables(self._client, tables_of(settings))

    def put(self, *items: HistoryItem) -> None:
        """Write items of the history as the flow does."""
        for item in items:
            attributes = to_attributes(history_item(item, 9_999_999_999))
            self._client.put_item(TableName=self._table, Item=attributes)


def item(
    seconds: float,
    status: PlaybackStatus,
    previous: PlaybackStatus | None = None,
    **fields: Any,
) -> HistoryItem:
    """Return an item of the viewer's history, so many seconds from now."""
    now = datetime.now(UTC)
    known: dict[str, Any] = {
        "viewer_id": _VIEWER,
        "collector_tstamp": stamp(seconds, now),
        "session_start": START,
        "label": _HOSTILE,
        "video_ts": max(0.0, seconds - _STARTED),
    }
    return change(seconds, status, previous, **known | fields)


START = stamp(_STARTED, datetime.now(UTC))


def story() -> list[HistoryItem]:
    """Return an hour: a session that was left, then ads, a stall and an error."""
    name, buffering = EventName, PlaybackStatus.BUFFERING
    first: dict[str, Any] = {"session_start": stamp(-3600, datetime.now(UTC))}
    low = {"detail": "480p", "bitrate": 900_000}
    error = {"detail": f"MEDIA_ERR {_HOSTILE}"}
    return [
        item(-3600, WATCHING, **first),
        item(-3000, LEFT, WATCHING, **first),
        item(_STARTED, PAUSED, collector_tstamp=START),
        item(-1495, AD, PAUSED, event_name=name.AD_BREAK_START),
        item(-1494, AD, AD, event_name=name.AD_START, **_ADS),
        item(-1480, AD, AD, event_name=name.AD_SKIP, **_ADS),
        item(-1479, WATCHING, AD),
        item(-900, buffering, WATCHING, event_name=name.BUFFER_START),
        item(-880, WATCHING, buffering),
        item(-870, WATCHING, WATCHING, event_name=name.QUALITY_CHANGE, **low),
        item(-600, WATCHING, WATCHING, event_name=name.ERROR, **error),
    ]


def live(seconds: float = -1479.0, **fields: Any) -> ViewerProfile:
    """Return the viewer's profile, in its status since so many seconds."""
    now = datetime.now(UTC)
    known: dict[str, Any] = {
        "status_since": stamp(seconds, now),
        "session_start": START,
        "collector_tstamp": stamp(-1, now),
        "label": _HOSTILE,
        "version": stamp(0, now),
        "dimensions": {"device": _HOSTILE},
    }
    return profile(_VIEWER, **known | fields)


Open = Callable[..., Page]


@pytest.fixture
def tables(monkeypatch: pytest.MonkeyPatch) -> Iterator[Tables]:
    """Keep a DynamoDB that the dashboard of the test will find."""
    (port,) = free_ports(1)
    with mock_dynamodb(port) as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", url)
        yield Tables(url)


@pytest.fixture
def viewer_server(tmp_path: Path) -> Iterator[DashboardServer]:
    """Return a dashboard server, made after the environment is as the test has it."""
    cluster = MockCluster()
    dashboard = DashboardServer(cluster, tmp_path / "server.log")
    stopping = Event()

    def _send() -> None:
        while not stopping.wait(1.0):
            cluster.send_audience(audience(0, datetime.now(UTC)))

    thread = Thread(target=_send)
    thread.start()
    yield dashboard
    stopping.set()
    thread.join()
    dashboard.stop()
    cluster.stop()


@pytest.fixture
def open_viewer(browser: Browser, viewer_server: DashboardServer) -> Iterator[Open]:
    """Return what opens a viewer's page; none may find fault with it."""
    opened: list[Watched] = []

    def _open(
        viewer_id: str = _VIEWER, theme: str = "light", width: int = 1400
    ) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 1400})
        context.add_init_script(f"localStorage.setItem('theme', '{theme}')")
        address = f"?page=viewer&viewer={quote(viewer_id, safe='')}"
        opened.append(Watched(context.new_page(), viewer_server.url + address))
        return opened[-1].page

    yield _open
    for watched in opened:
        assert watched.page.title() == "Live Viewer Profiles"
        watched.page.context.close()

        assert watched.faults == []


def rows(page: Page, caption: str) -> list[str]:
    """Return the rows of one of the tables, as text."""
    table = page.locator("table", has=page.locator("caption", has_text=caption))
    return [
        row.replace("\t", " ") for row in table.locator("tbody tr").all_inner_texts()
    ]


def test_viewer_now_and_before(
    tables: Tables, viewer_server: DashboardServer, open_viewer: Open, artifacts: Path
) -> None:
    """Past and present in one picture, hostile words as text, dark and light."""
    tables.put(*story())
    viewer_server.cluster.send_profiles(live(errors=1, events=99))
    page = open_viewer()

    expect(page.get_by_role("heading", name=_VIEWER)).to_be_visible()
    expect(page.locator(".status")).to_contain_text("Watching for 24:")
    until(lambda: len(rows(page, "Ads")) == 1, _PATIENCE_S)
    assert _HOSTILE in rows(page, "Ads")[0]
    assert "✕ Skipped 0:14" in rows(page, "Ads")[0]
    assert "480p 900 kbit/s" in rows(page, "Quality")[0]
    assert _HOSTILE in rows(page, "Errors")[0]
    page.screenshot(path=artifacts / "viewer.png")
    dark = open_viewer(theme="dark")
    until(lambda: len(rows(dark, "Ads")) == 1, _PATIENCE_S)
    dark.screenshot(path=artifacts / "viewer-dark.png")


def test_change_is_seen_live(
    tables: Tables, viewer_server: DashboardServer, open_viewer: Open
) -> None:
    """A change that Kafka tells is on the page, and its item when the table has it."""
    tables.put(*story())
    viewer_server.cluster.send_profiles(live())
    page = open_viewer()
    until(lambda: len(rows(page, "Ads")) == 1, _PATIENCE_S)
    ad = {"event_name": EventName.AD_START, "ad_id": "ad-9"}
    viewer_server.cluster.send_profiles(live(0, status=AD, ad_id="ad-9", ads=2))

    expect(page.locator(".status")).to_contain_text("In ad")
    tables.put(item(0, AD, WATCHING, **ad))
    until(lambda: any("On screen now" in row for row in rows(page, "Ads")), _PATIENCE_S)


def test_sessions_and_address(
    tables: Tables, viewer_server: DashboardServer, open_viewer: Open
) -> None:
    """An earlier session is picked, is in the address, and can be opened by it."""
    items = story()
    tables.put(*items)
    viewer_server.cluster.send_profiles(live())
    page = open_viewer()
    picker = page.get_by_label("Session")
    options = picker.locator("option")
    expect(options).to_have_count(4, timeout=1000 * _PATIENCE_S)
    picker.select_option(index=2)
    first = f"session={quote(items[0].session_start)}"

    expect(page).to_have_url(re.compile(re.escape(first)))
    until(lambda: rows(page, "Ads") == [], _PATIENCE_S)
    page.reload()
    facts = page.locator(".facts")
    expect(facts).to_contain_text("10:00", timeout=1000 * _PATIENCE_S)
    link = page.get_by_role("link", name="Link to this view")
    expect(link).to_have_attribute("href", re.compile(re.escape(first)))


def test_search_and_unknown(
    tables: Tables, viewer_server: DashboardServer, open_viewer: Open, artifacts: Path
) -> None:
    """An id that nobody has is told so, with who could be meant; typing finds one."""
    tables.put(*story())
    viewer_server.cluster.send_profiles(live())
    page = open_viewer("vi/ew")
    told = page.get_by_text("vi/ew is not known")
    expect(told).to_be_visible(timeout=1000 * _PATIENCE_S)
    page.screenshot(path=artifacts / "viewer-unknown.png")
    page.get_by_role("link", name=_VIEWER).click()
    expect(page.get_by_role("heading", name=_VIEWER)).to_be_visible()
    page.get_by_label("Viewer id").fill("nobody at all")
    page.keyboard.press("Enter")

    told = page.get_by_text("nobody at all is not known")
    expect(told).to_be_visible(timeout=1000 * _PATIENCE_S)
    expect(page).to_have_url(re.compile("viewer=nobody[+]at[+]all"))


def test_no_tables(
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest, artifacts: Path
) -> None:
    """Without DynamoDB the page says so and shows what Kafka knows; on a phone, too."""
    away = f"http://127.0.0.1:{free_ports(1)[0]}"
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", away)
    server: DashboardServer = request.getfixturevalue("viewer_server")
    open_viewer: Open = request.getfixturevalue("open_viewer")
    server.cluster.send_profiles(live())
    page = open_viewer(width=390)

    told = page.get_by_text("can't be reached")
    expect(told).to_be_visible(timeout=1000 * _PATIENCE_S)
    expect(page.locator(".status")).to_contain_text("Watching")
    page.get_by_text("Raw profile (JSON)").click()
    expect(page.locator("pre")).to_contain_text('"adsClicked": 0')
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.screenshot(path=artifacts / "viewer-phone.png")
