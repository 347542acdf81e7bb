"""One session's store."""

from datetime import datetime, timedelta

from dashboard.model import AudienceModel, FeedState, FeedStatus
from dashboard.store import AudienceStore
from dashboard.theme import ROWS
from dashboard.viewers import ViewerOrder
from dataflows.playback.audience import PartitionLag
from tests.dashboard.records import NOW, audience, profile


class _Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def _model(viewers: int = 0) -> AudienceModel:
    model = AudienceModel()
    rows = (profile(f"v{i:03}", since=-i) for i in range(viewers))
    model.viewers.apply((row.viewer_id, row) for row in rows)
    return model


def _viewers(store: AudienceStore) -> list[str]:
    return [row.viewer_id for row in store.page.profiles]


def test_every_parameter_is_documented() -> None:
    """Each parameter says what it is."""
    names = set(AudienceStore.param) - {"name"}

    assert all(AudienceStore.param[name].doc for name in names)


def test_pull_takes_over_the_model() -> None:
    """A tick brings the audience, the feed's state, the page and the moment."""
    model = _model(1)
    model.history.append([audience(-60), audience(0, sessions_completed=2)])
    model.feed = FeedStatus(FeedState.FOLLOWING)
    clock = _Clock()
    store = AudienceStore(model, clock)
    clock.now += timedelta(seconds=1)

    store.pull()

    assert store.now == clock.now
    assert store.feed.state is FeedState.FOLLOWING
    assert store.completed == 2
    assert _viewers(store) == ["v000"]


def test_fresh_holds_each_record_once() -> None:
    """Records are handed over on one tick and not on the next."""
    model = _model()
    model.history.append([audience(0)])
    store = AudienceStore(model, _Clock())

    store.pull()
    first = len(store.fresh)
    store.pull()

    assert (first, store.fresh) == (1, [])


def test_page_is_untouched_while_nothing_changes() -> None:
    """Without a change in the model, watchers of the page sleep."""
    store = AudienceStore(_model(1), _Clock())
    store.pull()
    calls: list[object] = []
    store.param.watch(calls.append, "page")

    store.pull()

    assert calls == []


def test_search_shows_the_first_page_of_the_found() -> None:
    """A new filter is answered at once, and from its beginning."""
    store = AudienceStore(_model(ROWS + 5), _Clock())
    store.page_number = 2
    store.search = "v00"

    assert store.page.number == 1
    assert store.page.matching == 10


def test_order_is_answered_at_once() -> None:
    """A new order needs no tick."""
    store = AudienceStore(_model(3), _Clock())
    store.order = ViewerOrder.LONGEST

    assert _viewers(store)[0] == "v002"


def test_page_number_turns_the_page() -> None:
    """The second page holds what the first had no room for."""
    store = AudienceStore(_model(ROWS + 2), _Clock())
    store.page_number = 2

    assert _viewers(store) == [f"v{ROWS:03}", f"v{ROWS + 1:03}"]


def test_delays_are_unknown_before_the_first_record() -> None:
    """Without a record nobody can tell how far behind the screen is."""
    store = AudienceStore(_model(), _Clock())

    assert store.behind_s() is None
    assert store.lag_s() is None


def test_delays_come_from_the_newest_record() -> None:
    """The screen is behind by the record's age, the flow by its worst partition."""
    model = _model()
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
    model = _model()
    model.history.append([audience(0)])
    store = AudienceStore(model, _Clock())
    store.pull()

    assert store.lag_s() is None
