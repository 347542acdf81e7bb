"""The freshness line."""

import re
from datetime import timedelta

import pytest

from dashboard.model import AudienceModel, FeedState, FeedStatus
from dashboard.store import AudienceStore
from dashboard.views.freshness import Freshness
from dataflows.playback.audience import PartitionLag
from tests.dashboard.records import NOW, audience

_FOLLOWING = FeedStatus(FeedState.FOLLOWING)


def _text(view: Freshness) -> str:
    return re.sub(r"<[^>]*>", " ", str(view.markup.html))


def _shown(**params: object) -> str:
    store = AudienceStore(AudienceModel())
    view = Freshness(store=store)
    store.param.update(**{"now": NOW + timedelta(milliseconds=1)} | params)
    return _text(view)


@pytest.mark.parametrize(
    ("feed", "expected"),
    [
        (FeedStatus(), "Loading  0 viewers so far"),
        (FeedStatus(FeedState.WAITING, "no topic x yet"), "Waiting  no topic x yet"),
        (
            FeedStatus(FeedState.DISCONNECTED, "1/1 <b>"),
            "Disconnected  no broker answers: 1/1 &lt;b&gt;",
        ),
        (
            FeedStatus(FeedState.FAILED, "KeyError(1)"),
            "Failed  records may be missing: KeyError(1)",
        ),
        (_FOLLOWING, "Stale  no record yet"),
    ],
)
def test_state_without_records(feed: FeedStatus, expected: str) -> None:
    """What stands between is named, and no delay is made up."""
    shown = _shown(feed=feed)

    assert expected in shown
    assert "screen behind by unknown" in shown
    assert "flow behind its source by unknown" in shown


def test_live() -> None:
    """With a young record the line tells both delays."""
    lag = (PartitionLag(partition="0", messages=1, seconds=0.25),)
    shown = _shown(feed=_FOLLOWING, audience=audience(-1.2, lag=lag))

    assert "● Live" in shown
    assert "screen behind by 1.2 s" in shown
    assert "flow behind its source by 0.2 s" in shown


@pytest.mark.parametrize(("age", "state"), [(4.9, "Live"), (5.1, "Stale")])
def test_stale_after_five_seconds(age: float, state: str) -> None:
    """A record comes each second; without one for five the screen stands still."""
    assert state in _shown(feed=_FOLLOWING, audience=audience(-age))


def test_stale_tells_since_when() -> None:
    """The last record's time is shown, so that one can look for what happened then."""
    shown = _shown(feed=_FOLLOWING, audience=audience(-60))

    assert "no record since 11:59:00 UTC" in shown


@pytest.mark.parametrize(("ahead", "behind"), [(1.9, "0.0 s"), (2.1, "unknown")])
def test_record_from_the_future(ahead: float, behind: str) -> None:
    """Clocks differ a little; where they differ much, the delay can't be known."""
    shown = _shown(feed=_FOLLOWING, audience=audience(ahead))

    assert f"screen behind by {behind}" in shown


def test_records_that_could_not_be_read_are_told() -> None:
    """Nothing is dropped in silence."""
    shown = _shown(feed=FeedStatus(undecodable=1234))

    assert "1,234 records could not be read" in shown
