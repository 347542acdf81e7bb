"""Who rests: packed away until they are heard or due, and then as they were."""

import pytest

from dataflows.playback.events import EventName, MediaEvent
from dataflows.playback.profile import PlaybackStatus
from dataflows.playback.shard import Shard
from tests.dataflows.playback.streams import TIMING, Reader, batch, flat, full

PLAY, PAUSE, PING, END = (
    EventName.PLAY,
    EventName.PAUSE,
    EventName.PING,
    EventName.END,
)


def _others(start: int, stop: int) -> list[MediaEvent]:
    """Return what somebody else sends meanwhile."""
    return [flat(PING, at, viewer_id="other") for at in range(start, stop, 20)]


def _paused(until: int) -> Reader:
    """Return the reader of a shard where alice pauses, and others go on."""
    reader = Reader(Shard(TIMING))
    reader.send(full(PLAY, 0, 0.0))
    reader.send(full(PAUSE, 10, 10.0, paused=True))
    for event in _others(20, until):
        reader.send(event)
    return reader


def _awake(reader: Reader) -> set[str]:
    return set(reader.shard._roster.awake)


def test_who_pauses_rests() -> None:
    """Nothing of a pause can be corrected any more after twice the lateness."""
    assert _awake(_paused(60)) == {"alice", "other"}
    assert _awake(_paused(120)) == {"other"}
    assert _paused(120).shard.viewer_ids() == {"alice", "other"}


@pytest.mark.parametrize("again", [EventName.PLAY, EventName.PING])
def test_woken_as_they_were(again: EventName) -> None:
    """Whoever is heard again goes on as if nobody had rested."""
    lived = _paused(200)
    paused = again is PING
    lived.send(full(again, 200, 10.0, paused=paused))
    at_once = Reader(Shard(TIMING))
    at_once.send(
        full(PLAY, 0, 0.0),
        full(PAUSE, 10, 10.0, paused=True),
        *_others(20, 200),
        full(again, 200, 10.0, paused=paused),
    )

    assert "alice" in _awake(lived)
    assert at_once.history == lived.history
    assert at_once.profiles["alice"] == lived.profiles["alice"]


def test_leaves_when_due() -> None:
    """Whoever rests leaves when the gap of a pause is over, and is gone later."""
    before, after = _paused(600), _paused(660)
    gone = _paused(1_300)

    assert before.profiles["alice"].status is PlaybackStatus.PAUSED_VIDEO
    assert after.profiles["alice"].status is PlaybackStatus.LEFT
    assert gone.gone == ["alice"]
    assert gone.shard.viewer_ids() == {"other"}


def test_closed_one_is_heard_again() -> None:
    """A new session follows one that rested, and counts on."""
    reader = Reader(Shard(TIMING))
    reader.send(full(PLAY, 0, 0.0), full(END, 10, 10.0, ended=True))
    for event in _others(20, 200):
        reader.send(event)
    rested = "alice" not in _awake(reader)
    reader.send(full(PLAY, 200, 0.0, media_session_id="tab-2"))
    for event in _others(220, 840):
        reader.send(event)

    assert rested
    assert reader.statuses().count("COMPLETED_VIDEO") == 1
    assert reader.profiles["alice"].status is PlaybackStatus.LEFT
    assert reader.gone == []


def test_survive_a_snapshot() -> None:
    """Who rests is in a snapshot; who has not left is counted, and leaves in time."""
    reader = _paused(200)
    reader.send(full(PLAY, 200, 0.0, viewer_id="bob"))
    reader.send(full(END, 201, 1.0, ended=True, viewer_id="bob"))
    for event in _others(210, 400):
        reader.send(event)
    resting = reader.shard.viewer_ids() - _awake(reader)
    reader.shard = Shard.unpack(TIMING, reader.shard.pack())
    tally = reader.shard.tally()
    for event in _others(400, 1_300):
        reader.send(event)

    assert resting == {"alice", "bob"}
    assert tally.viewers == {"PAUSED_VIDEO": 1, "WATCHING_VIDEO": 1}
    assert reader.gone == ["bob", "alice"]
    assert reader.shard.viewer_ids() == {"other"}


def test_not_by_the_clock_alone() -> None:
    """A silent stream settles nothing: what it will bring may still correct."""
    reader = Reader(Shard(TIMING))
    reader.send(full(PLAY, 0), full(PAUSE, 10, paused=True))
    reader.send_batch(batch(every=("0",), idle=True))
    reader.tick(300)
    awake = _awake(reader)
    reader.tick(310)

    assert awake == {"alice"}
    assert reader.profiles["alice"].status is PlaybackStatus.LEFT


def test_not_before_they_are_shown() -> None:
    """Whoever is heard in the batch that would let them rest is shown, and stays."""
    reader = _paused(60)
    again = full(PAUSE, 35, 10.0, paused=True, player={"label": "Film"})
    reader.send(*_others(60, 65), again)
    reader.send(flat(PING, 72, viewer_id="other"))

    assert reader.profiles["alice"].label == "Film"
    assert "alice" in _awake(reader)
