"""From a click in a real browser to the stored profile and the row on the screen.

Everything is real: the page with its tracker, the collector, Kafka, the flow, DynamoDB
Local and the dashboard, as `python -m stack demo --web` starts them.
"""

import time
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import groupby
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import Browser, FrameLocator, Locator, Page, expect
from playwright.sync_api import Request as PageRequest
from rich.console import Console

from dashboard.cells import COLUMNS
from dataflows.playback.decode import decode
from dataflows.playback.events import MediaEvent
from stack.collector.enriched import enriched_json
from stack.collector.tracking import Request
from stack.collector.translation import translate
from stack.errors import UnsupportedError
from stack.vendoring import ensure_tracker_files
from tests.browser.demo import RunningDemo, running_demo
from tests.stack.polling import until

pytestmark = [
    pytest.mark.browser,
    pytest.mark.integration,
    pytest.mark.xdist_group("services"),
]

_TIMEOUT_MS = 30_000
_PATIENCE_S = 60.0
# Shorter than the rest of the story takes, and long beside a ping a second.
_GAP_S = 10


class Viewer:
    """A person with a browser of their own, at the player's page."""

    def __init__(self, browser: Browser, url: str, viewer_id: str, title: str) -> None:
        self.id = viewer_id
        self._requests: list[Request] = []
        self.page = browser.new_context().new_page()
        self.page.set_default_timeout(_TIMEOUT_MS)
        self.page.on("request", self._keep)
        query = {"viewer": viewer_id, "title": title, "ads": "pre", "ping": "1"}
        self.page.goto(f"{url}?{urlencode(query)}")

    def press(self, name: str) -> None:
        """Press a button."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def await_state(self, state: str) -> None:
        """Return once the player is in a state."""
        expect(self.page.locator(".player")).to_have_attribute(
            "data-state", state, timeout=_TIMEOUT_MS
        )

    def sent_until(self, event_id: str) -> list[MediaEvent]:
        """Return what the page sent, in the order of its clock, up to an event."""
        rows = [row for request in self._requests for row in translate(request).rows]
        rows.sort(key=lambda row: row["dvce_created_tstamp"])
        # What is sent again is the same event.
        unique = {row["event_id"]: decode(enriched_json(row)) for row in rows}
        events = [each for each in unique.values() if isinstance(each, MediaEvent)]
        ids = [event.event_id for event in events]
        return events[: ids.index(event_id) + 1]

    def _keep(self, request: PageRequest) -> None:
        if request.method == "POST":
            self._requests.append(
                Request(
                    method="POST",
                    path=urlsplit(request.url).path,
                    headers=request.headers,
                    body=request.post_data_buffer or b"",
                    arrival_ms=time.time_ns() // 1_000_000,
                )
            )


@pytest.fixture(scope="module")
def demo(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningDemo]:
    """Run the demo for all tests; without a browser it need not start."""
    del browser
    try:
        ensure_tracker_files(Console(stderr=True))
    except UnsupportedError as ex:
        pytest.skip(str(ex))
    folder = tmp_path_factory.mktemp("demo")
    with running_demo(folder, {"GAP_PLAYING_S": str(_GAP_S)}) as running:
        yield running


@pytest.fixture
def open_viewer(browser: Browser, demo: RunningDemo) -> Iterator[Callable[..., Viewer]]:
    """Return what brings a viewer to the page."""
    opened: list[Viewer] = []

    def _open(viewer_id: str, title: str) -> Viewer:
        opened.append(Viewer(browser, demo.player_url, viewer_id, title))
        return opened[-1]

    yield _open
    for viewer in opened:
        viewer.page.context.close()


_TITLES: Final = [column.title for column in COLUMNS]


@pytest.fixture
def operator(browser: Browser) -> Iterator[Page]:
    """Return a page of somebody who looks at the dashboard."""
    context = browser.new_context(viewport={"width": 1600, "height": 900})
    page = context.new_page()
    page.set_default_timeout(_TIMEOUT_MS)
    yield page
    context.close()


def _row(page: Page | FrameLocator, viewer_id: str) -> Locator:
    return page.locator("tbody tr").filter(has_text=viewer_id)


def _expect_cells(row: Locator, **cells: str) -> None:
    for name, text in cells.items():
        place = _TITLES.index(name.replace("_", " ")) + 1
        cell = row.locator(f":scope > :nth-child({place})")
        expect(cell).to_contain_text(text, timeout=_TIMEOUT_MS)


def _statuses(history: list[dict[str, Any]]) -> list[str]:
    """Return the statuses in their order, less stalls, which are the machine's."""
    statuses = [item["status"] for item in history if item["status"] != "BUFFERING"]
    return [status for status, _ in groupby(statuses)]


def _watch_to_the_end(alice: Viewer, row: Locator) -> None:
    """Let one ad play, click and skip the other, pause, seek, and see the end."""
    alice.press("Play")
    _expect_cells(row, Status="In ad")
    # An ad of ten seconds, of which there is enough left to pause it.
    expect(alice.page.get_by_text("Ad 2 of 2")).to_be_visible(timeout=_TIMEOUT_MS)
    alice.press("Learn more")
    alice.await_state("ad-paused")
    alice.press("Play")
    alice.press("Skip ad")
    alice.await_state("playing")
    _expect_cells(row, Status="Watching")
    alice.press("Pause")
    _expect_cells(row, Status="Paused")
    alice.press("Play")
    alice.page.get_by_label("Position").fill("28")
    alice.await_state("ended")


def test_two_viewers(
    demo: RunningDemo, open_viewer: Callable[..., Viewer], operator: Page
) -> None:
    """Who plays to the end and who closes the tab are known for what they did."""
    operator.goto(f"{demo.dashboard_url}?page=viewers")
    bob = open_viewer("bob", "channel-one")
    bob.press("Play")
    _expect_cells(_row(operator, "bob"), Status="Watching", Title="Channel One")
    bob.page.close(run_before_unload=True)
    alice = open_viewer("alice", "lighthouse")
    row = _row(operator, "alice")
    _watch_to_the_end(alice, row)

    _expect_cells(row, Status="Completed", Title="The Lighthouse")
    _expect_cells(row, Ads_seen="2", Clicked="1", Skipped="1")
    until(lambda: demo.status("alice") == "COMPLETED_VIDEO", _PATIENCE_S)
    _check_alice(alice, demo)
    # The history is told of it later than the profile: when it can't be lost.
    until(lambda: _statuses(demo.history("bob"))[-1] == "LEFT", _PATIENCE_S)
    _check_bob(bob, demo)
    expect(_row(operator, "bob")).to_have_count(0, timeout=_TIMEOUT_MS)


def _check_alice(alice: Viewer, demo: RunningDemo) -> None:
    profile = demo.profile("alice")
    history = demo.history("alice")
    sent = alice.sent_until(profile["event_id"])
    counts = ("ads", "ads_completed", "adsClicked", "adsSkipped", "ad_breaks", "errors")

    assert (sent[0].name, sent[-1].name) == ("ready_event", "end_event")
    assert profile["events"] == len(sent)
    assert [profile[name] for name in counts] == [2, 1, 1, 1, 1, 0]
    assert _playback(profile) == ("The Lighthouse", False, True, _media_session(sent))
    assert _statuses(history) == [
        *("PAUSED_VIDEO", "WATCHING_AD", "WATCHING_VIDEO"),
        *("PAUSED_VIDEO", "WATCHING_VIDEO", "COMPLETED_VIDEO"),
    ]
    assert {item["event_id"] for item in history} <= {e.event_id for e in sent}


def _check_bob(bob: Viewer, demo: RunningDemo) -> None:
    profile = demo.profile("bob")
    sent = bob.sent_until(profile["event_id"])

    assert profile["events"] == len(sent)
    assert _playback(profile) == ("Channel One", True, False, _media_session(sent))
    assert _silence_s(profile) == _GAP_S
    assert _statuses(demo.history("bob")) == ["PAUSED_VIDEO", "WATCHING_VIDEO", "LEFT"]


def _playback(profile: dict[str, Any]) -> tuple[str, bool, bool, str]:
    names = ("label", "livestream", "ended", "media_session_id")
    label, livestream, ended, media_session_id = (profile[name] for name in names)
    return label, livestream, ended, media_session_id


def _media_session(sent: list[MediaEvent]) -> str | None:
    (media_session_id,) = {e.session.media_session_id for e in sent if e.session}
    return media_session_id


def _silence_s(profile: dict[str, Any]) -> float:
    """Return how long after the newest event the session was over."""
    stamps = (profile["collector_tstamp"], profile["session_end"])
    newest, end = (datetime.fromisoformat(stamp) for stamp in stamps)
    return (end - newest).total_seconds()


def test_side_by_side(demo: RunningDemo, operator: Page) -> None:
    """What is done in the player on the left shows in the dashboard on the right."""
    operator.goto(demo.url)
    player = operator.frame_locator("iframe[title=Player]")
    dashboard = operator.frame_locator("iframe[title=Dashboard]")
    player.get_by_role("button", name="The Orchard").click()

    _expect_cells(_row(dashboard, "you"), Status="In ad", Title="The Orchard")
