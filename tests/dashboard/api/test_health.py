"""/api/health: whether what the dashboard shows can be believed."""

import pytest

from dashboard.api.health import health_of, is_well
from dashboard.model import AudienceModel, FeedState, FeedStatus
from tests.dashboard.api.serving import Server
from tests.dashboard.records import NOW, audience, profile


@pytest.mark.parametrize("state", FeedState)
def test_feed(server: Server, state: FeedState) -> None:
    """It is well while the feed follows, and else says how the feed stands."""
    server.model.feed = FeedStatus(state, "a broker's address", 3)

    answer = server.ask("/api/health?any=thing")

    assert answer.status == (200 if state is FeedState.FOLLOWING else 503)
    assert answer.json == {"feed": str(state), "age_s": None, "undecodable": 3}


def test_nothing_of_viewers(server: Server) -> None:
    """It tells nothing of anybody, nor of where the brokers are."""
    server.model.viewers.apply([("alice", profile())])
    server.model.history.append([audience()])

    assert server.ask("/api/health").json.keys() == {"feed", "age_s", "undecodable"}


def test_age() -> None:
    """The age is that of the newest audience record."""
    model = AudienceModel()
    model.history.append([audience(-90)])

    health = health_of(model, NOW.timestamp())
    assert health.age_s == 90
    assert not is_well(health)
