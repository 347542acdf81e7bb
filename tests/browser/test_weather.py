"""The real tracker and our collector, when what is between them does not work.

Whatever happens, each event that the tracker numbered is in Kafka at least once, and
one that is there twice is the same event: the flow tells them by `event_id`.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from confluent_kafka import KafkaError
from playwright.sync_api import Browser, BrowserContext, Page

from stack.collector.enriched import INDEX
from stack.collector.pages import page_routes
from tests.browser.weather import Weather, event_index, weather, write_page
from tests.stack.collector.serving import StandInProducer, serving
from tests.stack.polling import until

pytestmark = pytest.mark.browser


_QUEUE = "snowplowOutQueue_sp1"

# A tracker that gives up on a busy machine sends twice what should come once.
_PATIENT_MS = 25_000
_IMPATIENT_MS = 1_000
_PING_S = 1.0


class Site:
    """A site with a tracker, the weather before its collector, and Kafka behind."""

    def __init__(
        self,
        context: BrowserContext,
        page: str,
        weather: Weather,
        kafka: StandInProducer,
    ) -> None:
        self.weather = weather
        self.kafka = kafka
        self.tracked = 0
        self._context = context
        self._url = f"{page}/?collector={weather.address}"

    def visit(self, timeout_ms: int = _PATIENT_MS) -> Page:
        """Open the page in one more tab; its tracker waits so long for an answer."""
        page = self._context.new_page()
        page.goto(f"{self._url}&timeout={timeout_ms}")
        return page

    def play(self, page: Page, times: int = 1) -> None:
        """Let the tracker of a page track events."""
        self.tracked += times
        page.evaluate(f"play({times})")

    def event_ids(self) -> Counter[str]:
        """Return how often each event is in Kafka."""
        column = INDEX["event_id"]
        return Counter(line.split(b"\t")[column].decode() for line in self._lines())

    def play_until_all_is_stored(self, page: Page) -> None:
        """Track an event now and then, as pings do, until none of all is missing.

        The tracker has no timer: what failed is sent again with the next event.
        """
        until(lambda: self._is_all_stored_after_one_more(page))

    def _is_all_stored_after_one_more(self, page: Page) -> bool:
        self.play(page)
        try:
            until(self._is_all_stored, within_s=_PING_S)
        except AssertionError:
            return False
        return True

    def _is_all_stored(self) -> bool:
        numbers = {event_index(line) for line in self._lines()}
        return numbers == set(range(1, self.tracked + 1))

    def _lines(self) -> list[bytes]:
        return [value for topic, _, value in self.kafka.stored if topic == "events"]


@pytest.fixture
def site(browser: Browser, vendored: Path, tmp_path: Path) -> Iterator[Site]:
    """Return a site whose visitor has not been there before."""
    kafka = StandInProducer()
    routes = page_routes(write_page(tmp_path), vendored)
    with (
        serving(kafka, routes=routes) as served,
        weather(served.address) as outside,
    ):
        context = browser.new_context()
        yield Site(context, served.address, outside, kafka)
        context.close()


def test_fair(site: Site) -> None:
    """In fair weather each event is stored once."""
    page = site.visit()
    site.play(page, 3)
    site.play_until_all_is_stored(page)

    assert set(site.event_ids().values()) == {1}


def test_refused_connection(site: Site) -> None:
    """Events tracked while nobody listens come with the next event after, once."""
    page = site.visit()
    site.play_until_all_is_stored(page)
    site.weather.go_away()
    with page.expect_event("requestfailed"):
        site.play(page, 3)
    site.weather.come_back()
    site.play_until_all_is_stored(page)

    assert set(site.event_ids().values()) == {1}


@pytest.mark.parametrize("status", [500, 503])
def test_error_on_the_way(status: int, site: Site) -> None:
    """Events that something on the way answers with an error are sent again."""
    page = site.visit()
    site.weather.status = status
    with page.expect_response(lambda answer: answer.status == status):
        site.play(page, 2)
    site.weather.status = None
    site.play_until_all_is_stored(page)

    assert set(site.event_ids().values()) == {1}


def test_kafka_away(site: Site) -> None:
    """The collector's own answer without Kafka makes the tracker send again."""
    page = site.visit()
    site.kafka.refuse = lambda _topic: KafkaError(KafkaError._MSG_TIMED_OUT)
    with page.expect_response(lambda answer: answer.status == 503):
        site.play(page, 2)
    site.kafka.refuse = lambda _topic: None
    site.play_until_all_is_stored(page)

    assert set(site.event_ids().values()) == {1}


def test_poison_does_not_block(site: Site) -> None:
    """An event that can't be used is answered 200: those behind it come through."""
    page = site.visit()
    event = "{schema: 'no schema', data: {a: 1}}"
    page.evaluate(
        f"snowplowBrowserTracking.trackSelfDescribingEvent({{event: {event}}})"
    )
    site.play(page, 2)
    until(lambda: len(site.event_ids()) == 2)

    assert [topic for topic, _, _ in site.kafka.messages].count("bad-rows") == 1


def test_slow_answer(site: Site) -> None:
    """The tracker gives up on a slow answer and sends again: twice, but the same."""
    page = site.visit(_IMPATIENT_MS)
    site.weather.is_fair.clear()
    with page.expect_event("requestfailed"):
        site.play(page)
    site.weather.is_fair.set()
    site.play_until_all_is_stored(page)

    assert max(site.event_ids().values()) >= 2


def test_return_after_close(site: Site) -> None:
    """A tab that closes before the answer has its events sent again by the next."""
    page = site.visit()
    site.weather.is_fair.clear()
    site.play(page, 2)
    until(lambda: site.weather.forwarded >= 1)
    page.wait_for_function(f"JSON.parse(localStorage.{_QUEUE}).length === 2")
    page.close()
    site.weather.is_fair.set()
    site.play_until_all_is_stored(site.visit())

    assert max(site.event_ids().values()) == 2


def test_two_tabs(site: Site) -> None:
    """Tabs share one queue: a second one sends the first one's events, too."""
    first = site.visit()
    site.weather.go_away()
    with first.expect_event("requestfailed"):
        site.play(first, 2)
    site.weather.come_back()
    site.play_until_all_is_stored(site.visit())
    site.play_until_all_is_stored(first)

    assert max(site.event_ids().values()) == 2


def test_large_batches(site: Site) -> None:
    """What piled up comes in bodies above 40 kB, and all of it is taken."""
    page = site.visit()
    site.weather.status = 503
    with page.expect_response(lambda answer: answer.status == 503):
        site.play(page, 60)
    site.weather.status = None
    site.play_until_all_is_stored(page)

    assert max(site.weather.sizes) > 40_000
    assert set(site.event_ids().values()) == {1}
