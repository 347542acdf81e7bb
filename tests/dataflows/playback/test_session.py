"""One viewer's session: its bounds, times, counts and history."""

from datetime import datetime, timedelta

import msgspec
import pytest

from dataflows.playback.events import (
    Ad,
    EventData,
    EventName,
    MediaEvent,
    MediaSession,
)
from dataflows.playback.folding import fold
from dataflows.playback.profile import (
    STATUS_RULES,
    TIMES,
    HistoryItem,
    PlaybackStatus,
    ViewerProfile,
)
from dataflows.playback.session import Session
from dataflows.playback.summary import left_item, profile_of
from dataflows.playback.timing import Timing
from tests.dataflows.playback.streams import PREROLL, START_MS, TIMING, flat, full

PLAY, PAUSE, PING = EventName.PLAY, EventName.PAUSE, EventName.PING
END = EventName.END


def told(
    *events: MediaEvent, timing: Timing = TIMING
) -> tuple[Session, list[HistoryItem]]:
    """Return the newest session, and all changes."""
    session: Session | None = None
    changes: list[HistoryItem] = []
    for event in events:
        session = fold(session, event, timing, changes)
    assert session is not None
    return session, changes


def profile(*events: MediaEvent, closed: bool = False) -> ViewerProfile:
    """Return the profile after these."""
    session, _ = told(*events)
    return profile_of(session, TIMING, newest=session.last, closed=closed)


@pytest.mark.parametrize(
    ("silence", "sessions"),
    [(89.999, 1), (90, 1), (90.001, 2)],
    ids=["within_gap", "exact_gap", "past_gap"],
)
def test_gap(silence: float, sessions: int) -> None:
    """A session lasts while no silence is longer than the gap."""
    _, changes = told(full(PLAY), full(PING, silence))

    assert sum(change.previous_status is None for change in changes) == sessions


@pytest.mark.parametrize(
    ("event", "gap"),
    [
        (full(PING), 90),
        (full(PAUSE, paused=True), 600),
        (full(EventName.BUFFER_START), 90),
        (full(EventName.AD_START, ad=PREROLL), 90),
        (full(END, paused=True, ended=True), 30),
    ],
    ids=lambda value: value.name if isinstance(value, MediaEvent) else str(value),
)
def test_gap_by_status(event: MediaEvent, gap: int) -> None:
    """How long a silence ends the session depends on the status before it."""
    session, _ = told(event)

    assert session.closes_after(TIMING) == START_MS + gap * 1_000
    assert told(event, full(PING, gap))[0].start == START_MS
    assert told(event, full(PING, gap + 0.001))[0].start > START_MS


@pytest.mark.parametrize(
    ("event", "status"),
    [
        (full(PING), PlaybackStatus.WATCHING_VIDEO),
        (full(PAUSE, paused=True), PlaybackStatus.PAUSED_VIDEO),
        (full(EventName.BUFFER_START), PlaybackStatus.BUFFERING),
        (full(EventName.AD_START, ad=PREROLL), PlaybackStatus.WATCHING_AD),
        (full(END, paused=True, ended=True), PlaybackStatus.COMPLETED_VIDEO),
    ],
    ids=lambda value: value.name,
)
def test_every_status_goes_on(event: MediaEvent, status: PlaybackStatus) -> None:
    """Whatever the status, the next event is taken, and the time is its own."""
    session, changes = told(event, full(PING, 7, ad=event.ad, paused=True))
    field = STATUS_RULES[status].time
    spent = dict(zip(TIMES, session.times, strict=True))

    assert changes[0].status is status
    assert spent == {**dict.fromkeys(TIMES, 0), **({field: 7_000} if field else {})}


def test_left_between_sessions() -> None:
    """A session that another follows has left, at the moment it was over."""
    _, changes = told(full(PLAY), full(PLAY, 100))

    assert [change.status for change in changes] == [
        PlaybackStatus.WATCHING_VIDEO,
        PlaybackStatus.LEFT,
        PlaybackStatus.WATCHING_VIDEO,
    ]
    assert changes[1].collector_tstamp == "2026-11-23T05:01:30.000Z"
    assert changes[1].previous_status is PlaybackStatus.WATCHING_VIDEO


def test_completed_session_does_not_leave() -> None:
    """Who has seen the end has not left."""
    session, changes = told(full(END, ended=True), full(PLAY, 40), full(END, 50))

    assert PlaybackStatus.LEFT not in {change.status for change in changes}
    assert left_item(session, TIMING) is None


def test_closed_profile() -> None:
    """A closed session's profile has left since the moment it was over."""
    closed = profile(full(PLAY), full(PING, 30), closed=True)

    assert closed.status is PlaybackStatus.LEFT
    assert closed.status_since == closed.session_end == "2026-11-23T05:02:00.000Z"


def test_closed_profile_completed() -> None:
    """A closed session that saw the end keeps its status."""
    closed = profile(full(END, 10, ended=True), closed=True)

    assert closed.status is PlaybackStatus.COMPLETED_VIDEO
    assert closed.status_since == "2026-11-23T05:00:10.000Z"
    assert closed.session_end == "2026-11-23T05:00:40.000Z"


def test_times() -> None:
    """Each time is the sum of what was spent in its statuses, in seconds."""
    found = profile(
        full(PLAY),
        full(EventName.AD_START, 10, ad=PREROLL),
        full(EventName.AD_COMPLETE, 25, ad=PREROLL),
        full(EventName.BUFFER_START, 30, 5.0),
        full(EventName.BUFFER_END, 32, 5.0),
        full(PAUSE, 40, paused=True),
        full(PLAY, 100),
        full(END, 120, ended=True),
        full(PING, 130, ended=True),
    )

    assert found.time_played == 10 + 5 + 8 + 20
    assert found.time_paused == 60
    assert found.time_spent_ads == 15
    assert found.time_buffering == 2


def test_two_tabs() -> None:
    """The status is that of the playback heard last; what was watched adds up."""
    found = profile(
        full(PLAY, 0, 0.0, player={"label": "A"}),
        full(PLAY, 5, 0.0, media_session_id="tab-2", player={"label": "B"}),
        full(PAUSE, 10, 10.0, paused=True, player={"label": "A"}),
        full(PING, 15, 10.0, media_session_id="tab-2", player={"label": "B"}),
    )

    assert found.status is PlaybackStatus.WATCHING_VIDEO
    assert (found.media_session_id, found.label, found.video_ts) == ("tab-2", "B", 10)
    assert found.content_watched == 20
    assert found.time_played + found.time_paused == 15


def test_tracker_totals_of_two_tabs() -> None:
    """The page's own totals are the greatest of each playback, added up."""
    sent = {"time_played": 4.0, "time_paused": 1.0, "ads": 2, "ad_breaks": 1}
    found = profile(
        full(PING, 0, session=sent),
        full(PING, 1, session={"time_played": 3.0}),
        full(PING, 2, media_session_id="tab-2", session={"time_played": 10.0}),
    )
    totals = found.tracker_totals

    assert (totals.time_played, totals.time_paused) == (14, 1)
    assert (totals.ads, totals.ad_breaks, totals.time_spent_ads) == (2, 1, None)


def test_no_tracker_totals() -> None:
    """Where the page counted nothing there is nothing to check against."""
    assert profile(full(PLAY)).tracker_totals.ads is None


def test_many_tabs() -> None:
    """The totals of a playback that is forgotten stay in the session's."""
    events = [
        full(EventName.AD_CLICK, at, media_session_id=f"tab-{at}") for at in range(12)
    ]
    session, _ = told(*events)

    assert session.others is not None
    assert [*session.others.names(), session.media_session_id] == [
        f"tab-{at}" for at in range(4, 12)
    ]
    assert session.totals().ads_clicked == 12


def test_returning_tab() -> None:
    """A playback that is heard again goes on where it was: its counters are sums."""
    sent = {"ads_clicked": 3, "ads_skipped": 1, "time_played": 7.5}
    tabs = [full(PLAY, at, 0.0, media_session_id=f"tab-{at}") for at in range(2, 12)]
    events = [
        full(PLAY, 0, 0.0, session=sent),
        full(PING, 1, 1.0, session=sent),
        *tabs,
        full(PING, 20, 50.0, session=sent),
        full(PING, 22, 52.0, session=sent),
    ]
    found = profile(*events)

    assert (found.ads_clicked, found.ads_skipped) == (3, 1)
    assert found.tracker_totals.time_played == 7.5
    assert found.content_watched == 1 + 2


def test_tiny_duration() -> None:
    """A length is told to the millisecond: none is too small for a table."""
    found = profile(full(PLAY, player={"duration": 1e-320}))

    assert str(found.duration) == "0.0"


def test_counts() -> None:
    """Ads, breaks, stalls, errors and events are counted."""
    found = profile(
        full(EventName.AD_BREAK_START),
        full(EventName.AD_START, 1, ad=PREROLL),
        full(EventName.AD_COMPLETE, 15, ad=PREROLL),
        full(EventName.AD_START, 15.5, ad=PREROLL),
        full(EventName.AD_SKIP, 20, ad=PREROLL),
        full(EventName.AD_BREAK_END, 20),
        full(EventName.BUFFER_START, 21),
        full(EventName.ERROR, 22),
    )

    assert (found.ads, found.ads_completed, found.ad_breaks) == (2, 1, 1)
    assert (found.stalls, found.errors, found.events) == (1, 1, 8)
    assert found.ads_skipped == 1


def test_ad_on_screen() -> None:
    """`adId` is the ad on screen, and none once it is over."""
    in_ad = [
        full(EventName.AD_START, ad=PREROLL),
        full(EventName.AD_QUARTILE, 3),
    ]
    next_ad = full(EventName.AD_START, 5, ad=Ad("ad-2"))

    assert profile(*in_ad).ad_id == "ad-1"
    assert profile(*in_ad, next_ad).ad_id == "ad-2"
    assert profile(*in_ad, full(PLAY, 9)).ad_id is None


def test_what_the_player_says() -> None:
    """Title, length, kind and quality are those of the newest event with levels."""
    player = {
        "label": "Film",
        "duration": 600.0,
        "livestream": False,
        "player_type": "html5",
        "quality": "720p",
    }
    found = profile(
        full(PLAY, 0, player=player),
        full(PING, 1, player={"label": "B"}),
        flat(PING, 2),
    )

    assert (found.label, found.duration, found.player_type) == ("B", None, None)
    assert found.quality == "720p"


def test_quality_change() -> None:
    """A change of quality tells the quality, and its bits a second if it does."""
    better = EventData(new_quality="1080p", bitrate=5_000_000)
    told = profile(full(EventName.QUALITY_CHANGE, data=better))

    assert (told.quality, told.bitrate) == ("1080p", 5_000_000)


def test_levels_shown() -> None:
    """`paused` and `ended` tell of the content, also while an ad covers it."""
    assert profile(full(PAUSE, paused=True)).paused
    assert profile(full(END, ended=True), full(EventName.AD_START, 1)).ended


def test_changes_in_one_millisecond() -> None:
    """Two changes in one millisecond both survive, in their order."""
    _, changes = told(
        full(PLAY),
        full(EventName.BUFFER_START, 5),
        full(PAUSE, 5, paused=True),
        full(END, 5, ended=True),
        full(PLAY, 6),
    )

    assert [change.collector_tstamp for change in changes[1:]] == [
        "2026-11-23T05:00:05.000Z",
        "2026-11-23T05:00:05.000Z#1",
        "2026-11-23T05:00:05.000Z#2",
        "2026-11-23T05:00:06.000Z",
    ]


def test_notable_events() -> None:
    """What became of an ad and what the picture suffered is told with no change too."""
    ad = Ad("ad-1")
    better = EventData(new_quality="1080p", bitrate=5_000_000)
    events = [
        full(PLAY),
        full(EventName.AD_START, 1, ad=ad),
        full(EventName.AD_CLICK, 2, ad=ad),
        full(EventName.AD_COMPLETE, 3, ad=ad),
        full(EventName.QUALITY_CHANGE, 4, data=better),
        full(EventName.ERROR, 5, data=EventData(error_code="404")),
        full(PING, 6),
    ]
    _, changes = told(*events)

    assert [(c.event_name, c.ad_id, c.detail, c.bitrate) for c in changes[1:]] == [
        ("ad_start_event", "ad-1", None, None),
        ("ad_click_event", "ad-1", None, None),
        ("ad_complete_event", "ad-1", None, None),
        ("quality_change_event", None, "1080p", 5_000_000),
        ("error_event", None, "404", None),
    ]
    assert [c.status is c.previous_status for c in changes[1:]] == [
        *(False, True, False, True, True)
    ]


@pytest.mark.parametrize(
    ("events", "startup"),
    [
        ([full(EventName.READY), full(PING, 2, 0.0), full(PLAY, 3, 0.5)], 3.0),
        ([full(EventName.READY), full(EventName.AD_START, 2, ad=Ad("a"))], 2.0),
        ([full(EventName.READY), full(PLAY, 1, 0.0)], None),
        ([full(PLAY), full(PING, 2, 2.0)], None),
    ],
)
def test_startup_time(events: list[MediaEvent], startup: float | None) -> None:
    """Startup is from ready to the first picture: moving content, or an ad."""
    assert profile(*events).startup_time == startup


def test_version_grows_with_each_event() -> None:
    """Each event makes a greater version, one within the same millisecond too."""
    events = [full(PLAY), full(PING), full(PING, 1), full(PING, 200)]
    versions = [profile(*events[:count]).version for count in range(1, 5)]
    closed = profile(*events, closed=True).version

    assert [*versions, closed] == sorted({*versions, closed})


def test_count_of_the_version() -> None:
    """It goes on in the next session, and begins anew where one may be forgotten."""
    near = [full(PLAY), full(PING, 100)]
    far = [full(PLAY), full(PING, 90 + 600)]

    assert told(*near)[0].taken == 2
    assert told(*far)[0].taken == 1


def test_times_of_sessions_before() -> None:
    """A session knows the times of those before it, for the audience's sums."""
    events = [full(PLAY), full(PING, 60), full(PLAY, 200), full(PING, 230)]
    session, _ = told(*events, full(PLAY, 1_000))

    assert session.earlier is not None
    assert session.earlier.times[TIMES.index("time_played")] == 90_000


def unpacked(packed: bytes) -> Session:
    """Return the session that was packed of alice."""
    return Session.unpack(msgspec.msgpack.decode(packed), "alice")


def test_packs_many_players() -> None:
    """The players of a session survive packing, those that are forgotten too."""
    session, _ = told(
        *(
            flat(PLAY, at, session=MediaSession(f"tab-{at}", ads_clicked=1))
            for at in range(12)
        )
    )
    packed = session.pack()
    again = unpacked(packed)
    back = flat(PLAY, 20, session=MediaSession("tab-0", ads_clicked=3))

    assert again.pack() == packed
    assert fold(again, back, TIMING, []).totals().ads_clicked == 14


def test_packs() -> None:
    """A session survives packing, whatever is in it."""
    session, _ = told(
        full(PLAY, 0, 0.0), full(EventName.AD_START, 5, 5.0, ad=PREROLL), flat(PING, 6)
    )
    packed = session.pack()

    assert unpacked(packed).pack() == packed
    assert profile_of(unpacked(packed), TIMING, newest=0, closed=False) == (
        profile_of(session, TIMING, newest=0, closed=False)
    )


def test_moments_are_event_times() -> None:
    """`collector_tstamp`, `status_since` and `session_start` are event times."""
    found = profile(
        full(PLAY), full(PAUSE, 10, paused=True), full(PING, 15, paused=True)
    )
    start = datetime.fromisoformat(found.session_start)

    assert datetime.fromisoformat(found.status_since) - start == timedelta(seconds=10)
    assert datetime.fromisoformat(found.collector_tstamp) - start == timedelta(
        seconds=15
    )
