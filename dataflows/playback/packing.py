"""Recent events as bytes: there are very many, and most of them say little.

What every event of a viewer has in common is left out, the name is a number, and what
is not said at the end of an array takes no room. A recovery format.
"""

from typing import Final

import msgspec

from dataflows.playback.events import (
    Ad,
    AdBreak,
    EventData,
    EventName,
    MediaEvent,
    MediaPlayer,
    MediaSession,
)

__all__ = ["pack_event", "pack_event_id", "unpack_events"]

_NAMES: Final = tuple(EventName)
_NUMBERS: Final = {name: number for number, name in enumerate(_NAMES)}
# A player of which only the position is known, as in the original's flat shape.
_NO_MORE: Final = msgspec.structs.astuple(MediaPlayer())[1:]


class _Packed(msgspec.Struct, array_like=True, gc=False):
    """An event without its viewer; what is absent at the end has its default."""

    time: int
    number: int
    event_id: str
    player: MediaPlayer | None = None
    session: MediaSession | None = None
    ad: Ad | None = None
    ad_break: AdBreak | None = None
    data: EventData | None = None
    dimensions: tuple[str | None, ...] = ()


_encode: Final = msgspec.msgpack.Encoder().encode
_decode: Final = msgspec.msgpack.Decoder(list[_Packed]).decode
_astuple: Final = msgspec.structs.astuple


def pack_event(event: MediaEvent) -> bytes:
    """Return an event as bytes, which may be put one behind another."""
    number = _NUMBERS[event.name]
    player = event.player
    if (
        event.session is None
        and event.ad is None
        and event.ad_break is None
        and event.data is None
        and not event.dimensions
        and player is not None
        and player.paused is None
        and _astuple(player)[1:] == _NO_MORE
    ):
        return _encode((event.time, number, event.event_id, (player.current_time,)))
    return _encode(
        (
            event.time,
            number,
            event.event_id,
            player,
            event.session,
            event.ad,
            event.ad_break,
            event.data,
            event.dimensions,
        )
    )


def pack_event_id(event_id: str) -> bytes:
    """Return an id as it stands in a packed event."""
    return _encode(event_id)


def unpack_events(packed: bytes, count: int, viewer_id: str) -> list[MediaEvent]:
    """Return so many events of a viewer that were packed one behind another."""
    # The head of an array, and its members.
    head = b"\xdc" + count.to_bytes(2, "big")
    return [
        MediaEvent(
            viewer_id,
            event.event_id,
            _NAMES[event.number],
            event.time,
            event.player,
            event.session,
            event.ad,
            event.ad_break,
            event.data,
            event.dimensions,
        )
        for event in _decode(head + packed)
    ]
