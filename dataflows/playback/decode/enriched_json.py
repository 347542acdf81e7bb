"""Enriched JSON: what Snowbridge's `spEnrichedToJson` makes of an enriched event.

Atomic fields are keys, entities are lists under `contexts_<vendor>_<name>_<major>`, and
the event's own fields are under `unstruct_event_<vendor>_<name>_<major>`. A field that
is not set has no key.
"""

from collections.abc import Callable
from typing import Any, Final

import msgspec
from msgspec import UNSET

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
    data_or_none,
    first_of,
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
from dataflows.playback.decode.wire import Enriched, StrictEnriched, data_decoder
from dataflows.playback.errors import Skipped
from dataflows.playback.events import EventName, MediaEvent

__all__ = ["decode_enriched_json", "decode_plainly_enriched_json"]

_AT_MOST_TEXT: Final = Kind(TEXT.strict, text_or_none, TEXT.rule)
_lenient: Final = LenientRecord(
    Enriched,
    event_id=NAME,
    user_id=NAME,
    domain_userid=NAME,
    network_userid=NAME,
    **{row.name: _AT_MOST_TEXT for row in ATOMIC},
)
_decode: Final = msgspec.json.Decoder(Enriched).decode
_decode_strictly: Final = msgspec.json.Decoder(StrictEnriched).decode
_decode_data: Final[dict[EventName, Callable[[bytes], Any]]] = {
    name: data_decoder(name) for name in DATA_EVENTS
}
_astuple: Final = msgspec.structs.astuple


def decode_plainly_enriched_json(message: bytes) -> MediaEvent | Skipped | None:
    """Read a message of enriched JSON, all of it as it should be, in one go.

    Returns:
        What `decode_enriched_json` does; `None` where the shape is another or the
        message needs a closer look.

    Raises:
        UnusableError: it is enriched JSON, and can't be used.

    """
    try:
        enriched: tuple[Any, ...] = _astuple(_decode_strictly(message))
    except UNREADABLE:
        return None
    # fmt: off
    (
        vendor, event_name, event_id, user_id, domain_userid, network_userid, stamp,
        derived, flat_viewer, player, old_player, session, ad, ad_break,
    ) = enriched[:14]
    # fmt: on
    if flat_viewer is not NOTHING:
        return None
    name = media_name(event_name, vendor)
    if not isinstance(name, EventName):
        return name
    viewer_id = viewer_of(user_id, domain_userid, network_userid)
    event_id = event_id_of(event_id)
    time = event_time_ms(derived, stamp)
    try:
        data = _decode_data[name](message).data if name in DATA_EVENTS else None
    except UNREADABLE:
        return None
    return MediaEvent(
        viewer_id,
        event_id,
        name,
        time,
        first_of(old_player if player is UNSET else player),
        first_of(session),
        first_of(ad),
        first_of(ad_break),
        None if data is None else data_or_none(data),
        _plain_dimensions(list(enriched[14:])),
    )


def _plain_dimensions(found: list[Any]) -> Dimensions:
    """Return what the columns say, and the first of each list after them."""
    for place in range(len(ATOMIC), len(found)):
        entities = found[place]
        found[place] = entities[0] if entities else None
    return dimensions(found)


def decode_enriched_json(message: bytes) -> MediaEvent | Skipped:
    """Read a message of enriched JSON.

    Raises:
        UnusableError: it can't be used.

    """
    try:
        enriched = _decode(message)
    except UNREADABLE:
        return _decode_leniently(message)
    name = media_name(enriched.event_name, enriched.event_vendor)
    return _event(enriched, name) if isinstance(name, EventName) else name


def _decode_leniently(message: bytes) -> MediaEvent | Skipped:
    found = parse_object(message)
    # The name first: whatever else a page view holds, it is skipped.
    name = media_name(
        tidy(found.get("event_name"), NAME, "event_name"),
        tidy(found.get("event_vendor"), NAME, "event_vendor"),
    )
    if not isinstance(name, EventName):
        return name
    return _event(_lenient.read(found), name)


def _event(enriched: Any, name: EventName) -> MediaEvent:  # noqa: ANN401, made elsewhere
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


def _dimensions(enriched: Any) -> Dimensions:  # noqa: ANN401, made elsewhere
    atomic = [getattr(enriched, row.name) for row in ATOMIC]
    return dimensions(
        [*atomic, *[_context(enriched, name) for name in CONTEXTS]],
    )


def _context(enriched: Any, name: str) -> Any:  # noqa: ANN401, made elsewhere
    raw = getattr(enriched, context_key(name))
    return None if raw is NOTHING else readable(CONTEXTS[name].read_first, raw)
