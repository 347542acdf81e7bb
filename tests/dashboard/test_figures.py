"""The Live page's figures."""

from typing import Any

import pytest

from dashboard.figures import LiveFigure, concurrent, live_figures
from dashboard.history import AudienceHistory
from dataflows.playback.audience import Audience, EventTally, QualityTally
from dataflows.playback.profile import PlaybackStatus
from tests.dashboard.records import audience


def _figures(*records: Audience) -> dict[str, LiveFigure]:
    history = AudienceHistory()
    history.append(records)
    return live_figures(history)


def _now(
    name: str, before: dict[str, Any], after: dict[str, Any], *, s: int = 60
) -> Any:
    return _figures(audience(-s, **before), audience(0, **after))[name].now


def test_concurrent_viewers_do_not_count_the_paused() -> None:
    """Who watches, sits in an ad or stalls is there; who paused or completed is not."""
    assert concurrent(audience()) == 1_220


def test_concurrent_is_unknown_where_nothing_is_told() -> None:
    """A record without counts tells of no viewers, not of none."""
    assert concurrent(audience(viewers={})) is None


def test_nothing_is_known_without_records() -> None:
    """Before the first record every figure is unknown, and what was before too."""
    assert set(_figures().values()) == {LiveFigure(None, (None, None))}


@pytest.mark.parametrize(
    ("name", "expected"), [("paused", 30), ("in_ads", 20), ("buffering", 0)]
)
def test_counts_by_status(name: str, expected: int) -> None:
    """What viewers do is as the newest record says; none of them is 0."""
    assert _figures(audience())[name].now == expected


def test_starts_are_of_the_last_minute() -> None:
    """The running count's growth is told for a minute."""
    before, after = {"sessions_started": 100}, {"sessions_started": 160}

    assert _now("starts", before, after) == 60


def test_exits_are_those_that_left_and_those_that_completed() -> None:
    """A session is over either way."""
    before = {"sessions_left": 1, "sessions_completed": 10}
    after = {"sessions_left": 4, "sessions_completed": 15}

    assert _now("exits", before, after) == 8


@pytest.mark.parametrize(
    ("played", "stalled", "expected"), [(90, 10, 0.1), (0, 5, 1.0), (0, 0, None)]
)
def test_rebuffer_ratio(played: float, stalled: float, expected: float | None) -> None:
    """Stalled time over played and stalled time; of no time it is unknown."""
    before = QualityTally(time_played=1_000, time_buffering=200)
    after = QualityTally(time_played=1_000 + played, time_buffering=200 + stalled)

    assert _now("rebuffer_ratio", {"quality": before}, {"quality": after}) == expected


def test_errors_are_for_a_thousand_viewers() -> None:
    """So that a large audience does not look worse than a small one."""
    after = {
        "quality": QualityTally(errors=6),
        "viewers": {PlaybackStatus.WATCHING_VIDEO: 2_000},
    }

    assert _now("error_rate", {}, after) == 3


def test_events_are_of_ten_seconds() -> None:
    """A minute would hide that it has just stopped."""
    before = {"events": EventTally(received=1_000)}
    after = {"events": EventTally(received=1_500)}

    assert _now("events_per_second", before, after, s=10) == 50


def test_rate_is_unknown_where_the_minute_has_a_gap() -> None:
    """Without a record a minute ago nobody knows what the minute held."""
    assert _now("starts", {}, {"sessions_started": 9}, s=30) is None


def test_figures_of_before_stand_beside() -> None:
    """What was five minutes and an hour ago is looked at in the same way."""
    records = [
        audience(-at, sessions_started=count)
        for at, count in ((3_660, 0), (3_600, 10), (360, 100), (300, 120), (60, 200))
    ]
    starts = _figures(*records, audience(0, sessions_started=230))["starts"]

    assert starts == LiveFigure(30, (20, 10))


def test_gap_of_before_is_unknown() -> None:
    """What was not recorded is not guessed from its neighbours."""
    counts = _figures(audience(-310), audience(0))["paused"]

    assert counts == LiveFigure(30, (None, None))
