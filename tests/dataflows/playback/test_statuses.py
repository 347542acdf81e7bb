"""The status of a playback: the original's rules, and what real players need beyond."""

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest

from dataflows.playback.events import AD_EVENTS, AdBreak, EventName, MediaEvent
from dataflows.playback.folding import fold
from dataflows.playback.profile import HistoryItem, PlaybackStatus
from dataflows.playback.session import Session
from dataflows.playback.statuses import (
    FACTS,
    INITIAL,
    next_facts,
)
from tests.dataflows.playback.streams import BREAK, PREROLL, TIMING, flat, full

WATCHING = PlaybackStatus.WATCHING_VIDEO
PAUSED = PlaybackStatus.PAUSED_VIDEO
AD = PlaybackStatus.WATCHING_AD
COMPLETED = PlaybackStatus.COMPLETED_VIDEO
BUFFERING = PlaybackStatus.BUFFERING

PLAY, PAUSE, PING = EventName.PLAY, EventName.PAUSE, EventName.PING
END = EventName.END
AD_BREAK_START, AD_BREAK_END = EventName.AD_BREAK_START, EventName.AD_BREAK_END
AD_START, AD_COMPLETE = EventName.AD_START, EventName.AD_COMPLETE

ORIGINAL = (PLAY, PAUSE, PING, END, AD_BREAK_START, AD_BREAK_END)
IN_AD: dict[str, Any] = {"ad": PREROLL, "ad_break": BREAK}


def statuses(*events: MediaEvent) -> list[PlaybackStatus]:
    """Return the status after each event."""
    session: Session | None = None
    changes: list[HistoryItem] = []
    found = []
    for event in events:
        session = fold(session, event, TIMING, changes)
        assert session.status is not None
        found.append(session.status)
    return found


def after(*names: EventName) -> PlaybackStatus:
    """Return the status after events of the flat shape, a second apart."""
    events = [flat(name, at) for at, name in enumerate(names)]
    return statuses(*events)[-1]


@pytest.mark.parametrize(
    ("names", "status"),
    [
        ([PAUSE], PAUSED),
        ([PAUSE, PLAY], WATCHING),
        ([AD_BREAK_START], AD),
        ([AD_BREAK_START, AD_BREAK_END], WATCHING),
        ([END], COMPLETED),
        ([AD_BREAK_START, END], COMPLETED),
        ([PING], WATCHING),
        ([AD_BREAK_START, PING], AD),
        ([PAUSE, PING], PAUSED),
        ([END, PING], COMPLETED),
        ([PAUSE, AD_BREAK_START], PAUSED),
        ([PAUSE, END], PAUSED),
        ([AD_BREAK_START, PAUSE], AD),
    ],
    ids=lambda value: (
        "-".join(n.removesuffix("_event") for n in value)
        if isinstance(value, list)
        else value
    ),
)
def test_original(names: list[EventName], status: PlaybackStatus) -> None:
    """The flat shape goes by the original's rules."""
    assert after(*names) is status


def test_initial() -> None:
    """A playback begins by watching."""
    assert INITIAL.status is WATCHING


def test_play_after_end_watches_again() -> None:
    """Unlike the original's, the completed status is no trap."""
    assert after(END, PLAY) is WATCHING


# The original's states and what each hears, but for the play after the end.
MACHINE = {
    WATCHING: {PAUSE: PAUSED, AD_BREAK_START: AD, END: COMPLETED},
    PAUSED: {PLAY: WATCHING},
    AD: {AD_BREAK_END: WATCHING, END: COMPLETED},
    COMPLETED: {PLAY: WATCHING},
}


@pytest.mark.parametrize("length", range(1, 6))
def test_original_exhaustively(length: int) -> None:
    """No sequence of the original's six events tells the two machines apart."""
    for names in product(ORIGINAL, repeat=length):
        events = [flat(name, at) for at, name in enumerate(names)]
        expected, state = [], WATCHING
        for name in names:
            state = MACHINE[state].get(name, state)
            expected.append(state)

        assert statuses(*events) == expected, names


@pytest.mark.parametrize("name", EventName)
def test_total(name: EventName) -> None:
    """Any event, with levels or without, leaves any facts with a status."""
    for facts, moved, opening in product(FACTS, [False, True], [False, True]):
        for event in (
            flat(name),
            flat(name, **IN_AD),
            flat(name, player=None),
            full(name),
            full(name, paused=True),
            full(name, paused=True, ended=True),
            full(name, **IN_AD),
        ):
            result = next_facts(facts, event, moved=moved, opening=opening)
            assert result.status in _OPEN_STATUSES


_OPEN_STATUSES = set(PlaybackStatus) - {PlaybackStatus.LEFT}


@pytest.mark.parametrize(
    "name", [AD_COMPLETE, EventName.AD_SKIP, AD_BREAK_END, EventName.AD_CLICK]
)
def test_closing_never_opens(name: EventName) -> None:
    """What comes at the end of an ad, or after it, never opens one."""
    for facts in FACTS:
        for event in (flat(name), flat(name, **IN_AD), full(name, **IN_AD)):
            result = next_facts(facts, event, moved=False)
            assert result.in_ad <= facts.in_ad
            assert result.in_break <= facts.in_break


@pytest.mark.parametrize("name", sorted(AD_EVENTS))
def test_stale_player_of_ad_events(name: EventName) -> None:
    """`paused` of the player on an ad event does not pause the content."""
    assert statuses(full(name, paused=True), full(PLAY, 1))[-1] is WATCHING
    assert next_facts(INITIAL, full(name, paused=True), moved=False).content is (
        WATCHING
    )


def test_pause_before_ad_break_start() -> None:
    """A pause that already carries the ad's entities is an ad and no pause."""
    events = [
        full(PLAY),
        full(PAUSE, 10, paused=True, **IN_AD),
        full(AD_BREAK_START, 10.004, paused=True, ad_break=BREAK),
    ]

    assert statuses(*events) == [WATCHING, AD, AD]


def test_play_without_entities_ends_the_ad() -> None:
    """A play with neither ad nor break ends both, whatever else got lost."""
    events = [full(AD_BREAK_START, ad_break=BREAK), full(AD_START, 1, **IN_AD)]

    assert statuses(*events, full(PLAY, 20)) == [AD, AD, WATCHING]


def test_play_with_entities_stays_in_the_ad() -> None:
    """A play that carries the ad's entities is the ad's."""
    assert statuses(full(AD_START, **IN_AD), full(PLAY, 1, **IN_AD)) == [AD, AD]


@pytest.mark.parametrize("name", [AD_COMPLETE, EventName.AD_SKIP, AD_BREAK_END])
def test_end_of_ad_after_play(name: EventName) -> None:
    """The ad's end stamped up to 50 ms after the play that follows changes nothing."""
    events = [
        full(AD_START, **IN_AD),
        full(PLAY, 10),
        full(name, 10.05, paused=True, **IN_AD),
    ]

    assert statuses(*events) == [AD, WATCHING, WATCHING]


def test_ads_without_breaks() -> None:
    """`ad_start` and `ad_complete` alone are enough."""
    events = [full(PLAY), full(AD_START, 5, ad=PREROLL)]

    assert statuses(*events, full(AD_COMPLETE, 20, ad=PREROLL)) == [
        WATCHING,
        AD,
        WATCHING,
    ]


def test_between_two_ads_of_a_break() -> None:
    """A break goes on when one of its ads is over."""
    events = [full(AD_START, **IN_AD), full(AD_COMPLETE, 15, **IN_AD)]

    assert statuses(*events) == [AD, AD]


def test_pings_in_an_ad() -> None:
    """A ping that carries the entities tells of the ad, also of one not seen yet."""
    events = [full(PLAY), full(PING, 15, **IN_AD), full(PING, 30, paused=True, **IN_AD)]

    assert statuses(*events, full(PING, 45)) == [WATCHING, AD, AD, WATCHING]


def test_pause_before_its_ad_in_one_millisecond() -> None:
    """The pause that the tracker sent before the ad break is no end of the ad."""
    pause = full(PAUSE, 10, paused=True)

    assert statuses(full(AD_BREAK_START, 10, ad_break=BREAK), pause)[-1] is AD


def test_play_before_its_preroll_in_one_millisecond() -> None:
    """The play that the tracker sent before a pre-roll is no end of the ad."""
    events = [full(AD_BREAK_START, ad_break=BREAK), full(AD_START, **IN_AD), full(PLAY)]

    assert statuses(*events, full(PLAY, 0.001))[-2:] == [AD, WATCHING]


@pytest.mark.parametrize(
    "name", [EventName.SEEK_START, EventName.SEEK_END, EventName.VOLUME_CHANGE]
)
def test_held_back_events_and_ads(name: EventName) -> None:
    """Events that the tracker held back say nothing of the ads: it was before them."""
    started = [full(AD_BREAK_START, 10, ad_break=BREAK), full(AD_START, 10, **IN_AD)]
    ended = [*started, full(AD_BREAK_END, 20, **IN_AD)]

    assert statuses(*started, full(name, 10.001))[-1] is AD
    assert statuses(*ended, full(name, 20, **IN_AD))[-1] is WATCHING


def test_held_back_event_in_a_pause() -> None:
    """A seek with levels tells whether the content is paused."""
    assert statuses(full(EventName.SEEK_END, 5, paused=True)) == [PAUSED]


@pytest.mark.parametrize("break_type", ["nonlinear", "companion"])
def test_overlay_leaves_the_content_in_view(break_type: str) -> None:
    """An ad of a break that is not linear does not cover the content."""
    entities: dict[str, Any] = {
        "ad": PREROLL,
        "ad_break": AdBreak("b", break_type=break_type),
    }
    events = [full(AD_START, **entities), full(PING, 5, **entities)]

    assert statuses(*events, full(PAUSE, 9, paused=True, **entities)) == [
        WATCHING,
        WATCHING,
        PAUSED,
    ]


def test_levels_heal_lost_edges() -> None:
    """One event with levels tells the state, whatever was lost before it."""
    events = [full(PING, paused=True), full(PING, 30), full(PING, 60, ended=True)]

    assert statuses(*events) == [PAUSED, WATCHING, COMPLETED]


def test_ping_after_end() -> None:
    """The one ping that may follow the end changes nothing, a play does."""
    events = [
        full(END, 1, paused=True, ended=True),
        full(PING, 2, paused=True, ended=True),
        full(PLAY, 3, ended=True),
    ]

    assert statuses(*events) == [COMPLETED, COMPLETED, WATCHING]


def test_end_without_its_level() -> None:
    """An end is the end, even where the player does not say so yet."""
    assert statuses(full(END)) == [COMPLETED]


def test_postroll() -> None:
    """An ad after the end covers it, and the content is still ended afterwards."""
    events = [
        full(END, paused=True, ended=True),
        full(AD_START, 1, ad=PREROLL, paused=True, ended=True),
        full(AD_COMPLETE, 15, ad=PREROLL, paused=True, ended=True),
    ]

    assert statuses(*events) == [COMPLETED, AD, COMPLETED]


@pytest.mark.parametrize("make", [flat, full])
def test_stall(make: Callable[..., MediaEvent]) -> None:
    """A stall lasts from `buffer_start` to `buffer_end` or play."""
    for over in (EventName.BUFFER_END, PLAY):
        events = [
            make(EventName.BUFFER_START, 5, 5.0),
            make(PING, 6, 5.1),
            make(over, 7, 5.1),
        ]
        assert statuses(*events) == [BUFFERING, BUFFERING, WATCHING]


@pytest.mark.parametrize("make", [flat, full])
def test_position_ends_a_stall(make: Callable[..., MediaEvent]) -> None:
    """A position that moves on tells that the stall is over, a seek does not."""
    stalled = [make(PLAY, 0, 0.0), make(EventName.BUFFER_START, 5, 5.0)]

    assert statuses(*stalled, make(PING, 9, 7.0))[-1] is WATCHING
    assert statuses(*stalled, make(EventName.SEEK_END, 9, 70.0))[-1] is BUFFERING
