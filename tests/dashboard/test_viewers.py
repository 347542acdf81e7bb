"""The live viewers of the server's model."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from dashboard.breakdown import Slice
from dashboard.query import ViewerColumn, ViewerPage, ViewerQuery
from dashboard.viewers import LiveViewers
from dataflows.playback.profile import PlaybackStatus, ViewerProfile
from tests.dashboard.naive import NaiveViewers, title
from tests.dashboard.records import NOW, profile, stamp

_NOW_S = NOW.timestamp()
_STATUSES = list(PlaybackStatus)


class _Clock:
    def __init__(self) -> None:
        self.now_s = _NOW_S

    def __call__(self) -> float:
        return self.now_s


def _viewers(*profiles: ViewerProfile) -> LiveViewers:
    viewers = LiveViewers(clock=_Clock())
    viewers.apply((p.viewer_id, p) for p in profiles)
    return viewers


def _ids(profiles: Iterable[ViewerProfile]) -> list[str]:
    return [p.viewer_id for p in profiles]


def _by_value(slices: Iterable[Slice]) -> list[Slice]:
    return sorted(slices, key=lambda each: (each.value, each.known))


_VIEWER_IDS = st.sampled_from(["alice", "Bob", "bob", "carol", "dave", "Émile"])
_PROFILES = st.builds(
    profile,
    _VIEWER_IDS,
    since=st.integers(-120, 0).map(float),
    label=st.sampled_from([None, " ", "A film", "a FILM", "B", "Straße"]),
    status=st.sampled_from(_STATUSES),
    session_end=st.sampled_from([None, None, stamp()]),
    video_ts=st.one_of(st.none(), st.floats(0, 10)),
    ads=st.integers(0, 3),
    ads_clicked=st.integers(0, 3),
    quality=st.sampled_from([None, "720p", "1080p"]),
    livestream=st.sampled_from([None, True, False]),
    stalls=st.integers(0, 3),
    startup_time=st.one_of(st.none(), st.sampled_from([0.5, 1.5, 4.0])),
    time_played=st.sampled_from([0.0, 60.0]),
    time_buffering=st.sampled_from([0.0, 4.0]),
    version=st.sampled_from("1234"),
)
_CHANGES = st.one_of(
    _PROFILES.map(lambda p: (p.viewer_id, p)),
    _PROFILES.map(lambda p: (p.viewer_id, p)),
    st.tuples(_VIEWER_IDS, st.none()),
)
_QUERIES = st.builds(
    ViewerQuery,
    text=st.sampled_from(["", "", "o", " FILM ", "strasse", "zz"]),
    status=st.one_of(st.just(UNSET), st.sampled_from(_STATUSES)),
    title=st.sampled_from(["", "", "A film", "B", "nothing"]),
    buffering_longer_s=st.sampled_from([UNSET, UNSET, 0.0, 60.0]),
    order=st.sampled_from(ViewerColumn),
    descending=st.booleans(),
)


@given(
    st.lists(st.lists(_CHANGES, max_size=12), max_size=6),
    _QUERIES,
    st.integers(1, 4),
    st.integers(1, 4),
    st.integers(2, 7),
)
def test_columns_answer_as_a_list_would(
    batches: list[list[tuple[str, ViewerProfile | None]]],
    query: ViewerQuery,
    number: int,
    size: int,
    most: int,
) -> None:
    """Whatever changes come, each question has the answer of a plain list."""
    viewers, naive = LiveViewers(most, clock=_Clock()), NaiveViewers(most, _NOW_S)
    for changes in batches:
        viewers.apply(changes)
        naive.apply(changes)

    assert viewers.page(query, number, size) == naive.page(query, number, size)
    assert list(viewers.all(query)) == naive.all(query)
    assert list(viewers.live()) == naive.live()
    assert viewers.turned_away == naive.turned_away
    assert _by_value(viewers.breakdown("title")) == _by_value(naive.breakdown(title))


def test_older_version_is_ignored() -> None:
    """A profile sent again after a newer one changes nothing."""
    viewers = _viewers(profile(version="2", ads=3))
    before = viewers.version

    viewers.apply([("alice", profile(version="1"))])

    assert viewers.version == before


@pytest.mark.parametrize(
    "status", [PlaybackStatus.LEFT, PlaybackStatus.COMPLETED_VIDEO]
)
def test_viewer_whose_session_is_over_is_not_listed(status: PlaybackStatus) -> None:
    """Who left or ended is not live but known, and no older profile changes that."""
    over = profile(status=status, session_end=stamp(), version="2")
    viewers = _viewers(profile("bob"), over, profile(version="1"))

    assert _ids(viewers.live()) == ["bob"]
    assert viewers.count == 1
    assert viewers.get("alice") == over


def test_tombstone_forgets() -> None:
    """`None` forgets the viewer; of one who is not known it changes nothing."""
    viewers = _viewers(profile("alice"), profile("bob"))
    viewers.apply([("alice", None)])
    version = viewers.version
    viewers.apply([("alice", None)])

    assert viewers.get("alice") is None
    assert viewers.version == version


def test_clear_forgets_everybody() -> None:
    """After the topic began anew nobody is known."""
    viewers = _viewers(profile("alice"))
    viewers.clear()

    assert viewers.page(ViewerQuery(), 1, 10) == ViewerPage()


def test_page_past_the_end_is_the_last() -> None:
    """When viewers leave, who looks at a page that is gone sees the last one."""
    viewers = _viewers(profile("alice"), profile("bob"))

    assert viewers.page(ViewerQuery(), 9, 1).number == 2


def test_new_text_finds_its_place_within_a_second() -> None:
    """The order of texts is at most a second old; what is newer stands last."""
    clock = _Clock()
    viewers = LiveViewers(clock=clock)
    viewers.apply([("bob", profile("bob")), ("carol", profile("carol"))])
    query = ViewerQuery(order=ViewerColumn.VIEWER, descending=False)
    viewers.page(query, 1, 10)
    viewers.apply([("alice", profile("alice"))])

    at_once = _ids(viewers.page(query, 1, 10).profiles)
    clock.now_s += 1

    assert at_once == ["bob", "carol", "alice"]
    assert _ids(viewers.page(query, 1, 10).profiles) == ["alice", "bob", "carol"]


def test_breakdown_is_shared_for_a_second() -> None:
    """Sessions that ask for a breakdown within a second share one."""
    clock = _Clock()
    viewers = LiveViewers(clock=clock)
    viewers.apply([("alice", profile("alice"))])
    first = viewers.breakdown("title")
    viewers.apply([("bob", profile("bob"))])

    assert viewers.breakdown("title") is first

    clock.now_s += 1

    assert viewers.breakdown("title")[0].viewers == 2


def test_dimensions_are_told() -> None:
    """What every profile has comes first, then what some have."""
    viewers = _viewers(profile(dimensions={"device": "TV", "country": "NL"}))

    assert viewers.dimensions() == [
        *("title", "player_type", "quality", "livestream"),
        *("country", "device"),
    ]


def test_listener_is_told_who_changed() -> None:
    """A listener hears of changes and of who is forgotten, until it is let go."""
    viewers = _viewers()
    told: list[str] = []
    let_go = viewers.subscribe(told.extend)
    viewers.apply([("alice", profile("alice")), ("nobody", None)])
    viewers.apply([("alice", profile("alice", version="0"))])
    viewers.apply([("alice", None), ("bob", profile("bob"))])
    viewers.clear()
    let_go()
    viewers.apply([("carol", profile("carol"))])

    assert told == ["alice", "alice", "bob", "bob"]
