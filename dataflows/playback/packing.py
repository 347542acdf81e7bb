"""Events and ids as bytes: there are very many, and most of them say little.

Of an event all is kept that `fold` goes by, and no more: what else it says was counted
when it came. What the viewer's events have in common is left out, what seldom changes
is said again only when it did, numbers stand for names and bytes for ids, and what is
absent at the end of an array takes no room. A recovery format.
"""

from binascii import unhexlify
from typing import Any, Final

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

__all__ = [
    "NAMES",
    "NAME_NUMBERS",
    "SAID_NOTHING",
    "full_text",
    "pack_event",
    "pack_id",
    "pack_said",
    "short_number",
    "short_text",
    "trimmed",
    "unpack_events",
    "unpack_items",
]

NAMES: Final = tuple(EventName)
"""The names of events by their numbers."""

NAME_NUMBERS: Final = {name: number for number, name in enumerate(NAMES)}

SAID_NOTHING: Final = b"\x90"
"""What `pack_said` returns where nothing is said that stays: an empty array."""

_encode: Final = msgspec.msgpack.Encoder().encode
_decode: Final = msgspec.msgpack.Decoder().decode

_UUID_HEAD: Final = b"\xc4\x10"
_UUID_CHARS: Final = 36
_UUID_BYTES: Final = 16
# Of what `pack_said` packs, and of what `pack_event` does, with and without.
_SAID_MEMBERS: Final = 8
_MEMBERS: Final = 8
_PLAIN_MEMBERS: Final = 3
_TOTALS: Final = 9
_PAUSED: Final = 1
_ENDED: Final = 2


def short_text(text: str) -> str | bytes:
    """Return the bytes of a UUID as the trackers write it, and any other text as is."""
    if len(text) != _UUID_CHARS or not _has_dashes(text):
        return text
    digits = text.replace("-", "")
    try:
        short = unhexlify(digits)
    except ValueError:
        return text
    # Capitals would not come back, nor would a fifth dash.
    return short if len(short) == _UUID_BYTES and short.hex() == digits else text


def _has_dashes(text: str) -> bool:
    return text[8] == "-" and text[13] == "-" and text[18] == "-" and text[23] == "-"


def full_text(short: str | bytes) -> str:
    """Return the text that `short_text` shortened."""
    if isinstance(short, str):
        return short
    digits = short.hex()
    return "-".join(
        (digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:])
    )


def short_number(number: float) -> float:
    """Return a number as an integer where it is one; `float` turns it back."""
    whole = int(number)
    return whole if whole == number else number


def trimmed(packed: list[Any]) -> list[Any]:
    """Return a list without what is absent at its end."""
    while packed and packed[-1] is None:
        packed.pop()
    return packed


def pack_id(event_id: str) -> bytes:
    """Return an id as bytes, which may be put one behind another."""
    short = short_text(event_id)
    return _UUID_HEAD + short if isinstance(short, bytes) else _encode(short)


def pack_said(event: MediaEvent) -> bytes:
    """Return what an event says that is seldom news after the one before it."""
    session, player = event.session, event.player
    media_session_id = None if session is None else session.media_session_id or None
    dimensions = event.dimensions or None
    rate = None if player is None else player.playback_rate
    if player is None or player.paused is None:
        # Without levels nothing else of a player counts.
        if media_session_id is None and dimensions is None and rate is None:
            return SAID_NOTHING
        return _encode(trimmed([media_session_id, rate, dimensions]))
    duration = player.duration
    said = [
        media_session_id,
        rate,
        dimensions,
        None if duration is None else short_number(duration),
        player.livestream,
        player.label,
        player.player_type,
        player.quality,
    ]
    return _encode(trimmed(said))


def pack_event(event: MediaEvent, since: int, said: bytes | None) -> bytes:
    """Return an event as bytes, without its id.

    Args:
        event: The event.
        since: A time that is known where it is unpacked.
        said: What `pack_said` returned, at the end of what is returned here; `None` if
            it is the same as of the event before.

    """
    time, number = event.time - since, NAME_NUMBERS[event.name]
    player, session, data = event.player, event.session, event.data
    ad, ad_break = event.ad, event.ad_break
    position: float | None = None
    levels: int | None = None
    if player is not None:
        position = player.current_time
        if position is not None:
            position = short_number(position)
        paused = player.paused
        if paused is not None:
            levels = (_PAUSED if paused else 0) + (_ENDED if player.ended else 0)
    if (
        levels is None
        and session is None
        and ad is None
        and ad_break is None
        and data is None
        and said is None
    ):
        # Most events of the flat shape.
        return _encode((time, number, position))
    packed: list[Any] = [
        time,
        number,
        position,
        levels,
        None if session is None else _pack_totals(session),
        None if ad is None else ad.ad_id,
        None if ad_break is None else ad_break.break_type or "",
        None if data is None else _pack_data(data),
    ]
    if said is None:
        return _encode(trimmed(packed))
    packed.append(msgspec.Raw(said))
    return _encode(packed)


def unpack_items(packed: bytes, count: int) -> list[Any]:
    """Return so many arrays or ids that were packed one behind another."""
    items: list[Any] = _decode(b"\xdd" + count.to_bytes(4, "big") + packed)
    return items


def unpack_events(
    viewer_id: str, since: int, ids: list[Any], items: list[Any]
) -> list[MediaEvent]:
    """Return a viewer's events of their ids and of what `pack_event` packed.

    `since` is the same as then. Before the first, nothing was said.
    """
    said: list[Any] = []
    events: list[MediaEvent] = []
    for event_id, item in zip(ids, items, strict=True):
        if len(item) > _MEMBERS:
            said = item[_MEMBERS]
        events.append(_unpacked(viewer_id, since, full_text(event_id), item, said))
    return events


def _unpacked(
    viewer_id: str, since: int, event_id: str, item: list[Any], said: list[Any]
) -> MediaEvent:
    name, time = NAMES[item[1]], since + item[0]
    if len(item) <= _PLAIN_MEMBERS and not said:
        position = item[2] if len(item) == _PLAIN_MEMBERS else None
        player = None if position is None else MediaPlayer(float(position))
        return MediaEvent(viewer_id, event_id, name, time, player)
    _, _, position, levels, totals, ad_id, break_type, data, *_ = _filled(
        item, _MEMBERS
    )
    said = _filled(said, _SAID_MEMBERS)
    dimensions = said[2]
    return MediaEvent(
        viewer_id,
        event_id,
        name,
        time,
        _unpack_player(position, levels, said),
        _unpack_session(said[0], totals),
        None if ad_id is None else Ad(ad_id),
        None if break_type is None else AdBreak("", break_type=break_type),
        None if data is None else _unpack_data(data),
        () if dimensions is None else tuple(dimensions),
    )


def _filled(packed: list[Any], members: int) -> list[Any]:
    """Return a list with what `trimmed` took off."""
    return packed + [None] * (members - len(packed))


def _unpack_player(
    position: float | None, levels: int | None, said: list[Any]
) -> MediaPlayer:
    _, rate, _, duration, livestream, label, player_type, quality = said
    return MediaPlayer(
        current_time=None if position is None else float(position),
        duration=None if duration is None else float(duration),
        paused=None if levels is None else levels & _PAUSED != 0,
        ended=None if levels is None else levels & _ENDED != 0,
        livestream=livestream,
        label=label,
        player_type=player_type,
        quality=quality,
        playback_rate=rate,
    )


def _pack_totals(session: MediaSession) -> list[Any] | None:
    packed: list[Any] = [
        session.ads_clicked,
        session.ads_skipped,
        session.ads,
        session.ad_breaks,
        _pack_seconds(session.time_played),
        _pack_seconds(session.content_watched),
        _pack_seconds(session.time_paused),
        _pack_seconds(session.time_spent_ads),
        _pack_seconds(session.time_buffering),
    ]
    return trimmed(packed) or None


def _unpack_session(
    media_session_id: str | None, totals: list[Any] | None
) -> MediaSession | None:
    if media_session_id is None and totals is None:
        return None
    full = _filled(totals or [], _TOTALS)
    clicked, skipped, ads, ad_breaks = full[:4]
    played, watched, paused, in_ads, buffering = map(_unpack_seconds, full[4:])
    return MediaSession(
        media_session_id or "",
        time_played=played,
        time_paused=paused,
        content_watched=watched,
        time_buffering=buffering,
        time_spent_ads=in_ads,
        ads=ads,
        ads_clicked=clicked,
        ads_skipped=skipped,
        ad_breaks=ad_breaks,
    )


def _pack_seconds(seconds: float | None) -> float | None:
    """Return seconds as milliseconds where that is what they are: an integer."""
    if seconds is None:
        return None
    ms = int(seconds * 1000 + 0.5)
    return ms if ms / 1000 == seconds else seconds


def _unpack_seconds(packed: float | None) -> float | None:
    return packed / 1000 if isinstance(packed, int) else packed


def _pack_data(data: EventData) -> list[Any] | None:
    packed: list[Any] = [
        data.new_quality,
        data.bitrate,
        data.new_rate,
        data.error_code or data.error_name,
    ]
    return trimmed(packed) or None


def _unpack_data(packed: list[Any]) -> EventData:
    quality, bitrate, rate, code = _filled(packed, 4)
    return EventData(
        new_rate=rate, new_quality=quality, bitrate=bitrate, error_code=code
    )
