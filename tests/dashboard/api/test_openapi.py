"""The OpenAPI document, and that the handlers keep to it."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import Case

from dashboard.api.openapi import openapi
from dashboard.api.routes import routes
from dashboard.model import FeedState, FeedStatus
from dashboard.tables import HistoryPage
from dataflows.playback.audience import AudienceMinute
from dataflows.playback.profile import HistoryItem, PlaybackStatus
from tests.dashboard.api.serving import Server, serving
from tests.dashboard.records import audience, profile, stamp

_UNDESCRIBED = {"/ws", "/api/ws", r"/api/openapi\.json", "/metrics", "/api(?:/.*)?"}


def _history(viewer_id: str, *, before: str | None) -> HistoryPage:
    item = HistoryItem(
        viewer_id=viewer_id,
        collector_tstamp=stamp(-600),
        event_id="e",
        event_name="play_event",
        status=PlaybackStatus.WATCHING_VIDEO,
        session_start=stamp(-600),
    )
    return HistoryPage((item,), more=before is None)


def _minute() -> AudienceMinute:
    newest = audience()
    return AudienceMinute(
        tstamp=newest.tstamp,
        seconds=60,
        peak=newest.viewers,
        mean={status: float(n) for status, n in newest.viewers.items()},
        viewers_peak=1,
        titles=newest.titles,
        sessions_started=1,
        sessions_left=1,
        sessions_completed=1,
        events=newest.events,
        ads=newest.ads,
        quality=newest.quality,
    )


@pytest.fixture(scope="module")
def known() -> Iterator[Server]:
    """Return a server with something to tell at each path."""
    with serving(history=_history) as server:
        rows = [profile(f"v{n}", since=-n) for n in range(5)]
        server.model.viewers.apply([(row.viewer_id, row) for row in rows])
        server.model.history.append([audience(-1), audience()])
        server.model.minutes.append([_minute()])
        server.model.feed = FeedStatus(FeedState.FOLLOWING)
        yield server


@pytest.fixture(scope="module")
def described(known: Server) -> schemathesis.BaseSchema:
    """Return the document of the server, as a client fetches it."""
    return schemathesis.openapi.from_url(f"http://{known.host}/api/openapi.json")


schema = schemathesis.pytest.from_fixture("described")


@schema.parametrize()
@settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
def test_handlers_keep_to_the_document(case: Case[Any]) -> None:
    """Whatever is asked, right or wrong, the answer is one that the document tells."""
    case.call_and_validate()


def test_every_route_is_described() -> None:
    """The document tells of every path, but of /ws, /metrics and its own."""
    paths = {route[0] for route in routes(lambda: pytest.fail("not asked"))}
    escaped = (path.replace(".", r"\.") for path in openapi()["paths"])
    told = {path.replace("{viewer_id}", "([^/]+)") for path in escaped}

    assert told == paths - _UNDESCRIBED


def test_prefix() -> None:
    """Where the server has a prefix, the document's paths are below it."""
    assert openapi("/tv")["servers"] == [{"url": "/tv"}]


def test_messages_are_described() -> None:
    """What /ws tells is among the schemas, with the original's names."""
    message = openapi()["components"]["schemas"]["ViewerMessage"]

    assert {"viewer_id", "adsClicked", "change"} <= message["properties"].keys()
