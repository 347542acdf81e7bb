"""Events as bytes: there are very many, and most of them say little.

Of an event all is kept that `fold` goes by, and no more: what else it says was counted
when it came. What the viewer's events have in common is left out, what seldom changes
is said again only when it did, numbers stand for names and bytes for ids, and what is
absent at the end of an array takes no room. A recovery format.
"""

from typing import Any, Final

import msgspec
from msgspec.structs import astuple

from dataflows.playback.events import (
    Ad,
    AdBreak,
    EventData,
    Levels,
    MediaEvent,
    MediaPlayer,
    MediaSession,
)
from dataflows.playback.short import (
    NAMES,
    full_text,
    pack_short,
    short_number,
    trimmed,
)

__all__ = ["pack_event", "unpack_events"]

_encode: Final = msgspec.msgpack.Encoder().encode
_decode: Final = msgspec.msgpack.Decoder().decode

# Where in what `pack_said` packs what `pack_common` did is, the members of each, and
# of what `pack_event` packs, with and without more than a position.
_COMMON: Final = 2
_SAID_MEMBERS: Final = 3
_COMMON_MEMBERS: Final = 6
_MEMBERS: Final = 8
_PLAIN_MEMBERS: Final = 3
_TOTALS: Final = 9
# Where a session's fields are in `astuple` of it: one call for all of them.
_FIELDS: Final = MediaSession.__struct_fields__
_COUNTS: Final = "ads_clicked ads_skipped ads ad_breaks"
_SECONDS: Final = (
    "time_played content_watched time_paused time_spent_ads time_buffering"
)
_TOTAL_COUNTS: Final = [_FIELDS.index(name) for name in _COUNTS.split()]
_TOTAL_SECONDS: Final = [_FIELDS.index(name) for name in _SECONDS.split()]
_PAUSED: Final = 1
_ENDED: Final = 2


def pack_event(event: MediaEvent, since: int, said: bytes | None) -> bytes:
    """Return an event as bytes, without its id.

    Args:
        event: The event.
        since: A time that is known where it is unpacked.
        said: What `pack_said` returned, at the end of what is returned here; `None` if
            it is the same as of the event before.

    """
    time, number = event.time - since, event.number
    session, data = event.session, event.data
    ad, ad_break = event.ad, event.ad_break
    current_time = event.current_time
    position = None if current_time is None else short_number(current_time)
    if (
        event.levels is None
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
        None if event.levels is None else _pack_levels(event.levels),
        None if session is None else _pack_totals(session),
        None if ad is None else ad.ad_id,
        None if ad_break is None else ad_break.break_type or "",
        None if data is None else _pack_data(data),
    ]
    if said is None:
        return _encode(trimmed(packed))
    packed.append(msgspec.Raw(said))
    return _encode(packed)


def unpack_events(
    viewer_id: str, since: int, common: bytes, ids: list[Any], items: list[Any]
) -> list[MediaEvent]:
    """Return a viewer's events of their ids and of what `pack_event` packed.

    `since` is the same as then, and `common` is what the first said of that. Before it,
    nothing was said.
    """
    first: list[Any] = [None, None, _decode(common)]
    said = first if len(first[_COMMON]) else []
    events: list[MediaEvent] = []
    for short_id, item in zip(ids, items, strict=True):
        if len(item) > _MEMBERS:
            said = item[_MEMBERS]
            if len(said) <= _COMMON:
                said = _filled(said, _COMMON) + first[_COMMON:]
        events.append(_unpacked(viewer_id, short_id, since, item, said))
    return events


def _unpacked(
    viewer_id: str, short_id: str | bytes, since: int, item: list[Any], said: list[Any]
) -> MediaEvent:
    event_id, packed_id = full_text(short_id), pack_short(short_id)
    name, time = NAMES[item[1]], since + item[0]
    if len(item) <= _PLAIN_MEMBERS and not said:
        position = item[2] if len(item) == _PLAIN_MEMBERS else None
        player = None if position is None else MediaPlayer(float(position))
        return MediaEvent(viewer_id, event_id, name, time, player, packed_id=packed_id)
    _, _, position, levels, totals, ad_id, break_type, data, *_ = _filled(
        item, _MEMBERS
    )
    session_id, rate, common = _filled(said, _SAID_MEMBERS)
    dimensions, *content = _filled(common or [], _COMMON_MEMBERS)
    return MediaEvent(
        viewer_id,
        event_id,
        name,
        time,
        _unpack_player(position, levels, rate, content),
        _unpack_session(session_id, totals),
        None if ad_id is None else Ad(ad_id),
        None if break_type is None else AdBreak("", break_type=break_type),
        None if data is None else _unpack_data(data),
        () if dimensions is None else tuple(dimensions),
        packed_id,
    )


def _filled(packed: list[Any], members: int) -> list[Any]:
    """Return a list with what `trimmed` took off."""
    return packed + [None] * (members - len(packed))


def _unpack_player(
    position: float | None, levels: int | None, rate: float | None, content: list[Any]
) -> MediaPlayer:
    duration, livestream, label, player_type, quality = content
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


def _pack_levels(levels: Levels) -> int:
    return (_PAUSED if levels.paused else 0) + (_ENDED if levels.ended else 0)


def _pack_totals(session: MediaSession) -> list[Any] | None:
    said = astuple(session)
    counts: list[Any] = [said[at] for at in _TOTAL_COUNTS]
    packed = counts + [_pack_seconds(said[at]) for at in _TOTAL_SECONDS]
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


def _pack_seconds(seconds: float | None) -> object:
    """Return seconds as milliseconds where that is what they are: an integer."""
    if seconds is None:
        return None
    ms = int(seconds * 1000 + 0.5)
    return ms if ms / 1000 == seconds else seconds


def _unpack_seconds(packed: Any) -> float | None:  # noqa: ANN401, what msgpack made of it
    seconds: float | None = packed / 1000 if isinstance(packed, int) else packed
    return seconds


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
