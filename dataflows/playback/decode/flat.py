"""The flat shape: JSON as the original accelerator's Snowbridge script writes it.

| field | of the event |
|---|---|
| `viewer_id`, `event_id`, `event_name` | who, which, what |
| `collector_tstamp` | its time, if there is no `derived_tstamp` |
| `video_ts` | `player.current_time` |
| `adsClicked`, `adsSkipped` | `session.ads_clicked`, `session.ads_skipped` |
| `adId` | `ad.ad_id`; text or number, where `0`, `""` and `null` are no ad |

These eight are valid for ever. Ours beside them are all optional, and what they say
comes first; objects hold the fields of the media schemas under the schemas' names:

| field | of the event |
|---|---|
| `derived_tstamp` | its time |
| `player` | `media_player` 2-0-0 |
| `session` | `media/session` 1-0-0 |
| `ad`, `ad_break` | `media/ad` 1-0-0, `media/ad_break` 1-0-0 |
| `data` | the event's own fields |
| `dimensions` | `dimensions`, texts by their names |
"""

from typing import Annotated, Final, Literal

import msgspec

from dataflows.playback.decode.dimensions import from_flat
from dataflows.playback.decode.entities import (
    AD,
    AD_BREAK,
    NOTHING,
    PLAYER,
    SESSION,
    read_data,
)
from dataflows.playback.decode.identity import event_id_of, media_name, viewer_of
from dataflows.playback.decode.leniency import (
    UNREADABLE,
    LenientRecord,
    parse_object,
    tidy,
)
from dataflows.playback.decode.timestamps import event_time_ms
from dataflows.playback.decode.values import (
    COUNT,
    ID,
    MAX_ID_CHARS,
    NAME,
    QUANTITY,
    Count,
    Kind,
    Quantity,
)
from dataflows.playback.errors import Skipped
from dataflows.playback.events import (
    Ad,
    EventName,
    MediaEvent,
    MediaPlayer,
    MediaSession,
)

__all__ = ["decode_flat"]


class _Flat(msgspec.Struct, gc=False):
    """The message; `""` is in the types because old trackers send it all the time."""

    collector_tstamp: str | int | None = None
    event_id: str | None = None
    event_name: str | None = None
    viewer_id: str | None = None
    ads_clicked: Count | Literal[""] | None = msgspec.field(
        default=None, name="adsClicked"
    )
    ads_skipped: Count | Literal[""] | None = msgspec.field(
        default=None, name="adsSkipped"
    )
    ad_id: (
        Annotated[str, msgspec.Meta(max_length=MAX_ID_CHARS)]
        | Annotated[int, msgspec.Meta(ge=0, le=10**18)]
        | None
    ) = msgspec.field(default=None, name="adId")
    video_ts: Quantity | None = None
    derived_tstamp: str | int | None = None
    player: msgspec.Raw = NOTHING
    session: msgspec.Raw = NOTHING
    ad: msgspec.Raw = NOTHING
    ad_break: msgspec.Raw = NOTHING
    data: msgspec.Raw = NOTHING
    dimensions: msgspec.Raw = NOTHING


def _ad_id(value: object) -> object:
    # A number 0 is how the original's script says that there is no ad.
    return None if value == 0 and not isinstance(value, bool) else ID.lenient(value)


_lenient: Final = LenientRecord(
    _Flat,
    event_id=NAME,
    event_name=NAME,
    viewer_id=NAME,
    ads_clicked=COUNT,
    ads_skipped=COUNT,
    ad_id=Kind(ID.strict, _ad_id, ID.rule),
    video_ts=QUANTITY,
)
_decoder: Final = msgspec.json.Decoder(_Flat)


def decode_flat(message: bytes) -> MediaEvent | Skipped:
    """Read a message of the flat shape.

    Raises:
        UnusableError: it can't be used.

    """
    try:
        flat = _decoder.decode(message)
    except UNREADABLE:
        return _decode_leniently(message)
    name = media_name(flat.event_name)
    return name if isinstance(name, Skipped) else _event(flat, name)


def _decode_leniently(message: bytes) -> MediaEvent | Skipped:
    found = parse_object(message)
    # The name first: whatever else a page view holds, it is skipped.
    name = media_name(tidy(found.get("event_name"), NAME, "event_name"))
    if isinstance(name, Skipped):
        return name
    return _event(_lenient.read(found), name)


def _event(flat: _Flat, name: EventName) -> MediaEvent:
    viewer_id = viewer_of(flat.viewer_id)
    event_id = event_id_of(flat.event_id)
    time = event_time_ms(flat.derived_tstamp, flat.collector_tstamp)
    return MediaEvent(
        viewer_id,
        event_id,
        name,
        time,
        _player(flat),
        _session(flat),
        _ad(flat),
        None if flat.ad_break is NOTHING else AD_BREAK.read(flat.ad_break),
        None if flat.data is NOTHING else read_data(flat.data),
        from_flat(flat.dimensions),
    )


def _player(flat: _Flat) -> MediaPlayer | None:
    player = None if flat.player is NOTHING else PLAYER.read(flat.player)
    if player is None:
        return None if flat.video_ts is None else MediaPlayer(flat.video_ts)
    if player.current_time is None and flat.video_ts is not None:
        return msgspec.structs.replace(player, current_time=flat.video_ts)
    return player


def _session(flat: _Flat) -> MediaSession | None:
    session = None if flat.session is NOTHING else SESSION.read(flat.session)
    if not (flat.ads_clicked or flat.ads_skipped):
        # The counters only grow: a zero says no more than nothing.
        return session
    clicked, skipped = flat.ads_clicked or None, flat.ads_skipped or None
    if session is None:
        return MediaSession(ads_clicked=clicked, ads_skipped=skipped)
    return msgspec.structs.replace(
        session,
        ads_clicked=clicked if session.ads_clicked is None else session.ads_clicked,
        ads_skipped=skipped if session.ads_skipped is None else session.ads_skipped,
    )


def _ad(flat: _Flat) -> Ad | None:
    ad = None if flat.ad is NOTHING else AD.read(flat.ad)
    if ad is None and flat.ad_id:
        return Ad(str(flat.ad_id))
    return ad
