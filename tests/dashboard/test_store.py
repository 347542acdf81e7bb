"""One session's store."""

from datetime import datetime, timedelta

from dashboard.model import AudienceModel, FeedState, FeedStatus
from dashboard.store import AudienceStore
from dataflows.playback.audience import PartitionLag
from tests.dashboard.records import NOW, audience, profile


class _Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def test_every_parameter_is_documented() -> None:
    """Each parameter says what it is."""
    names = set(AudienceStore.param) - {"name"}

    assert all(AudienceStore.param[name].doc for name in names)


def test_pull_takes_over_the_model() -> None:
    """A tick brings the audience, the feed's state, how many are live, the moment."""
    model = AudienceModel()
    model.viewers.apply([("alice", profile("alice"))])
    model.history.append([audience(0)])
    model.feed = FeedStatus(FeedState.FOLLOWING)
    clock = _Clock()
    store = AudienceStore(model, clock)
    clock.now += timedelta(seconds=1)

    store.pull()

    assert store.now == clock.now
    assert store.feed.state is FeedState.FOLLOWING
    assert store.audience == audience(0)
    assert store.live == 1


def test_watchers_sleep_while_nothing_changes() -> None:
    """Without a change in the model only the moment moves."""
    model = AudienceModel()
    model.history.append([audience(0)])
    store = AudienceStore(model, _Clock())
    store.pull()
    calls: list[object] = []
    store.param.watch(calls.append, ["audience", "feed", "live"])

    store.pull()

    assert calls == []


def test_open_changes_page_viewer_and_query_at_once() -> None:
    """Whoever watches sees all of it, never half."""
    store = AudienceStore(AudienceModel(), _Clock())
    seen: list[tuple[str, str, dict[str, str]]] = []
    store.param.watch(
        lambda *_: seen.append((store.page_name, store.viewer, store.query)),
        ["page_name", "viewer", "query"],
    )

    store.open("viewer", "alice", {"span": "1h"})

    assert set(map(str, seen)) == {str(("viewer", "alice", {"span": "1h"}))}


def test_delays_are_unknown_before_the_first_record() -> None:
    """Without a record nobody can tell how far behind the screen is."""
    store = AudienceStore(AudienceModel(), _Clock())

    assert store.behind_s() is None
    assert store.lag_s() is None


def test_delays_come_from_the_newest_record() -> None:
    """The screen is behind by the record's age, the flow by its worst partition."""
    model = AudienceModel()
    lag = tuple(
        PartitionLag(partition=str(i), messages=i, seconds=i / 2) for i in range(3)
    )
    model.history.append([audience(-1.5, lag=lag)])
    store = AudienceStore(model, _Clock())
    store.pull()

    assert store.behind_s() == 1.5
    assert store.lag_s() == 1.0


def test_lag_is_unknown_without_partitions() -> None:
    """A record that tells of no partition tells of no lag."""
    model = AudienceModel()
    model.history.append([audience(0)])
    store = AudienceStore(model, _Clock())
    store.pull()

    assert store.lag_s() is None
