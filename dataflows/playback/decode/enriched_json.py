"""Enriched JSON: what Snowbridge's `spEnrichedToJson` makes of an enriched event.

Atomic fields are keys, entities are lists under `contexts_<vendor>_<name>_<major>`, and
the event's own fields are under `unstruct_event_<vendor>_<name>_<major>`. A field that
is not set has no key.
"""

from typing import Any, Final

import msgspec

from dataflows.playback.decode.dimensions import (
    ATOMIC,
    CONTEXTS,
    Dimensions,
    context_key,
    dimensions,
    readable,
    text_or_none,
)
from dataflows.playback.decode.entities import (
    AD,
    AD_BREAK,
    DATA_EVENTS,
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
from dataflows.playback.decode.values import NAME, TEXT, Kind
from dataflows.playback.errors import Skipped
from dataflows.playback.events import EventName, MediaEvent

__all__ = ["decode_enriched_json"]

_SNOWPLOW: Final = "com_snowplowanalytics_snowplow"


def _context(name: str) -> Any:  # noqa: ANN401, a field stands for a value of its type
    return msgspec.field(default=NOTHING, name=f"contexts_{_SNOWPLOW}_media_{name}")


class _Atomic(msgspec.Struct, gc=False):
    event_vendor: str | None = None
    event_name: str | None = None
    event_id: str | None = None
    user_id: str | None = None
    domain_userid: str | None = None
    network_userid: str | None = None
    collector_tstamp: str | int | None = None
    derived_tstamp: str | int | None = None
    # Entity media_player of vendor snowplow, and player of vendor snowplow.media that
    # trackers 3.12 to 3.13.1 sent, have keys that differ in the major alone.
    player: msgspec.Raw = _context("player_2")
    old_player: msgspec.Raw = _context("player_1")
    session: msgspec.Raw = _context("session_1")
    ad: msgspec.Raw = _context("ad_1")
    ad_break: msgspec.Raw = _context("ad_break_1")


_CONTEXTS: Final = {context_key(entity): entity for entity in CONTEXTS}

# One more field an event that has data, by the event's name, and those that dimensions
# are read from.
_Enriched: Final = msgspec.defstruct(
    "_Enriched",
    [
        (
            str(name),
            msgspec.Raw,
            msgspec.field(
                default=NOTHING, name=f"unstruct_event_{_SNOWPLOW}_media_{name}_1"
            ),
        )
        for name in sorted(DATA_EVENTS)
    ]
    + [(row.name, str | None, None) for row in ATOMIC]
    + [(key, msgspec.Raw, NOTHING) for key in _CONTEXTS],
    bases=(_Atomic,),
    gc=False,
)
_AT_MOST_TEXT: Final = Kind(TEXT.strict, text_or_none, TEXT.rule)
_lenient: Final = LenientRecord(
    _Enriched,
    event_id=NAME,
    user_id=NAME,
    domain_userid=NAME,
    network_userid=NAME,
    **{row.name: _AT_MOST_TEXT for row in ATOMIC},
)
_decoder: Final[msgspec.json.Decoder[_Atomic]] = msgspec.json.Decoder(_Enriched)


def decode_enriched_json(message: bytes) -> MediaEvent | Skipped:
    """Read a message of enriched JSON.

    Raises:
        UnusableError: it can't be used.

    """
    try:
        enriched = _decoder.decode(message)
    except UNREADABLE:
        return _decode_leniently(message)
    name = media_name(enriched.event_name, enriched.event_vendor)
    return name if isinstance(name, Skipped) else _event(enriched, name)


def _decode_leniently(message: bytes) -> MediaEvent | Skipped:
    found = parse_object(message)
    # The name first: whatever else a page view holds, it is skipped.
    name = media_name(
        tidy(found.get("event_name"), NAME, "event_name"),
        tidy(found.get("event_vendor"), NAME, "event_vendor"),
    )
    if isinstance(name, Skipped):
        return name
    return _event(_lenient.read(found), name)


def _event(enriched: Any, name: EventName) -> MediaEvent:  # noqa: ANN401, made above
    player = enriched.old_player if enriched.player is NOTHING else enriched.player
    return MediaEvent(
        viewer_of(enriched.user_id, enriched.domain_userid, enriched.network_userid),
        event_id_of(enriched.event_id),
        name,
        event_time_ms(enriched.derived_tstamp, enriched.collector_tstamp),
        None if player is NOTHING else PLAYER.read_first(player),
        None if enriched.session is NOTHING else SESSION.read_first(enriched.session),
        None if enriched.ad is NOTHING else AD.read_first(enriched.ad),
        None
        if enriched.ad_break is NOTHING
        else AD_BREAK.read_first(enriched.ad_break),
        read_data(getattr(enriched, name)) if name in DATA_EVENTS else None,
        _dimensions(enriched),
    )


def _dimensions(enriched: Any) -> Dimensions:  # noqa: ANN401, made above
    raw = {entity: getattr(enriched, key) for key, entity in _CONTEXTS.items()}
    found = {
        entity: readable(CONTEXTS[entity].read_first, entities)
        for entity, entities in raw.items()
        if entities is not NOTHING
    }
    return dimensions({row.name: getattr(enriched, row.name) for row in ATOMIC}, found)
