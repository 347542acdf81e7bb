"""The pages of ads, quality and pipeline as a person sees them, in a real browser."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from confluent_kafka import Producer
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from dataflows.playback.audience import (
    AdTally,
    Audience,
    EventTally,
    PartitionLag,
    QualityTally,
)
from dataflows.playback.profile import PlaybackStatus
from dataflows.settings import Settings
from tests.browser.conftest import DashboardServer
from tests.dashboard.records import audience, profile, stamp
from tests.stack.polling import until

pytestmark = pytest.mark.browser

_HOSTILE = "<img src=x onerror=\"document.title='owned'\">"

_PHONE = 390

_PATIENCE_MS = 60_000
"""What a busy machine takes until nothing speaks against what shows."""

Open = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser, server: DashboardServer) -> Iterator[Open]:
    """Return what opens a page of the dashboard; none may find fault with it."""
    contexts = []
    faults: list[str] = []

    def _on_console(message: ConsoleMessage) -> None:
        if message.type == "error":
            faults.append(message.text)

    def _open(name: str, theme: str = "light", width: int = 1400) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 1000})
        context.add_init_script(f"localStorage.setItem('theme', '{theme}')")
        contexts.append(context)
        page = context.new_page()
        page.on("console", _on_console)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(f"{server.url}?page={name}")
        return page

    yield _open
    for context in contexts:
        context.close()

    assert faults == []


@pytest.fixture
def live_audience(server: DashboardServer) -> Iterator[None]:
    """Send an audience record a second, as the flow does; every one counts more."""
    stopping = Event()
    began = datetime.now(UTC) - timedelta(seconds=30)
    server.cluster.send_audience(*(_record(began, at) for at in range(31)))

    def _send() -> None:
        while not stopping.wait(1.0):
            seconds = (datetime.now(UTC) - began).total_seconds()
            server.cluster.send_audience(_record(began, int(seconds)))

    thread = Thread(target=_send)
    thread.start()
    yield
    stopping.set()
    thread.join()


def _record(began: datetime, at: int) -> Audience:
    ads = AdTally(
        starts=10 * at,
        first_quartiles=9 * at,
        midpoints=8 * at,
        third_quartiles=7 * at,
        completes=6 * at,
        skips=2 * at,
        clicks=at,
    )
    errors = {_HOSTILE: at, "MEDIA_ERR_DECODE": 2 * at}
    return audience(
        at,
        began,
        events=EventTally(
            received=1_000 * at, used=990 * at, dead_letters={"unparsable": 10 * at}
        ),
        ads=ads,
        ads_by_id={_HOSTILE: ads},
        ads_by_break={"pre-roll": ads},
        quality=QualityTally(
            time_played=99.0 * at, time_buffering=at, stalls=at, errors=3 * at
        ),
        errors_by_code=errors,
        lag=(PartitionLag(partition="0", messages=2, seconds=0.3),),
        watermark=stamp(at - 1, began),
        latency_p50_ms=12.0,
        latency_p99_ms=80.0,
    )


def _send_letters(server: DashboardServer, *values: bytes) -> None:
    producer = Producer({"bootstrap.servers": server.cluster.servers})
    headers: list[Any] = [("reason", b"unparsable"), ("detail", _HOSTILE.encode())]
    for value in values:
        producer.produce(Settings().dead_letters_topic, value, headers=headers)
    producer.flush()


def _figure(page: Page, word: str) -> Any:
    return page.locator(".fact", has_text=word).locator(".figure")


@pytest.mark.usefixtures("live_audience")
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_ads_page(
    server: DashboardServer, open_page: Open, artifacts: Path, theme: str
) -> None:
    """Rates, funnel, ads and breaks show, and an ad's id is text."""
    in_ad = PlaybackStatus.WATCHING_AD
    server.cluster.send_profiles(profile("a", status=in_ad, ad_id=_HOSTILE))
    page = open_page("ads", theme)

    expect(_figure(page, "Completion rate")).to_have_text("60.0 %")
    expect(_figure(page, "Skip rate")).to_have_text("20.0 %")
    expect(page.get_by_role("cell", name=_HOSTILE, exact=True)).to_have_count(2)
    page.screenshot(path=artifacts / f"ads-{theme}.png", full_page=True)
    assert page.title() != "owned"


@pytest.mark.usefixtures("live_audience")
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_quality_page(
    server: DashboardServer, open_page: Open, artifacts: Path, theme: str
) -> None:
    """Ratio, stalls and errors show, by code and by title; all of it as text."""
    server.cluster.send_profiles(profile("a", label=_HOSTILE, player_type="html5"))
    page = open_page("quality", theme)

    expect(_figure(page, "Rebuffer ratio")).to_have_text("1.00 %")
    expect(page.get_by_role("cell", name="MEDIA_ERR_DECODE")).to_be_visible()
    expect(page.get_by_role("cell", name="html5")).to_be_visible()
    expect(page.get_by_role("cell", name=_HOSTILE, exact=True)).to_have_count(2)
    page.screenshot(path=artifacts / f"quality-{theme}.png", full_page=True)
    assert page.title() != "owned"


@pytest.mark.usefixtures("live_audience")
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pipeline_page(
    server: DashboardServer, open_page: Open, artifacts: Path, theme: str
) -> None:
    """The verdict stands on top, its checks and the figures below it."""
    server.cluster.send_profiles(profile("a"))
    page = open_page("pipeline", theme)

    verdict = page.locator(".verdict")
    expect(verdict).to_contain_text("● True", timeout=_PATIENCE_MS)
    expect(_figure(page, "Throughput")).to_contain_text("1,000.0")
    expect(page.get_by_text("Not configured: set")).to_be_visible()
    expect(page.get_by_role("cell", name="● used")).to_be_visible()
    expect(verdict).to_contain_text("2 of 10 checks can't be made")
    page.screenshot(path=artifacts / f"pipeline-{theme}.png", full_page=True)


@pytest.mark.usefixtures("live_audience")
@pytest.mark.parametrize("name", ["ads", "quality", "pipeline"])
def test_phone(
    server: DashboardServer, open_page: Open, artifacts: Path, name: str
) -> None:
    """On a phone nothing is wider than the screen, and legends wrap."""
    server.cluster.send_profiles(profile("a"))
    page = open_page(name, width=_PHONE)
    expect(page.locator(".fact").first).to_be_visible()
    # They are drawn after the page, and no page of ads has one.
    until(lambda: name == "ads" or page.locator(".bk-item").count() > 0)
    legends = [box.bounding_box() for box in page.locator(".bk-item").all()]
    page.screenshot(path=artifacts / f"{name}-phone.png", full_page=True)

    assert all(b and b["x"] >= 0 and b["x"] + b["width"] <= _PHONE for b in legends)
    assert page.evaluate("document.documentElement.scrollWidth") == _PHONE


@pytest.mark.usefixtures("live_audience")
def test_letters_are_text_and_stand_still(
    server: DashboardServer, open_page: Open
) -> None:
    """Samples are shown, not obeyed, and change when newer ones are asked for."""
    server.cluster.send_profiles(profile("a"))
    page = open_page("pipeline")
    expect(page.get_by_text("No dead letter was seen")).to_have_count(2)
    _send_letters(server, f"{_HOSTILE} the first".encode())
    article = page.locator("article")
    expect(article).to_have_count(1)
    expect(article).to_contain_text(f"{_HOSTILE} the first")
    _send_letters(server, b"the second")
    button = page.get_by_role("button", name="Show 1 newer")
    expect(button).to_be_enabled()

    expect(article).to_have_count(1)
    button.click()
    expect(article.first).to_contain_text("the second")
    assert page.title() != "owned"


@pytest.mark.usefixtures("live_audience")
def test_span_is_in_the_address(server: DashboardServer, open_page: Open) -> None:
    """A span is picked by a link, and the address can be shared."""
    server.cluster.send_profiles(profile("a"))
    page = open_page("ads")
    page.get_by_role("link", name="Last 24 hours").click()

    expect(page.get_by_role("link", name="Last 24 hours")).to_have_attribute(
        "aria-current", "true"
    )
    expect(_figure(page, "Ad starts")).to_have_text("unknown")
    expect(page).to_have_url(re.compile("span=24h"))


@pytest.mark.usefixtures("live_audience")
def test_tooltip_stays_while_figures_move(
    server: DashboardServer, open_page: Open
) -> None:
    """What a person points at is not replaced under the pointer each second."""
    server.cluster.send_profiles(profile("a"))
    page = open_page("ads")
    figure = _figure(page, "Ad starts")
    expect(figure).not_to_have_text("unknown")
    word = page.locator(".fact dt", has_text="Ad starts").element_handle()
    before = figure.inner_text()
    until(lambda: figure.inner_text() != before)

    assert word is not None
    assert word.evaluate("node => node.isConnected")
    assert word.get_attribute("title")
