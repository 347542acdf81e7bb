"""/metrics: what Prometheus is told of the dashboard."""

import pytest
from prometheus_client.openmetrics.parser import (
    text_string_to_metric_families as openmetrics,
)
from prometheus_client.parser import text_string_to_metric_families as plain

from dashboard.api.messages import framed
from dashboard.model import FeedState, FeedStatus
from dataflows.playback.audience import PartitionLag
from tests.dashboard.api.serving import Server, run
from tests.dashboard.records import audience, profile

_PREFIX = "live_viewers_dashboard_"


def _told(server: Server) -> dict[str, float]:
    families = plain(server.ask("/metrics").body.decode())
    return {
        sample.name.removeprefix(_PREFIX): sample.value
        for family in families
        for sample in family.samples
    }


def test_empty_model(server: Server) -> None:
    """What can't be known is left out, and is not 0."""
    told = _told(server)

    assert told["viewers"] == 0
    assert not told.keys() & {"age_seconds", "lag_seconds"}
    assert told["process_cpu_seconds_total"] > 0


def test_model(server: Server) -> None:
    """The viewers, the feed's state and how old it all is are told."""
    lag = (PartitionLag(partition="0", messages=3, seconds=2.5),)
    server.model.viewers.apply([("alice", profile()), ("bob", profile("bob"))])
    server.model.history.append([audience(lag=lag)])
    server.model.feed = FeedStatus(FeedState.FOLLOWING, undecodable=4)

    told = _told(server)

    assert (told["viewers"], told["lag_seconds"]) == (2, 2.5)
    assert told["undecodable_records_total"] == 4
    assert told["age_seconds"] > 0


def test_feed_state(server: Server) -> None:
    """The feed is in one of its states."""
    families = plain(server.ask("/metrics").body.decode())
    (feed,) = (f for f in families if f.name == _PREFIX + "feed")
    states = {s.labels[_PREFIX + "feed"]: s.value for s in feed.samples}

    assert states.keys() == {str(state) for state in FeedState}
    assert [state for state, value in states.items() if value] == ["loading"]


def test_clients(server: Server) -> None:
    """Clients of /ws, and what they were sent, are counted."""
    server.model.viewers.apply([("alice", profile())])

    async def story() -> tuple[int, int]:
        async with server.listening() as client:
            message = await client.read_message()
            return server.service.hub.clients, len(framed(str(message).encode()))

    clients, sent = run(story())
    assert clients == 1
    assert _told(server)["ws_sent_bytes_total"] == sent


@pytest.mark.parametrize("accept", ["application/openmetrics-text; version=1.0.0"])
def test_format_that_is_asked_for(server: Server, accept: str) -> None:
    """Prometheus is answered in its newer format where it asks for that."""
    answer = server.ask("/metrics", Accept=accept)

    assert answer.headers["Content-Type"].startswith("application/openmetrics-text")
    assert list(openmetrics(answer.body.decode()))  # type: ignore[no-untyped-call]
