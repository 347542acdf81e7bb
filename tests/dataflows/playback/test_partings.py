"""Departures wait until the snapshot that knows of them can't be lost."""

from dataflows.playback.events import EventName
from dataflows.playback.profile import PlaybackStatus
from dataflows.playback.shard import Shard
from tests.dataflows.playback.streams import TIMING, Reader, flat

PLAY, PAUSE, PING = EventName.PLAY, EventName.PAUSE, EventName.PING


def departed() -> Reader:
    """Return a reader of a shard that alice has just left, for bob came so late."""
    reader = Reader(Shard(TIMING))
    reader.send(flat(PLAY))
    reader.send(flat(PING, 100, viewer_id="bob"))
    assert reader.profiles["alice"].status is PlaybackStatus.LEFT
    return reader


def of_alice(reader: Reader) -> list[str]:
    """Return the statuses of her history."""
    keys = sorted(key for key in reader.history if key[0] == "alice")
    return [reader.history[key].status for key in keys]


def test_told_when_it_is_kept() -> None:
    """A departure is in the history when the epoch after its snapshot's has ended."""
    reader = departed()
    shard = reader.shard
    told = []
    for step in (shard.end_epoch, shard.pack, shard.end_epoch, shard.end_epoch):
        step()
        reader.tick()
        told.append(of_alice(reader))

    assert told == [["WATCHING_VIDEO"]] * 3 + [["WATCHING_VIDEO", "LEFT"]]


def test_told_though_it_is_packed_in_every_epoch() -> None:
    """More snapshots do not put a departure off."""
    reader = departed()
    for _ in range(2):
        reader.shard.pack()
        reader.shard.end_epoch()
    reader.tick()

    assert of_alice(reader) == ["WATCHING_VIDEO", "LEFT"]


def test_packed_again_before_it_is_kept() -> None:
    """What waited in one snapshot waits in the next, too."""
    reader = departed()
    reader.shard.pack()
    reader.shard = Shard.unpack(TIMING, reader.shard.pack())
    reader.tick()

    assert of_alice(reader) == ["WATCHING_VIDEO", "LEFT"]


def test_told_after_a_restart() -> None:
    """What waited in the snapshot that a restart begins with is told at once."""
    reader = departed()
    reader.shard = Shard.unpack(TIMING, reader.shard.pack())
    reader.tick()

    assert of_alice(reader) == ["WATCHING_VIDEO", "LEFT"]


def test_told_at_the_end() -> None:
    """Nothing waits for a snapshot when the source has ended."""
    reader = departed()
    reader.end()

    assert of_alice(reader) == ["WATCHING_VIDEO", "LEFT"]


def test_taken_back_before_it_is_told() -> None:
    """Who turns out not to have left then is said to have left later, and only once."""
    reader = departed()
    reader.shard.pack()
    reader.send(flat(PING, 80))
    reader.end()
    assert of_alice(reader) == ["WATCHING_VIDEO"]
    reader.send(flat(PING, 200, viewer_id="bob"))
    reader.end()

    assert of_alice(reader) == ["WATCHING_VIDEO", "LEFT"]


def test_lost_departure_leaves_nothing() -> None:
    """A replay that reads an event before the watermark finds no word of a close."""
    reader = Reader(Shard(TIMING))
    reader.send(flat(PLAY))
    packed = reader.shard.pack()
    far, near = flat(PING, 100, viewer_id="bob"), flat(PING, 80)
    reader.send(far)
    reader.tick()
    reader.shard = Shard.unpack(TIMING, packed)
    reader.send(far, near)
    reader.tick()

    assert of_alice(reader) == ["WATCHING_VIDEO"]


def test_departure_that_the_next_session_tells() -> None:
    """It waits too: a replay may read what joins the two before they are parted."""
    reader = Reader(Shard(TIMING))
    reader.send(flat(PLAY), flat(PING, 5))
    packed = reader.shard.pack()
    between, after = flat(PING, 80), flat(PING, 100)
    reader.send(flat(PING, 3))
    reader.send(after)
    reader.shard = Shard.unpack(TIMING, packed)
    reader.send(flat(PING, 3), after, between)
    reader.end()

    assert of_alice(reader) == ["WATCHING_VIDEO"]


def test_second_change_of_a_millisecond_is_taken_back() -> None:
    """What was told with a number behind its key is voided with that key."""
    reader = Reader(Shard(TIMING))
    reader.send(flat(PLAY))
    packed = reader.shard.pack()
    late, events = flat(PAUSE, 8), (flat(PAUSE, 10), flat(PLAY, 10))
    reader.send(flat(PING, 3), *events)
    reader.shard = Shard.unpack(TIMING, packed)
    reader.send(flat(PING, 9), flat(PING, 3), *events, late)
    reader.end()
    told = dict(reader.history)
    whole = Reader(Shard(TIMING))
    for event in (flat(PLAY), flat(PING, 9), flat(PING, 3), *events, late):
        whole.send(event)
    whole.end()

    assert told == whole.history
