"""The page with the real tracker, in a real browser, held against what it sent."""

import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, expect

from dataflows.playback.events import MediaEvent
from stack.vendoring import TRACKER
from tests.browser.collecting import Collecting, names
from tests.stack.polling import until

pytestmark = pytest.mark.browser

_TIMEOUT_MS = 20_000
_HOSTILE = "<img src=x onerror=\"document.title='owned'\"><script>alert(1)</script>"
# What comes by the clock, and so at no certain place in the order.
_CLOCKED = ("ping", "percent_progress", "buffer_start", "buffer_end")


class _Player:
    """A page with a player, and whatever a page must not do."""

    def __init__(
        self, page: Page, collector: Collecting, query: dict[str, str]
    ) -> None:
        self.page = page
        self.collector = collector
        self.faults: list[str] = []
        page.set_default_timeout(_TIMEOUT_MS)
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("dialog", lambda dialog: self.faults.append(dialog.message))
        page.on("request", self._on_request)
        page.goto(f"{collector.url}?{urlencode(query)}")

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def choose(self, title: str) -> None:
        self.page.get_by_label("Titles").get_by_role("button", name=title).click()

    def label(self) -> Locator:
        return self.page.locator(".caption [data-part=label]")

    def await_event(self, name: str, count: int = 1) -> MediaEvent:
        """Return the last of so many events of a name, once they came."""
        until(lambda: names(self.collector.events()).count(name) >= count)
        found = [e for e in self.collector.events() if e.name == f"{name}_event"]
        return found[count - 1]

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.faults.append(message.text)

    def _on_request(self, request: Request) -> None:
        if urlsplit(request.url).netloc != urlsplit(self.collector.url).netloc:
            self.faults.append(request.url)


Open = Callable[..., _Player]


@pytest.fixture
def collector(vendored: Path) -> Iterator[Collecting]:
    """Return the page's server, which keeps what is sent to it."""
    collecting = Collecting(TRACKER, vendored)
    yield collecting
    collecting.stop()


@pytest.fixture
def open_player(browser: Browser, collector: Collecting) -> Iterator[Open]:
    """Return what opens the page in a browser of its own; none may find fault."""
    opened: list[_Player] = []

    def _open(**query: str) -> _Player:
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        opened.append(_Player(context.new_page(), collector, {"ping": "1"} | query))
        return opened[-1]

    yield _open
    for player in opened:
        player.page.context.close()

        assert player.faults == []


def test_story_with_ads(open_player: Open, artifacts: Path) -> None:
    """From the click to the end, each event is there, once, and in its place."""
    player = open_player(viewer="alice", title="lighthouse", ads="pre,post")
    player.press("Play")
    player.await_event("ad_start", 2)
    player.page.screenshot(path=artifacts / "tracker.png")
    player.press("Skip ad")
    player.await_event("percent_progress")
    player.page.get_by_label("Position").fill("28")
    end = player.await_event("end")
    events = player.collector.events()
    ads = [e for e in events if e.name == "ad_start_event"]

    assert names(events, *_CLOCKED, "ad_quartile") == [
        *("ready", "ad_break_start", "ad_start", "ad_complete"),
        *("ad_start", "ad_skip", "ad_break_end", "play", "seek_start", "seek_end"),
        *("ad_break_start", "ad_start", "ad_complete", "ad_break_end", "end"),
    ]
    assert [(e.ad.ad_id, e.ad.pod_position) for e in ads if e.ad] == [
        *(("ad-100", 1), ("ad-120", 2), ("ad-100", 1))
    ]
    assert [e.ad_break.name for e in ads if e.ad_break] == [
        *("pre-roll", "pre-roll", "post-roll")
    ]
    assert _quartiles(events, "ad-100") == [25, 50, 75] * 2
    assert _quartiles(events, "ad-120")[0] == 25
    assert end.session is not None
    assert (end.session.ads, end.session.ad_breaks, end.session.ads_skipped) == (
        3,
        2,
        1,
    )
    assert end.player is not None
    assert (end.player.ended, end.player.duration) == (True, 30.008)


def _quartiles(events: list[MediaEvent], ad_id: str) -> list[float | None]:
    quartiles = [e for e in events if e.name == "ad_quartile_event"]
    return [
        e.data.percent_progress
        for e in quartiles
        if e.ad and e.ad.ad_id == ad_id and e.data
    ]


def test_ad_click_pauses_ad(open_player: Open) -> None:
    """A click on an ad is tracked and pauses it; play goes on with the ad."""
    player = open_player(title="orchard")
    player.press("Play")
    player.await_event("ad_start")
    player.press("Learn more")
    paused = player.await_event("ad_pause")
    player.press("Play")
    resumed = player.await_event("ad_resume")

    assert names(player.collector.events(), *_CLOCKED)[-3:] == [
        *("ad_click", "ad_pause", "ad_resume")
    ]
    assert [e.player.paused for e in (paused, resumed) if e.player] == [True, False]


def test_mid_roll_stops_and_starts_content(open_player: Open) -> None:
    """A break amid the title comes without a pause event and ends with play."""
    player = open_player(title="lighthouse", ads="mid")
    player.press("Play")
    player.await_event("play")
    player.page.get_by_label("Position").fill("15")
    player.press("Skip ad")
    player.await_event("play", 2)

    assert names(player.collector.events(), *_CLOCKED, "ad_quartile") == [
        *("ready", "play", "seek_start", "seek_end"),
        *("ad_break_start", "ad_start", "ad_skip", "ad_break_end", "play"),
    ]


def test_another_title_is_another_session(open_player: Open) -> None:
    """Leaving a title amid an ad ends its session, and the next one knows no ad."""
    player = open_player(title="orchard")
    player.press("Play")
    player.await_event("ad_start")
    player.choose("Channel One")
    live = player.await_event("play")
    player.await_event("ping", 3)
    events = player.collector.events()
    later = [e for e in events if e.session != live.session and e.time > live.time]

    assert live.player is not None
    assert (live.player.label, live.player.livestream) == ("Channel One", True)
    assert live.player.duration is None
    assert (live.ad, live.ad_break) == (None, None)
    assert len({e.session.media_session_id for e in events if e.session}) == 2
    assert {e.player.label for e in later if e.player} == {"Channel One"}


def test_controls(open_player: Open) -> None:
    """Speed, quality, volume, full screen and pause each tell what they changed."""
    player = open_player(title="orchard", ads="none")
    page = player.page
    player.press("Play")
    player.await_event("play")
    page.get_by_label("Speed").select_option("1.5")
    rate = player.await_event("playback_rate_change")
    page.get_by_label("Quality").select_option("180p")
    quality = player.await_event("quality_change")
    page.get_by_label("Volume").fill("30")
    volume = player.await_event("volume_change")
    player.press("Full screen")
    fullscreen = player.await_event("fullscreen_change")
    page.get_by_label("Video").press("k")
    pause = player.await_event("pause")

    assert rate.data is not None
    assert (rate.data.previous_rate, rate.data.new_rate) == (1, 1.5)
    assert quality.data is not None
    assert (quality.data.previous_quality, quality.data.new_quality) == ("360p", "180p")
    assert quality.data.automatic is False
    assert volume.data is not None
    assert (volume.data.previous_volume, volume.data.new_volume) == (100, 30)
    assert fullscreen.data is not None
    assert fullscreen.data.fullscreen is True
    assert pause.player is not None
    assert (pause.player.quality, pause.player.playback_rate) == ("180p", 1.5)


def test_change_of_quality_is_no_interruption(open_player: Open) -> None:
    """Loading another rendition looks like neither a pause nor a seek."""
    player = open_player(title="orchard", ads="none")
    player.press("Play")
    before = player.await_event("percent_progress")
    player.page.get_by_label("Quality").select_option("180p")
    after = player.await_event("percent_progress", 2)

    assert names(player.collector.events(), *_CLOCKED) == [
        *("ready", "play", "quality_change")
    ]
    assert before.player is not None
    assert after.player is not None
    assert (before.player.current_time or 0) < (after.player.current_time or 0)


def test_two_changes_of_quality_keep_the_place(open_player: Open) -> None:
    """A change before the last one has loaded goes on at the same place, too."""
    player = open_player(title="orchard", ads="none")
    player.await_event("ready")
    player.page.get_by_label("Position").fill("15")
    player.await_event("seek_end")
    player.page.get_by_label("Quality").evaluate(
        """select => {
            for (const name of ["180p", "360p"]) {
                select.value = name;
                select.dispatchEvent(new Event("change"));
            }
        }"""
    )
    loaded = "v => v.readyState > 1 && !v.seeking && v.src.includes('360p')"
    video = player.page.locator("[data-part=stage] > video")
    until(lambda: video.evaluate(loaded))

    assert video.evaluate("v => v.currentTime") == 15


def test_stalled_network_is_buffering(open_player: Open, collector: Collecting) -> None:
    """A picture that stands still for want of data is told, and so is its going on."""
    collector.url += "stalled/"
    player = open_player(title="lighthouse", ads="none", collector=collector.origin)
    player.page.get_by_label("Speed").select_option("2")
    player.press("Play")
    player.await_event("play")
    until(lambda: names(collector.events(), "ping")[-1] == "buffer_start")
    collector.release()
    until(lambda: "buffer_end" in names(collector.events(), "ping")[-2:])
    ends = [e for e in collector.events() if e.name == "buffer_end_event"]

    assert ends[-1].session is not None
    assert ends[-1].session.time_buffering is not None


def test_missing_file_is_an_error(open_player: Open) -> None:
    """What can't be played says why, and is never said to play."""
    player = open_player(title="lost-reel")
    error = player.await_event("error")
    player.press("Play")
    expect(player.page.locator(".player")).to_have_attribute("data-state", "error")

    assert error.data is not None
    assert error.data.error_name == "MEDIA_ERR_SRC_NOT_SUPPORTED"
    assert names(player.collector.events(), "ping") == ["error"]
    assert "404" in player.faults.pop()


def test_anonymous_sends_no_ids(open_player: Open, collector: Collecting) -> None:
    """An anonymous viewer sends no user, browser or session, and gets no cookie."""
    player = open_player(viewer="alice", anonymous="on", ads="none")
    player.press("Play")
    until(lambda: "play_event" in [row["event_name"] for row in collector.rows()])
    rows = collector.rows()

    ids = ("user_id", "domain_userid", "domain_sessionid", "domain_sessionidx")
    assert [row for row in rows for name in ids if name in row] == []
    assert [r for r in collector.requests if r.header("sp-anonymous") != "*"] == []
    assert "client_session" not in str([row["contexts"] for row in rows])
    assert player.page.context.cookies() == []


def test_hostile_text_is_text(open_player: Open) -> None:
    """Markup in the address is shown and sent as text, and obeyed nowhere."""
    player = open_player(viewer=_HOSTILE, title=_HOSTILE, ads="none")
    ready = player.await_event("ready")
    expect(player.page.locator("#events li")).to_have_count(2)

    assert player.label().inner_text() == _HOSTILE
    assert ready.viewer_id == _HOSTILE
    assert ready.player is not None
    assert ready.player.label == _HOSTILE
    assert player.page.locator("img").count() == 0
    assert player.page.title() == "Player with Snowplow media tracking"


def test_panel_shows_what_was_sent(open_player: Open) -> None:
    """Each event is listed with its entities, and opens to all that it says."""
    player = open_player(viewer="alice", ads="pre")
    player.press("Play")
    player.await_event("ad_start")
    row = player.page.locator("#events li", has_text="ad_start")
    entities = "media_player, session, ad, ad_break, web_page, client_session"
    expect(row.locator("small")).to_have_text(entities)
    row.locator("summary").click()

    expect(row.locator("pre", has_text="Fresh Soap")).to_be_visible()
    expect(row.locator("summary")).to_contain_text("alice")


def test_collector_that_is_down_is_told(open_player: Open) -> None:
    """When nobody takes the events the page says so, and keeps them."""
    with socket.socket() as taken:
        # Bound and not listening: whoever connects is refused.
        taken.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{taken.getsockname()[1]}"
        player = open_player(collector=nobody)
        status = player.page.get_by_role("status")

        expect(status).to_contain_text("waiting for the next event to try again")
        player.page.close()
    # The browser complains of each try, which is none of the page's doing.
    expected = (nobody, "ERR_CONNECTION_REFUSED")
    player.faults[:] = [f for f in player.faults if not any(e in f for e in expected)]


def test_closing_sends_what_is_held_back(open_player: Open) -> None:
    """A seek just before the tab closes is not lost."""
    player = open_player(viewer="alice", ads="none")
    player.press("Play")
    player.await_event("play")
    player.page.get_by_label("Position").fill("20")
    player.page.close(run_before_unload=True)

    assert player.await_event("seek_start").viewer_id == "alice"


def test_crowd_is_many_viewers(open_player: Open, artifacts: Path) -> None:
    """A crowd of five is five viewers, each with a playback of its own."""
    player = open_player(viewer="fan", crowd="5")
    viewers = {f"fan-0{number}" for number in range(1, 6)}
    plays = {"play_event", "ad_start_event"}

    def _playing() -> set[str]:
        return {e.viewer_id for e in player.collector.events() if e.name in plays}

    until(lambda: _playing() == viewers)
    player.page.screenshot(path=artifacts / "tracker-crowd.png")
    events = player.collector.events()
    sessions = {(e.viewer_id, e.session.media_session_id) for e in events if e.session}

    assert {viewer for viewer, _ in sessions} == viewers
    assert len({session for _, session in sessions}) >= 5


def test_every_control_has_a_name(open_player: Open) -> None:
    """A screen reader finds a name for whatever can be pressed or filled in."""
    player = open_player(ads="none")
    controls = player.page.locator(
        "button:visible, input:not([type=hidden]):visible, select:visible"
    )
    nameless = (
        "all => all.filter(c => !(c.ariaLabel || c.labels?.length || c.innerText))"
    )

    assert controls.count() > 15
    assert controls.evaluate_all(f"{nameless}.map(c => c.outerHTML)") == []


def test_phone_width(open_player: Open, artifacts: Path) -> None:
    """On a phone nothing is wider than the screen."""
    player = open_player(ads="none")
    player.page.set_viewport_size({"width": 360, "height": 740})
    player.page.screenshot(path=artifacts / "tracker-phone.png", full_page=True)

    assert player.page.evaluate("document.documentElement.scrollWidth") <= 360
