"""The crowd: seeded, in order, of its size, and made of plausible viewers."""

from collections import Counter, defaultdict
from dataclasses import replace
from itertools import islice, pairwise, takewhile

import pytest

from dataflows.playback.events import EventName, MediaEvent
from stack.crowd.crowd import Crowd, Happening, ping_interval_for
from stack.crowd.habits import DEFAULT_PING_INTERVAL_S, Habits
from stack.crowd.page import PageView

START_MS = 1_795_410_000_000
HABITS = Habits(ping_interval_s=5.0)


def happenings(
    seconds: float, *, viewers: int = 100, seed: int = 1, habits: Habits = HABITS
) -> list[Happening]:
    """Return what happens in so much time."""
    crowd = Crowd(habits=habits, viewers=viewers, seed=seed, start_ms=START_MS)
    until = START_MS + seconds * 1000
    return list(takewhile(lambda found: found.event.time < until, crowd.happenings()))


def playbacks(found: list[Happening]) -> list[list[MediaEvent]]:
    """Return the media events of each playback that was seen from its beginning."""
    by_page = defaultdict(list)
    opened = set()
    for event, visit in found:
        if isinstance(event, PageView):
            opened.add(id(visit))
        elif id(visit) in opened:
            by_page[id(visit)].append(event)
    return list(by_page.values())


@pytest.fixture(scope="module")
def ten_minutes() -> list[Happening]:
    """Ten minutes of a hundred viewers."""
    return happenings(600)


def test_same_seed_same_crowd() -> None:
    """The seed decides everything, to the ids of events."""
    assert [found.event for found in happenings(20)] == [
        found.event for found in happenings(20)
    ]


def test_other_seed_other_crowd() -> None:
    """Another seed is another crowd."""
    assert happenings(5, seed=1)[0].event != happenings(5, seed=2)[0].event


def test_order(ten_minutes: list[Happening]) -> None:
    """Events come in order of time, none before the start."""
    times = [found.event.time for found in ten_minutes]

    assert times == sorted(times)
    assert times[0] >= START_MS


def test_event_ids_are_unique(ten_minutes: list[Happening]) -> None:
    """No two events share an id."""
    ids = {found.event.event_id for found in ten_minutes}

    assert len(ids) == len(ten_minutes)


def test_follower_for_each_who_left() -> None:
    """Whoever leaves is followed, so that the crowd keeps its size."""
    found = happenings(120, habits=replace(HABITS, leaves_a_minute=6.0))
    heard = Counter((found.event.time - START_MS) // 30_000 for found in found)
    views = sum(isinstance(found.event, PageView) for found in found)

    assert views > 300
    assert max(heard.values()) < 2 * min(heard.values())


def test_every_kind_of_event(ten_minutes: list[Happening]) -> None:
    """All of the vocabulary is heard in ten minutes."""
    names = {found.event.name for found in ten_minutes}

    assert names == {*EventName, "page_view"}


def test_states_vary_from_the_start() -> None:
    """In the first twenty seconds some pause, some stall, some see ads, some end."""
    names = {found.event.name for found in happenings(20, viewers=500)}

    assert {
        EventName.PAUSE,
        EventName.BUFFER_START,
        EventName.AD_START,
        EventName.AD_SKIP,
        EventName.END,
    } <= names


# What must have opened before an event may come, and what closes it again.
PAIRS = {
    EventName.AD_BREAK_END: EventName.AD_BREAK_START,
    EventName.AD_COMPLETE: EventName.AD_START,
    EventName.AD_SKIP: EventName.AD_START,
    EventName.AD_RESUME: EventName.AD_PAUSE,
    EventName.BUFFER_END: EventName.BUFFER_START,
    EventName.SEEK_END: EventName.SEEK_START,
}


def test_nothing_ends_that_did_not_start(ten_minutes: list[Happening]) -> None:
    """A skip needs its ad, a break's end its break, a stall's end its stall."""
    for events in playbacks(ten_minutes):
        opened: set[EventName] = set()
        for event in events:
            if event.name in PAIRS.values():
                assert event.name not in opened
                opened.add(event.name)
            if event.name in PAIRS:
                assert PAIRS[event.name] in opened
                opened.remove(PAIRS[event.name])


def test_ad_events_carry_their_ad(ten_minutes: list[Happening]) -> None:
    """The ad's entity rides on all events from its start to its end, and no further."""
    for events in playbacks(ten_minutes):
        ad_on = False
        for event in events:
            ad_on = ad_on or event.name is EventName.AD_START
            assert ad_on == (event.ad is not None)
            ad_on = ad_on and event.name not in {
                EventName.AD_COMPLETE,
                EventName.AD_SKIP,
            }


def test_only_skippable_ads_are_skipped(ten_minutes: list[Happening]) -> None:
    """An ad that can't be skipped is not."""
    skipped = {
        found.event.ad.skippable
        for found in ten_minutes
        if isinstance(found.event, MediaEvent)
        and found.event.name is EventName.AD_SKIP
        and found.event.ad is not None
    }

    assert skipped == {True}


def test_totals_only_grow(ten_minutes: list[Happening]) -> None:
    """The session's totals never fall, and what was watched fits into what was."""
    names = ("time_played", "time_paused", "time_spent_ads", "content_watched", "ads")
    for events in playbacks(ten_minutes):
        sessions = [event.session for event in events if event.session is not None]
        for before, after in pairwise(sessions):
            for name in names:
                assert (getattr(before, name) or 0) <= (getattr(after, name) or 0)


def test_position_stays_in_the_content(ten_minutes: list[Happening]) -> None:
    """Nobody is before the start or beyond the end; a livestream has no end."""
    for event, _ in ten_minutes:
        if isinstance(event, MediaEvent) and event.player is not None:
            longest = event.player.duration or float("inf")
            assert 0 <= (event.player.current_time or 0) <= longest
            assert event.player.livestream == (event.player.duration is None)


def test_one_ping_in_a_pause() -> None:
    """A paused player pings once, then is silent until it plays."""
    habits = replace(
        HABITS, ads_a_break=0, pauses_a_minute=6, pause_mean_s=120, leaves_a_minute=0
    )
    for events in playbacks(happenings(300, habits=habits)):
        pings = 0
        for event in events:
            paused = event.player is not None and event.player.paused
            pings = pings + 1 if paused and event.name is EventName.PING else 0
            if event.name is EventName.PAUSE:
                pings = 0
            assert pings <= 1


def test_no_ads() -> None:
    """Without ads there is no break, not even an empty one."""
    names = {
        str(found.event.name)
        for found in happenings(120, habits=replace(HABITS, ads_a_break=0))
    }

    assert not [name for name in names if name.startswith("ad_")]


@pytest.mark.parametrize(("habit", "share"), [(0.0, 0.0), (0.5, 0.5), (1.0, 1.0)])
def test_skip_share(habit: float, share: float) -> None:
    """The share of skippable ads that are skipped is about the one asked for."""
    habits = replace(HABITS, skip=habit, leave_in_ad=0, leaves_a_minute=0)
    ends = Counter(
        found.event.name
        for found in happenings(300, habits=habits)
        if isinstance(found.event, MediaEvent)
        and found.event.ad is not None
        and found.event.ad.skippable
    )
    skips, completes = ends[EventName.AD_SKIP], ends[EventName.AD_COMPLETE]

    assert skips / (skips + completes) == pytest.approx(share, abs=0.1)


@pytest.mark.parametrize(("viewers", "rate"), [(400, 100.0), (200, 200.0)])
def test_rate(viewers: int, rate: float) -> None:
    """The ping interval makes a crowd as lively as asked for, from the start."""
    interval = ping_interval_for(Habits(), viewers, rate)
    found = happenings(
        60, viewers=viewers, habits=replace(Habits(), ping_interval_s=interval)
    )

    assert len(found) / 60 == pytest.approx(rate, rel=0.1)


def test_rate_below_what_habits_send() -> None:
    """Fewer events than the habits make can't be had; the pings are the usual then."""
    assert ping_interval_for(Habits(), 1000, 1.0) == DEFAULT_PING_INTERVAL_S


@pytest.mark.parametrize(
    "habit", [{"skip": 1.1}, {"click": -0.1}, {"ping_interval_s": 0.0}]
)
def test_habits_out_of_range(habit: dict[str, float]) -> None:
    """A chance above 1 or a rate below 0 is refused by its name."""
    with pytest.raises(ValueError, match=next(iter(habit))):
        Habits(**habit)


def test_some_come_again() -> None:
    """Who has left may come back, with another media session."""
    habits = replace(HABITS, returning=1.0, leaves_a_minute=6.0)
    sessions = defaultdict(set)
    for event, _ in happenings(120, habits=habits):
        if isinstance(event, MediaEvent) and event.session is not None:
            sessions[event.viewer_id].add(event.session.media_session_id)

    assert max(map(len, sessions.values())) > 1


def test_long_crowd_needs_no_memory() -> None:
    """A crowd can be asked for ever; nobody of it is kept."""
    crowd = Crowd(habits=HABITS, viewers=1, seed=1, start_ms=START_MS)
    last = next(islice(crowd.happenings(), 20_000, None))

    assert last.event.time > START_MS
    assert crowd.live == 1
