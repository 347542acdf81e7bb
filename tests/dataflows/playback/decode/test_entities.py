"""Entities: strict where they can be, lenient where they must."""

import math

import msgspec
import pytest
from hypothesis import given

from dataflows.playback.decode.entities import (
    AD,
    DATA_EVENTS,
    NOTHING,
    PLAYER,
    SESSION,
    read_data,
)
from dataflows.playback.decode.refusals import UnusableError
from dataflows.playback.events import (
    Ad,
    EventName,
    MediaPlayer,
    MediaSession,
    entity_fields,
)
from tests.strategies import event_data, media_players, media_sessions


@given(media_players(), media_sessions())
def test_both_readings_agree(player: MediaPlayer, session: MediaSession) -> None:
    """A sound entity is read the same from bytes and from a parsed object."""
    assert player == PLAYER.read(
        msgspec.Raw(msgspec.json.encode(entity_fields(player)))
    )
    assert player == PLAYER.read(entity_fields(player))
    assert session == SESSION.read(
        msgspec.Raw(msgspec.json.encode(entity_fields(session)))
    )
    assert session == SESSION.read(entity_fields(session))


def test_nothing() -> None:
    """What a message does not hold is no entity."""
    assert PLAYER.read(NOTHING) is None
    assert PLAYER.read_first(NOTHING) is None
    assert read_data(NOTHING) is None


def test_second_reading_of_bytes() -> None:
    """Bytes that the strict reading refuses are read again."""
    raw = msgspec.Raw(b'{"adId": 288, "duration": NaN, "skippable": "true"}')

    assert Ad("288", skippable=True) == AD.read(raw)


def test_null_for_a_default() -> None:
    """A null is as good as absent, also where the default is not null."""
    assert MediaSession() == SESSION.read(msgspec.Raw(b'{"mediaSessionId": null}'))


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"currentTime": 99_999_999.5}, MediaPlayer(current_time=99_999_999.5)),
        ({"currentTime": 1e8}, MediaPlayer()),
        ({"currentTime": math.nan, "duration": 5}, MediaPlayer(duration=5)),
        ({"volume": 100}, MediaPlayer(volume=100)),
        ({"volume": 101}, MediaPlayer()),
        ({"playbackRate": 16}, MediaPlayer(playback_rate=16)),
        ({"playbackRate": 17}, MediaPlayer()),
        ({"label": "é" * 5000}, MediaPlayer(label="é" * 4096)),
        ({"label": ""}, MediaPlayer()),
        ({"label": 7, "muted": "0"}, MediaPlayer(label="7", muted=False)),
        ({"unheardOf": {"a": [1]}}, MediaPlayer()),
    ],
)
def test_fields(fields: dict[str, object], expected: MediaPlayer) -> None:
    """Each field keeps what makes sense, and the others don't suffer from it."""
    raw = b"%s" % str(fields).replace("'", '"').replace("nan", "NaN").encode()

    assert expected == PLAYER.read(msgspec.Raw(raw))


def test_impossible_field() -> None:
    """A field that can't be of its kind refuses the entity, and is named."""
    with pytest.raises(UnusableError, match=r"`media_player\.muted` must be true"):
        PLAYER.read(msgspec.Raw(b'{"muted": "loud"}'))


def test_not_json() -> None:
    """An object that is not even JSON is refused, and named."""
    with pytest.raises(UnusableError, match="`ad` must be JSON"):
        AD.read(msgspec.Raw(b'{"adId": "\xff"}'))
    with pytest.raises(UnusableError, match="`ad` must be JSON"):
        AD.read_first(msgspec.Raw(b'[{"adId": "\xff"}]'))


@given(event_data(EventName.QUALITY_CHANGE) | event_data(EventName.ERROR))
def test_data(data: msgspec.Struct) -> None:
    """An event's own fields are read, bitrates in the millions too."""
    assert data == read_data(msgspec.Raw(msgspec.json.encode(entity_fields(data))))


def test_data_events() -> None:
    """The events that have fields of their own have names of the vocabulary."""
    assert set(EventName) >= {EventName(name) for name in DATA_EVENTS}
    assert len(DATA_EVENTS) == 12
