"""The records of the audience topics, both ways."""

from collections.abc import Callable

import msgspec
import pytest

from dataflows.playback.audience import audience_from_json, minute_from_json
from dataflows.playback.events import EventName
from dataflows.playback.profile import PlaybackStatus
from dataflows.playback.roll_up import AudienceBook
from dataflows.playback.shard import Shard
from dataflows.playback.tallies import IntakeTally
from tests.dataflows.playback.streams import NOW, TIMING, batch, full


def book() -> AudienceBook:
    """Return a book that knows of one viewer."""
    shard = Shard(TIMING)
    event = full(EventName.PLAY, player={"label": "Film"})
    tally = shard.apply(batch(event), NOW).tally
    assert tally is not None
    found = AudienceBook()
    found.take_shard("7", tally)
    found.take_intake(IntakeTally(partition="0", received=1))
    return found


def test_audience_round_trip() -> None:
    """What is written of a second is read again."""
    record = book().audience(NOW)

    assert audience_from_json(msgspec.json.encode(record)) == record
    assert record.viewers[PlaybackStatus.WATCHING_VIDEO] == 1


def test_minute_round_trip() -> None:
    """What is written of a minute is read again."""
    found = book()
    found.minute(found.audience(NOW))
    minute = found.minute(found.audience(NOW + 60_000))

    assert minute is not None
    assert minute_from_json(msgspec.json.encode(minute)) == minute


@pytest.mark.parametrize("read", [audience_from_json, minute_from_json])
def test_no_record(read: Callable[[bytes], object]) -> None:
    """What is no such record is refused."""
    with pytest.raises(msgspec.DecodeError):
        read(b'{"tstamp": 5}')
