"""The shapes of a message on the source topic, each written from an enriched row.

The flat ones are what a Snowbridge script makes: the original accelerator's keeps eight
fields; ours keeps those and lays the media entities beside them, in their schemas' own
words, so that nothing of a player's report is lost.
"""

from collections.abc import Callable
from enum import StrEnum, unique
from typing import Any, Final

import msgspec

from dataflows.playback.decode.dimensions import DIMENSIONS, Atomic, context_key
from stack.collector.enriched import (
    Row,
    enriched_json,
    entities_of,
    iso_tstamp,
    tsv_line,
    viewer_of,
)

__all__ = ["Shape", "message"]

_PLAYER: Final = "contexts_com_snowplowanalytics_snowplow_media_player_2"
_SESSION: Final = "contexts_com_snowplowanalytics_snowplow_media_session_1"
_AD: Final = "contexts_com_snowplowanalytics_snowplow_media_ad_1"
_AD_BREAK: Final = "contexts_com_snowplowanalytics_snowplow_media_ad_break_1"
_SUPERSET_ENTITIES: Final = {
    "player": _PLAYER,
    "session": _SESSION,
    "ad": _AD,
    "ad_break": _AD_BREAK,
}

_json = msgspec.json.Encoder()


@unique
class Shape(StrEnum):
    """What a message on the source topic may look like."""

    FLAT = "flat"
    """The eight fields of the original accelerator's Snowbridge script."""
    FLAT_SUPERSET = "flat-superset"
    """Those, and all of the media entities."""
    TSV = "tsv"
    """131 columns: Snowbridge's output without a transformation."""
    ENRICHED_JSON = "enriched-json"
    """What Snowbridge's `spEnrichedToJson` writes."""


def message(row: Row, shape: Shape) -> bytes:
    """Return a row as one message."""
    return _WRITERS[shape](row)


def _flat(row: Row) -> bytes:
    return _json.encode(_original_fields(row, entities_of(row)))


def _original_fields(row: Row, entities: dict[str, list[Any]]) -> dict[str, Any]:
    session = _first(entities, _SESSION)
    return {
        "collector_tstamp": iso_tstamp(row["collector_tstamp"]),
        "event_id": row["event_id"],
        "event_name": row["event_name"],
        # The script's own words for a viewer whom it can't tell from others.
        "viewer_id": row.get("user_id") or row.get("domain_userid") or "PoC user",
        "adsClicked": session.get("adsClicked", 0),
        "adsSkipped": session.get("adsSkipped", 0),
        "adId": _first(entities, _AD).get("adId", 0),
        "video_ts": _first(entities, _PLAYER).get("currentTime", 0),
    }


def _first(entities: dict[str, list[Any]], key: str) -> dict[str, Any]:
    found: dict[str, Any] = entities[key][0] if key in entities else {}
    return found


def _flat_superset(row: Row) -> bytes:
    entities = entities_of(row)
    fields = _original_fields(row, entities) | {"viewer_id": viewer_of(row)}
    fields["derived_tstamp"] = iso_tstamp(row["derived_tstamp"])
    for name, key in _SUPERSET_ENTITIES.items():
        if key in entities:
            fields[name] = entities[key][0]
    if data := row.get("unstruct_event", {}).get("data", {}).get("data"):
        fields["data"] = data
    if named := _dimensions(row, entities):
        fields["dimensions"] = named
    return _json.encode(fields)


def _dimensions(row: Row, entities: dict[str, list[Any]]) -> dict[str, Any]:
    found = {
        name: row.get(at.name)
        if isinstance(at, Atomic)
        else _first(entities, context_key(at.entity)).get(at.name)
        for name, at in DIMENSIONS.items()
    }
    return {name: value for name, value in found.items() if value}


_WRITERS: Final[dict[Shape, Callable[[Row], bytes]]] = {
    Shape.FLAT: _flat,
    Shape.FLAT_SUPERSET: _flat_superset,
    Shape.TSV: tsv_line,
    Shape.ENRICHED_JSON: enriched_json,
}
