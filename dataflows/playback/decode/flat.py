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

from typing import Any, Final

import msgspec

from dataflows.playback.decode.dimensions import from_flat, known
from dataflows.playback.decode.entities import (
    AD,
    AD_BREAK,
    NOTHING,
    PLAYER,
    SESSION,
    data_or_none,
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
from dataflows.playback.decode.values import COUNT, ID, NAME, QUANTITY, Kind
from dataflows.playback.decode.wire import Flat, StrictFlat
from dataflows.playback.errors import Skipped
from dataflows.playback.events import (
    Ad,
    EventName,
    MediaEvent,
    MediaPlayer,
    MediaSession,
)

__all__ = ["decode_flat", "decode_plainly_flat"]


def _ad_id(value: object) -> object:
    # A number 0 is how the original's script says that there is no ad.
    return None if value == 0 and not isinstance(value, bool) else ID.lenient(value)


_lenient: Final = LenientRecord(
    Flat,
    event_id=NAME,
    event_name=NAME,
    viewer_id=NAME,
    ads_clicked=COUNT,
    ads_skipped=COUNT,
    ad_id=Kind(ID.strict, _ad_id, ID.rule),
    video_ts=QUANTITY,
)
_decode: Final = msgspec.json.Decoder(Flat).decode
_decode_strictly: Final = msgspec.json.Decoder(StrictFlat).decode
_astuple: Final = msgspec.structs.astuple


def decode_plainly_flat(message: bytes) -> MediaEvent | Skipped | None:
    """Read a message that is flat, and all of it as it should be, in one go.

    Returns:
        What `decode_flat` does; `None` where the shape is another or the message needs
        a closer look.

    Raises:
        UnusableError: the shape is flat, and it can't be used.

    """
    try:
        # As a tuple: to ask a Struct for eighteen fields takes longer.
        flat: tuple[Any, ...] = _astuple(_decode_strictly(message))
    except UNREADABLE:
        return None
    # fmt: off
    (
        stamp, event_id, event_name, viewer_id, clicked, skipped, ad_id, video_ts,
        derived, player, session, ad, ad_break, data, dimensions,
        vendor, player_2, session_1,
    ) = flat
    # fmt: on
    if not (
        viewer_id and vendor is NOTHING and player_2 is NOTHING and session_1 is NOTHING
    ):
        return None
    name = media_name(event_name)
    if not isinstance(name, EventName):
        return name
    return MediaEvent(
        viewer_of(viewer_id),
        event_id_of(event_id),
        name,
        event_time_ms(derived, stamp),
        _player(player, video_ts),
        _session(session, clicked or None, skipped or None),
        _ad(ad, ad_id),
        ad_break,
        None if data is None else data_or_none(data),
        () if dimensions is None else known(_astuple(dimensions)),
    )


def decode_flat(message: bytes) -> MediaEvent | Skipped:
    """Read a message of the flat shape.

    Raises:
        UnusableError: it can't be used.

    """
    try:
        flat = _decode(message)
    except UNREADABLE:
        return _decode_leniently(message)
    name = media_name(flat.event_name)
    return _event(flat, name) if isinstance(name, EventName) else name


def _decode_leniently(message: bytes) -> MediaEvent | Skipped:
    found = parse_object(message)
    # The name first: whatever else a page view holds, it is skipped.
    name = media_name(tidy(found.get("event_name"), NAME, "event_name"))
    if not isinstance(name, EventName):
        return name
    return _event(_lenient.read(found), name)


def _event(flat: Any, name: EventName) -> MediaEvent:  # noqa: ANN401, made elsewhere
    # Not typed: the lenient reading leaves the times whatever they are.
    viewer_id = viewer_of(flat.viewer_id)
    event_id = event_id_of(flat.event_id)
    time = event_time_ms(flat.derived_tstamp, flat.collector_tstamp)
    player = None if flat.player is NOTHING else PLAYER.read(flat.player)
    session = None if flat.session is NOTHING else SESSION.read(flat.session)
    ad = None if flat.ad is NOTHING else AD.read(flat.ad)
    return MediaEvent(
        viewer_id,
        event_id,
        name,
        time,
        _player(player, flat.video_ts),
        _session(session, flat.ads_clicked or None, flat.ads_skipped or None),
        _ad(ad, flat.ad_id),
        None if flat.ad_break is NOTHING else AD_BREAK.read(flat.ad_break),
        None if flat.data is NOTHING else read_data(flat.data),
        from_flat(flat.dimensions),
    )


def _player(player: MediaPlayer | None, video_ts: float | None) -> MediaPlayer | None:
    if player is None:
        return None if video_ts is None else MediaPlayer(video_ts)
    if player.current_time is None and video_ts is not None:
        return msgspec.structs.replace(player, current_time=video_ts)
    return player


def _session(
    session: MediaSession | None, clicked: int | None, skipped: int | None
) -> MediaSession | None:
    if clicked is None and skipped is None:
        # The counters only grow: a zero says no more than nothing.
        return session
    if session is None:
        return MediaSession(ads_clicked=clicked, ads_skipped=skipped)
    return msgspec.structs.replace(
        session,
        ads_clicked=clicked if session.ads_clicked is None else session.ads_clicked,
        ads_skipped=skipped if session.ads_skipped is None else session.ads_skipped,
    )


def _ad(ad: Ad | None, ad_id: str | int | None) -> Ad | None:
    return Ad(str(ad_id)) if ad is None and ad_id else ad
