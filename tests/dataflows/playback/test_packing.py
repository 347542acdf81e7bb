"""Recent events as bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataflows.playback.events import (
    Ad,
    AdBreak,
    EventData,
    EventName,
    MediaEvent,
    MediaPlayer,
    MediaSession,
)
from dataflows.playback.folding import fold
from dataflows.playback.profile import HistoryItem
from dataflows.playback.stretch import Stretch
from tests.dataflows.playback.streams import START_MS, TIMING, flat, full
from tests.strategies import media_event, plain_event

PLAY, PING = EventName.PLAY, EventName.PING


def stretch_of(events: list[MediaEvent]) -> Stretch:
    """Return a stretch of events, with nothing before them."""
    stretch = Stretch(None, events[0].time)
    for event in events:
        stretch.add(event, changed=False)
    return stretch


def folded(events: list[MediaEvent]) -> tuple[bytes, list[HistoryItem]]:
    """Return what events of one viewer make of a session, and of its history."""
    session, changes = None, list[HistoryItem]()
    for event in events:
        session = fold(session, event, TIMING, changes)
    assert session is not None
    return session.pack(), changes


@given(st.lists(media_event() | plain_event(), min_size=1, max_size=8))
def test_all_that_is_folded_is_kept(events: list[MediaEvent]) -> None:
    """Events fold as they were, however much they say, and stay the same again."""
    ordered = sorted(events, key=lambda event: event.time)
    of_one = [event for event in ordered if event.viewer_id == ordered[0].viewer_id]
    stretch = stretch_of(of_one)
    kept = stretch.unpacked(of_one[0].viewer_id)

    assert [(e.time, e.name) for e in kept] == [(e.time, e.name) for e in of_one]
    assert stretch.known() == [event.event_id for event in of_one]
    assert folded(kept) == folded(of_one)
    assert stretch_of(kept).kept == stretch.kept


@pytest.mark.parametrize(
    "event",
    [
        flat(PLAY),
        flat(PLAY, player=None),
        flat(PLAY, 0, 1.25),
        flat(PLAY, player=MediaPlayer(playback_rate=2.0)),
        flat(PLAY, session=MediaSession("tab", ads_clicked=2)),
        flat(PLAY, session=MediaSession("tab", time_played=1.2345, ad_breaks=1)),
        flat(PLAY, ad=Ad("car"), ad_break=AdBreak("", break_type="overlay")),
        flat(PLAY, data=EventData(new_rate=2.0, new_quality="hd", bitrate=5)),
        flat(EventName.ERROR, data=EventData(error_code="4")),
        flat(PLAY, dimensions=("phone", None)),
        full(PLAY),
        full(PLAY, paused=True),
    ],
)
def test_round_trip(event: MediaEvent) -> None:
    """What `fold` goes by comes back as it was, between events that say less."""
    plain = flat(PING, 0, 1.0)

    unpacked = stretch_of([plain, event, event, plain]).unpacked(event.viewer_id)

    assert folded([unpacked[1]]) == folded([event])
    assert unpacked == [plain, unpacked[1], unpacked[1], plain]


def test_plain_event_is_small() -> None:
    """Of an event of the original's eight fields little more than its id is kept."""
    event = flat(PING, 5, 12.0, event_id="0b0e1f2a-0000-4000-8000-00000000000a")
    before, after = stretch_of([event]), stretch_of([event, event])

    assert len(after.kept) - len(before.kept) <= 18 + 6


def test_what_stays_is_said_once() -> None:
    """What a player says of its title is repeated when it changes, and is shared."""
    titles = ["One"] * 5 + ["Another"] * 4 + ["One"] * 2
    events = [
        full(PING, at, float(at), player={"label": title})
        for at, title in enumerate(titles)
    ]
    stretch, other = stretch_of(events), stretch_of(events[:1])

    assert stretch.kept.count(b"Another") == 1
    assert b"One" not in stretch.kept
    assert stretch.common is other.common
    assert [e.levels and e.levels.label for e in stretch.unpacked("alice")] == titles


def test_seconds_are_short() -> None:
    """Seconds to the millisecond take no more room than whole ones, and come back."""
    event = full(PING, session={"time_played": 12.345, "time_paused": 0.1 + 0.2})
    unpacked = stretch_of([event]).unpacked("alice")[0].session

    assert unpacked is not None
    assert unpacked.time_played == 12.345
    assert unpacked.time_paused == 0.1 + 0.2
    assert b"\xcd" + (12_345).to_bytes(2, "big") in stretch_of([event]).kept


def test_known_by_their_ids() -> None:
    """An event is told by its id from one whose id is much like it, when packed too."""
    stretch = stretch_of([flat(PING, at, event_id=f"{at}-end") for at in range(3)])
    unpacked = Stretch.unpack(stretch.pack(START_MS), START_MS)

    settled = stretch_of([flat(PING, at, event_id=f"{at}-end") for at in range(3)])
    settled.settle()

    for each in (stretch, unpacked, settled):
        asked = [flat(PING, event_id=f"{at}-end") for at in range(5)]
        known = [at for at, event in enumerate(asked) if each.knows(event)]
        assert known == [0, 1, 2]
