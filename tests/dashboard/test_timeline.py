"""The timeline of a viewer: of items by hand, of real requests, and of anything."""

import random
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.timeline import (
    UNKNOWN_STATUS,
    Timeline,
    history_order,
    only_session,
    timeline_of,
)
from dataflows.playback.events import EventName
from dataflows.playback.profile import (
    STATUS_RULES,
    HistoryItem,
    PlaybackStatus,
    ViewerProfile,
    ms_from_iso,
)
from tests.dashboard.stories import (
    START_MS,
    at,
    change,
    notable,
    now_profile,
    recorded,
)
from tests.dataflows.playback.streams import Delivery, outcome, streams

WATCHING = PlaybackStatus.WATCHING_VIDEO
PAUSED = PlaybackStatus.PAUSED_VIDEO
AD = PlaybackStatus.WATCHING_AD
COMPLETED = PlaybackStatus.COMPLETED_VIDEO
LEFT = PlaybackStatus.LEFT


def moment(seconds: float) -> datetime:
    """Return the point in time so many seconds after the start."""
    return datetime.fromtimestamp(START_MS / 1000 + seconds, UTC)


def bands(timeline: Timeline) -> list[tuple[float, str | None]]:
    """Return how long each band is and its status."""
    return [(band.seconds, band.status) for band in timeline.bands]


def test_nobody() -> None:
    """Nothing known is an empty timeline."""
    assert timeline_of([]) == Timeline()


def test_live_band_grows() -> None:
    """The newest status of a live viewer lasts until now."""
    items = change(0, WATCHING), change(5, PAUSED, WATCHING)
    timeline = timeline_of(items, now_profile(5, PAUSED), moment(12))

    assert bands(timeline) == [(5, WATCHING), (7, PAUSED)]
    assert timeline.sessions[0].live
    assert timeline.sessions[0].end == at(12)


def test_profile_that_is_not_live() -> None:
    """A profile without a present holds up to its newest event."""
    profile = now_profile(5, PAUSED, collector_tstamp=at(9))
    timeline = timeline_of([change(0, WATCHING)], profile)

    assert bands(timeline) == [(5, WATCHING), (4, PAUSED)]
    assert not timeline.sessions[0].live


def test_closed_profile_does_not_grow() -> None:
    """A session that is over ends with its window, however long ago that is."""
    profile = now_profile(90, LEFT, session_end=at(90))
    timeline = timeline_of([change(0, WATCHING)], profile, moment(5_000))

    assert bands(timeline) == [(90, WATCHING)]
    assert (timeline.sessions[0].end, timeline.sessions[0].live) == (at(90), False)


def test_clock_behind_the_events() -> None:
    """A present before the newest event takes nothing back."""
    profile = now_profile(5, PAUSED)
    timeline = timeline_of([change(0, WATCHING)], profile, moment(1))

    assert bands(timeline) == [(5, WATCHING)]


def test_gap_between_sessions() -> None:
    """From the end of a session to the next one the viewer is not there."""
    items = (
        change(0, WATCHING),
        change(90, LEFT, WATCHING),
        change(150, WATCHING, session_start=at(150)),
    )
    timeline = timeline_of(items, now_profile(150, WATCHING, session_start=at(150)))

    assert bands(timeline)[:2] == [(90, WATCHING), (60, LEFT)]
    assert [session.end for session in timeline.sessions] == [at(90), at(150)]


def test_profile_of_a_later_session() -> None:
    """A session that no item tells of yet is there by its profile."""
    items = change(0, WATCHING), change(90, LEFT, WATCHING)
    profile = now_profile(200, AD, session_start=at(190))
    timeline = timeline_of(items, profile, moment(205))

    assert bands(timeline) == [(90, WATCHING), (100, LEFT), (10, None), (5, AD)]


def test_profile_of_an_earlier_session() -> None:
    """A profile of a session before the items' newest is not believed."""
    items = [change(100, WATCHING, session_start=at(100))]
    timeline = timeline_of(items, now_profile(0, AD), moment(200))

    assert [session.live for session in timeline.sessions] == [False]


def test_seconds_by_status() -> None:
    """A session's seconds are those of its bands, what is unknown under its name."""
    items = change(10, PAUSED, WATCHING), change(15, WATCHING, PAUSED)
    (session,) = timeline_of(items, now_profile(15, WATCHING), moment(18)).sessions

    assert session.seconds == {UNKNOWN_STATUS: 10, PAUSED: 5, WATCHING: 3}


def test_labels_and_position_of_a_session() -> None:
    """A session knows its titles once each, and where it was heard last."""
    items = (
        change(0, WATCHING, label="One", video_ts=0.0),
        change(5, PAUSED, WATCHING, label="Two", video_ts=4.5),
        change(7, WATCHING, PAUSED, label="One", video_ts=5.5),
    )
    (session,) = timeline_of(items).sessions

    assert (session.labels, session.video_ts) == (("One", "Two"), 5.5)
    assert session.last_status is WATCHING


def test_how_sessions_ended() -> None:
    """A session that was seen to its end tells so, although the viewer is gone."""
    items = (
        change(0, WATCHING),
        change(60, COMPLETED, WATCHING),
        change(200, WATCHING, session_start=at(200)),
        change(290, LEFT, WATCHING, session_start=at(200)),
    )
    sessions = timeline_of(items).sessions

    assert [session.last_status for session in sessions] == [COMPLETED, LEFT]


def test_positions() -> None:
    """A position is known with each item that has one, and by the profile."""
    items = (
        change(0, WATCHING, video_ts=0.0),
        notable(4, EventName.ERROR, video_ts=4.0),
        change(5, PAUSED, WATCHING),
        change(95, LEFT, PAUSED, video_ts=5.0),
    )
    profile = now_profile(95, LEFT, collector_tstamp=at(6), video_ts=5.0)
    positions = timeline_of(items, profile).positions

    assert [(p.tstamp, p.video_ts) for p in positions] == [
        (at(0), 0.0),
        (at(4), 4.0),
        (at(6), 5.0),
    ]


def test_order_within_a_millisecond() -> None:
    """Items of one millisecond are in the order of their numbers, the tenth last."""
    keys = [at(0, nth) for nth in (10, 2, 0)]
    items = [change(0, PAUSED, collector_tstamp=key) for key in keys]

    assert [i.collector_tstamp for i in sorted(items, key=history_order)] == keys[::-1]


def test_only_session() -> None:
    """The part that is one session has nothing of the others, nor the gap behind it."""
    items = (
        change(0, WATCHING, video_ts=1.0),
        notable(3, EventName.ERROR, detail="E1"),
        change(90, LEFT, WATCHING),
        change(150, WATCHING, session_start=at(150), video_ts=2.0),
        notable(160, EventName.ERROR, detail="E2", session_start=at(150)),
    )
    part = only_session(timeline_of(items), at(0))

    assert bands(part) == [(90, WATCHING)]
    assert [error.code for error in part.errors] == ["E1"]
    assert [position.video_ts for position in part.positions] == [1.0]
    assert [session.session_start for session in part.sessions] == [at(0)]


def test_only_session_that_is_unknown() -> None:
    """A session that was not read is empty."""
    assert only_session(timeline_of([change(0, WATCHING)]), at(99)) == Timeline()


def test_alice() -> None:
    """Of a real viewer's requests: two breaks, a click, a skip, seen to the end."""
    story = recorded("viewer-alice")
    timeline = timeline_of(story.items, story.profile)

    assert [(ad.ad_id, ad.outcome, ad.clicks) for ad in timeline.ads] == [
        ("ad-100", "completed", 1),
        ("ad-200", "skipped", 0),
        ("ad-300", "completed", 0),
    ]
    assert [str(band.status) for band in timeline.bands] == [
        PAUSED,
        AD,
        WATCHING,
        PAUSED,
        WATCHING,
        AD,
        WATCHING,
        COMPLETED,
    ]
    assert timeline.sessions[0].labels == ("Test pattern clip",)


@pytest.mark.parametrize("viewer_id", ["viewer-alice", "viewer-bob", "viewer-carol"])
def test_bands_are_the_times_of_the_profile(viewer_id: str) -> None:
    """The bands of real requests sum up to what the flow counted by itself."""
    story = recorded(viewer_id)
    timeline = timeline_of(story.items, story.profile)

    assert_times(timeline, story.profile)


def assert_times(timeline: Timeline, profile: ViewerProfile) -> None:
    """Hold a session's seconds against its profile's times, without the last silence.

    A time of the profile ends with the last event, and a band with the session.
    """
    session = timeline.sessions[-1]
    silence = ms_from_iso(session.end) - ms_from_iso(profile.collector_tstamp)
    last = [
        band.status
        for band in timeline.bands
        if band.start < session.end and band.session_start == session.session_start
    ][-1]
    for status, rules in STATUS_RULES.items():
        if rules.time is not None:
            seconds = session.seconds.get(status, 0.0)
            seconds -= silence / 1000 if status is last else 0.0

            assert seconds == pytest.approx(getattr(profile, rules.time), abs=1e-6)


@given(streams())
def test_any_stream(stream: tuple[list[Delivery], list[Delivery]]) -> None:
    """What the flow makes of any stream has bands without holes, and its own times."""
    done = outcome(stream[1])
    for viewer_id, profile in done.profiles.items():
        items = [item for key, item in done.history.items() if key[0] == viewer_id]
        timeline = timeline_of(items, profile)

        assert_whole(timeline)
        assert all(band.status is not None for band in timeline.bands)
        assert_times(timeline, profile)


_SECONDS = st.integers(0, 400).map(lambda tenths: tenths / 10)
_STATUSES = st.sampled_from(PlaybackStatus)


@st.composite
def _items(draw: st.DrawFn) -> HistoryItem:
    seconds = draw(_SECONDS)
    return change(
        seconds,
        draw(_STATUSES),
        draw(st.none() | _STATUSES),
        collector_tstamp=at(seconds, draw(st.integers(0, 2))),
        session_start=at(draw(st.sampled_from([0, 15, 30]))),
        event_name=draw(st.sampled_from(EventName)),
        event_id=str(draw(st.integers(0, 9))),
        ad_id=draw(st.sampled_from([None, "a", "b"])),
        video_ts=draw(st.none() | _SECONDS),
    )


_PROFILES = st.none() | st.builds(
    now_profile,
    _SECONDS,
    _STATUSES,
    session_start=st.sampled_from([0, 15, 30]).map(at),
    session_end=st.none() | _SECONDS.map(at),
)


@given(st.lists(_items(), max_size=12), _PROFILES, st.none() | _SECONDS)
def test_anything(
    items: list[HistoryItem], profile: ViewerProfile | None, now: float | None
) -> None:
    """Whatever the tables hold: bands without holes, the same in whatever order."""
    present = None if now is None else moment(now)
    timeline = timeline_of(items, profile, present)
    random.Random(0).shuffle(items)
    unique = {item.collector_tstamp for item in items}

    assert_whole(timeline)
    if len(unique) == len(items):
        assert timeline_of(items, profile, present) == timeline


def assert_whole(timeline: Timeline) -> None:
    """Hold that bands cover all from the first start to the end, once."""
    for before, after in pairwise(timeline.bands):
        assert before.end == after.start
        assert (before.status, before.session_start) != (
            after.status,
            after.session_start,
        )
    assert all(band.seconds > 0 for band in timeline.bands)
    if timeline.bands:
        first, last = timeline.bands[0], timeline.bands[-1]
        length = ms_from_iso(last.end) - ms_from_iso(first.start)
        assert sum(band.seconds for band in timeline.bands) == pytest.approx(
            length / 1000
        )
        assert first.start <= timeline.sessions[0].session_start
