"""/api/audience: the whole audience, now and before."""

import pytest

from dataflows.playback.audience import AudienceMinute, audience_from_json
from tests.dashboard.api.serving import Server
from tests.dashboard.records import audience, stamp


def _minute(at: float) -> AudienceMinute:
    newest = audience(at)
    return AudienceMinute(
        tstamp=newest.tstamp,
        seconds=60,
        peak=newest.viewers,
        mean={},
        viewers_peak=1,
        titles={},
        sessions_started=1,
        sessions_left=1,
        sessions_completed=1,
        events=newest.events,
        ads=newest.ads,
        quality=newest.quality,
    )


def _stamps(server: Server, query: str) -> list[str]:
    answer = server.ask(f"/api/audience/history?{query}")
    assert answer.json["resolution"] in query or "resolution" not in query
    return [record["tstamp"] for record in answer.json["records"]]


def test_now(server: Server) -> None:
    """The audience now is the newest record, whole."""
    server.model.history.append([audience(-1), audience()])

    assert audience_from_json(server.ask("/api/audience").body) == audience()


def test_nothing_told_yet(server: Server) -> None:
    """Before the first record it can't be known, which is not 0."""
    answer = server.ask("/api/audience")

    assert answer.status == 503
    assert answer.json["cure"] == "see /api/health"


@pytest.mark.parametrize(
    ("query", "seconds"),
    [
        ("", [-3, -2, -1, 0]),
        (f"since={stamp(-2)}", [-2, -1, 0]),
        (f"until={stamp(-2)}", [-3]),
        (f"since={stamp(-3)}&until={stamp(-1)}", [-3, -2]),
        ("since=2026-11-23T12:59:59%2B01:00", [-1, 0]),
        ("limit=2", [-1, 0]),
        (f"since={stamp(1)}", []),
    ],
)
def test_seconds(server: Server, query: str, seconds: list[float]) -> None:
    """Records of the last hour are those between the moments, the newest of them."""
    server.model.history.append(map(audience, (-3.0, -2.0, -1.0, 0.0)))

    assert _stamps(server, f"resolution=seconds&{query}") == [*map(stamp, seconds)]


def test_minutes(server: Server) -> None:
    """The last day is told by the minute, where nothing else is asked for."""
    server.model.minutes.append([_minute(-120), _minute(-60)])

    assert _stamps(server, "") == [stamp(-120), stamp(-60)]


@pytest.mark.parametrize("query", ["since=yesterday", "until=2026-11-23T12:00:00"])
def test_no_moment(server: Server, query: str) -> None:
    """What is no moment, or has no zone, is refused."""
    answer = server.ask(f"/api/audience/history?{query}")

    assert answer.status == 400
    assert answer.json["subject"] in query
