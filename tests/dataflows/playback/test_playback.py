"""What a playback adds up to: examples worked out by hand, in seconds."""

from collections.abc import Callable

import pytest

from dataflows.playback.events import EventData, EventName, MediaEvent, MediaSession
from dataflows.playback.playback import Playback
from dataflows.playback.spans import unpacked_spans
from dataflows.playback.status import PlaybackStatus
from dataflows.playback.statuses import facts_of
from tests.dataflows.playback.streams import PREROLL, flat, full

PLAY, PAUSE, PING = EventName.PLAY, EventName.PAUSE, EventName.PING
SEEK_START, SEEK_END = EventName.SEEK_START, EventName.SEEK_END
END = EventName.END

Make = Callable[..., MediaEvent]
both_shapes = pytest.mark.parametrize("make", [flat, full])


def heard(*events: MediaEvent) -> Playback:
    """Return the playback that heard these."""
    playback = Playback(events[0].time)
    for event in events:
        playback.hear(event)
    return playback


def watched(*events: MediaEvent) -> float | None:
    """Return the seconds of content watched."""
    watched = heard(*events).totals().content_watched
    return None if watched is None else watched / 1000


@both_shapes
def test_plain_run(make: Make) -> None:
    """Half a minute played is half a minute watched."""
    pings = [make(PING, at, at) for at in (10.0, 20.0)]

    assert watched(make(PLAY, 0, 0.0), *pings, make(PAUSE, 30, 30.0)) == 30


@both_shapes
def test_no_position_known(make: Make) -> None:
    """Without any position nothing can be said of what was watched."""
    assert watched(make(PLAY), make(PING, 30)) is None


def test_no_player() -> None:
    """An event without a player says nothing of the position."""
    events = [flat(PLAY, 0, 0.0), flat(PING, 5, player=None), flat(PING, 9, 9.0)]

    assert watched(*events) == 9


@both_shapes
def test_seek_forward(make: Make) -> None:
    """What a seek skips is not watched."""
    events = [
        make(PLAY, 0, 0.0),
        make(SEEK_START, 10, 10.0),
        make(SEEK_END, 11, 100.0),
        make(PING, 16, 105.0),
    ]

    assert watched(*events) == 15


@both_shapes
def test_watched_again(make: Make) -> None:
    """What is watched a second time counts once."""
    events = [
        make(PLAY, 0, 0.0),
        make(SEEK_START, 30, 30.0),
        make(SEEK_END, 30, 10.0),
        make(PING, 55, 35.0),
    ]

    assert watched(*events) == 35


@both_shapes
def test_gap_filled_later(make: Make) -> None:
    """Watching what was skipped before joins the parts."""
    events = [
        make(PLAY, 0, 0.0),
        make(SEEK_START, 10, 10.0),
        make(SEEK_END, 10, 20.0),
        make(PING, 20, 30.0),
        make(SEEK_END, 20, 5.0),
        make(PAUSE, 45, 30.0),
    ]

    assert watched(*events) == 30


def test_held_back_seek() -> None:
    """A seek stamped 5 s late, as the tracker does it, skips what it skipped."""
    # Played 0 to 10, sought to 60 at 10 s, played on; let go at 15 s.
    events = [
        full(PLAY, 0, 0.0),
        full(SEEK_START, 15, 10.0),
        full(SEEK_END, 15, 60.0),
        full(PING, 20, 70.0),
        full(PING, 30, 80.0),
    ]

    assert watched(*events) == 30


def test_rate() -> None:
    """At double speed twice the seconds are watched, by either word of the rate."""
    by_data = full(
        EventName.PLAYBACK_RATE_CHANGE, 10, 10.0, data=EventData(new_rate=2.0)
    )
    by_player = full(PING, 10, 10.0, player={"playback_rate": 2.0})

    for change in (by_data, by_player):
        assert watched(full(PLAY, 0, 0.0), change, full(PAUSE, 40, 70.0)) == 70


@both_shapes
def test_jump_without_seek_events(make: Make) -> None:
    """Of a jump that no event tells of, only the time that has passed is watched."""
    events = [make(PLAY, 0, 0.0), make(PING, 10, 10.0), make(PING, 20, 500.0)]

    assert watched(*events) == 20


def test_jump_back_without_seek_events() -> None:
    """A jump back adds nothing by itself."""
    events = [flat(PLAY, 0, 100.0), flat(PING, 10, 110.0), flat(PING, 11, 0.0)]

    assert watched(*events, flat(PING, 21, 10.0)) == 20


@both_shapes
def test_scrubbing_in_a_pause(make: Make) -> None:
    """Moving about in a pause watches nothing."""
    paused = {"paused": True} if make is full else {}
    events = [make(PLAY, 0, 0.0), make(PAUSE, 10, 10.0, **paused)]
    moved = [
        make(SEEK_END, 20, 300.0, **paused),
        make(PING, 25, 400.0, **paused),
        make(PLAY, 30, 400.0),
    ]

    assert watched(*events, *moved, make(PING, 40, 410.0)) == 20


def test_position_stands_still() -> None:
    """Playing that moves no position lends a later jump a few seconds at most."""
    events = [flat(PLAY, 0, 0.0), flat(PING, 30, 0.0), flat(PING, 60, 0.0)]

    assert watched(*events, flat(PING, 60.1, 500.0)) == 6.1


def test_small_step_in_a_pause() -> None:
    """In a pause not even a small step is watched."""
    events = [flat(PLAY, 0, 0.0), flat(PAUSE, 10, 10.0), flat(PING, 12, 10.8)]

    assert watched(*events) == 10


@both_shapes
def test_stall(make: Make) -> None:
    """In a stall nothing is watched, whatever the time."""
    events = [
        make(PLAY, 0, 0.0),
        make(EventName.BUFFER_START, 10, 10.0),
        make(EventName.BUFFER_END, 40, 10.0),
        make(END, 50, 20.0),
    ]

    assert watched(*events) == 20


@both_shapes
def test_ad_in_between(make: Make) -> None:
    """What was played before an ad counts, also when told in the ad or after it."""
    played = [make(PLAY, 0, 0.0), make(EventName.AD_START, 20, 20.0, ad=PREROLL)]
    stale = [make(PLAY, 0, 0.0), make(EventName.AD_START, 20, 0.0, ad=PREROLL)]
    in_ad = make(PING, 30, 20.0, ad=PREROLL)
    after = [make(EventName.AD_COMPLETE, 35), make(PLAY, 35, 20.0)]

    assert watched(*played) == 20
    assert watched(*stale, in_ad) == 20
    assert watched(*stale, *after, make(PING, 45, 30.0)) == 30


def test_position_of_the_ad_player() -> None:
    """An ad's own position, on its events, is none of the content."""
    events = [full(PLAY, 0, 100.0), full(EventName.AD_START, 5, 0.0, ad=PREROLL)]
    quartile = full(EventName.AD_QUARTILE, 10, 5.0, ad=PREROLL)

    assert heard(*events, quartile).position == 100_000


def test_many_parts() -> None:
    """With very many parts the closest two are taken for one, and nothing is lost."""
    events = []
    for part in range(70):
        position = part * 100.0 + (99 if part == 40 else 0)
        events += [
            full(SEEK_END, part * 10, position),
            full(SEEK_START, part * 10 + 10, position + 10),
        ]
    playback = heard(*events)

    assert len(unpacked_spans(playback.spans_before)) == 126
    assert 700_000 <= (playback.totals().content_watched or 0) < 7_000_000


def test_clicks_and_skips() -> None:
    """They are the greater of what was seen and what the page counted."""
    seen = [full(EventName.AD_CLICK, at) for at in (1, 2)]
    reported = full(PING, 3, session={"ads_clicked": 5, "ads_skipped": 1})
    skips = [full(EventName.AD_SKIP, at) for at in (4, 5)]
    totals = heard(*seen, reported, *skips).totals()

    assert (totals.ads_clicked, totals.ads_skipped) == (5, 2)


def test_tracker_totals_only_grow() -> None:
    """Of each total the greatest counts, and one that is left out changes nothing."""
    sessions = [
        MediaSession(time_played=5.0, ads=1),
        MediaSession(time_played=9.0),
        MediaSession(time_played=7.0, time_paused=2.0),
        MediaSession(),
    ]
    events = [flat(PING, at, session=sent) for at, sent in enumerate(sessions)]

    assert heard(*events).totals().tracker == [9.0, 2.0, None, None, None, 1, None]


def test_no_tracker_totals() -> None:
    """Where none is ever sent, none is kept."""
    assert heard(flat(PING, session=MediaSession(ads_clicked=1))).tracked is None


@pytest.mark.parametrize("tiny", [1e-320, -0.0, 0.0004])
def test_tracker_totals_to_the_millisecond(tiny: float) -> None:
    """What is too small for a table, or a zero with a sign, is zero."""
    playback = heard(flat(PING, session=MediaSession(time_played=tiny)))
    total = playback.totals().tracker[0]

    assert str(total) == "0.0"


def test_facts_are_kept() -> None:
    """The facts are those of the last event."""
    assert heard(full(PLAY), full(PAUSE, 1, paused=True)).facts is facts_of(
        PlaybackStatus.PAUSED_VIDEO
    )
