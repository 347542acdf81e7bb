"""One event in every shape: what a pipeline would have written of a `MediaEvent`.

`changes` replace fields (or columns, by name) after the fact, so that a test spells out
only what is odd about its message; a change to `None` leaves the field out.
"""

import json
from typing import Any

import msgspec
from hypothesis import strategies as st

from dataflows.playback.decode.dimensions import DIMENSIONS
from dataflows.playback.events import EventName, MediaEvent, entity_fields
from dataflows.playback.profile import iso_from_ms

DELAY_MS = 250
"""From the event to the collector."""

_SNOWPLOW = "com.snowplowanalytics.snowplow"
_MEDIA = f"{_SNOWPLOW}.media"
COLUMNS = {
    "app_id": 0,
    "collector_tstamp": 3,
    "event": 5,
    "event_id": 6,
    "user_id": 12,
    "domain_userid": 15,
    "network_userid": 17,
    "geo_country": 18,
    "contexts": 52,
    "unstruct_event": 58,
    "useragent": 77,
    "derived_contexts": 122,
    "derived_tstamp": 124,
    "event_vendor": 125,
    "event_name": 126,
}


def event(**fields: Any) -> MediaEvent:
    """Make a ping of one viewer, with other fields where they are given."""
    values: dict[str, Any] = {
        "viewer_id": "viewer-alice",
        "event_id": "f33b3246-9e02-46bb-872c-7644af3a2658",
        "name": EventName.PING,
        "time": 1_795_410_490_699,  # 2026-11-23T05:08:10.699Z
    }
    return MediaEvent(**(values | fields))


def plain_fields(event: MediaEvent, **changes: Any) -> dict[str, Any]:
    """Return the original's eight fields, as a parsed message."""
    session, player = event.session, event.player
    return _changed(
        {
            "collector_tstamp": iso_from_ms(event.time),
            "event_id": event.event_id,
            "event_name": event.name,
            "viewer_id": event.viewer_id,
            "adsClicked": session and session.ads_clicked,
            "adsSkipped": session and session.ads_skipped,
            "adId": event.ad.ad_id if event.ad else 0,
            "video_ts": player and player.current_time,
        },
        changes,
    )


def flat_fields(event: MediaEvent, **changes: Any) -> dict[str, Any]:
    """Return the eight fields and ours beside them, as a parsed message."""
    return _changed(
        {
            **plain_fields(event),
            "collector_tstamp": iso_from_ms(event.time + DELAY_MS),
            "derived_tstamp": iso_from_ms(event.time),
            "player": _fields(event.player),
            "session": _fields(event.session),
            "ad": _fields(event.ad),
            "ad_break": _fields(event.ad_break),
            "data": _fields(event.data),
            "dimensions": _named(event) or None,
        },
        changes,
    )


def enriched_fields(event: MediaEvent, **changes: Any) -> dict[str, Any]:
    """Return what `spEnrichedToJson` makes of the event, as a parsed message."""
    found: dict[str, Any] = {
        "app_id": "demo-player",
        "event": "unstruct",
        "event_id": event.event_id,
        "event_vendor": _MEDIA,
        "event_name": event.name,
        "user_id": event.viewer_id,
        "domain_userid": "928c9de2-9640-4dd0-93ee-42e52f86a87d",
        "geo_country": _named(event).get("country"),
        "collector_tstamp": iso_from_ms(event.time + DELAY_MS),
        "derived_tstamp": iso_from_ms(event.time),
        _key(f"unstruct_event_{_MEDIA}_{event.name}_1"): _fields(event.data) or {},
        _key(f"contexts_{_SNOWPLOW}_web_page_1"): [{"id": "f58ac3b1"}],
    }
    for schema, fields in [*_entities(event), *_derived(event)]:
        vendor, name, version = schema.split("/")
        found[_key(f"contexts_{vendor}_{name}_{version[0]}")] = [fields]
    return _changed(found, changes)


def enriched_tsv(event: MediaEvent, **changes: str | bytes) -> bytes:
    """Return the event as 131 columns."""
    web_page = {"schema": f"iglu:{_SNOWPLOW}/web_page/jsonschema/1-0-0", "data": {}}
    contexts = [
        web_page,
        *({"schema": _iglu(schema), "data": data} for schema, data in _entities(event)),
    ]
    data = _fields(event.data) or {}
    inner = {"schema": _iglu(f"{_MEDIA}/{event.name}/1-0-0"), "data": data}
    return tsv(
        {
            "app_id": "demo-player",
            "event": "unstruct",
            "event_id": event.event_id,
            "event_vendor": _MEDIA,
            "event_name": event.name,
            "user_id": event.viewer_id,
            "domain_userid": "928c9de2-9640-4dd0-93ee-42e52f86a87d",
            "geo_country": _named(event).get("country", ""),
            "collector_tstamp": _tsv_stamp(event.time + DELAY_MS),
            "derived_tstamp": _tsv_stamp(event.time),
            "contexts": self_describing("contexts", contexts),
            "derived_contexts": self_describing(
                "contexts",
                [{"schema": _iglu(s), "data": data} for s, data in _derived(event)],
            ),
            "unstruct_event": self_describing("unstruct_event", inner),
            **changes,
        }
    )


def tsv(fields: dict[str, str | bytes]) -> bytes:
    """Return a line of 131 columns with these filled in."""
    columns = [b""] * 131
    for name, value in fields.items():
        columns[COLUMNS[name]] = value.encode() if isinstance(value, str) else value
    return b"\t".join(columns)


def self_describing(name: str, data: object) -> str:
    """Wrap what a column holds as Snowplow does."""
    schema = f"iglu:{_SNOWPLOW}/{name}/jsonschema/1-0-0"
    return json.dumps({"schema": schema, "data": data})


def entity(schema: str, **fields: Any) -> str:
    """Return a column of contexts with one entity in it, `vendor/name/version`."""
    return self_describing("contexts", [{"schema": _iglu(schema), "data": fields}])


def message(fields: dict[str, Any]) -> bytes:
    """Write a parsed message as JSON."""
    return json.dumps(fields).encode()


def _changed(found: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in found.items() if value is not None} | changes
    return {key: value for key, value in kept.items() if value is not None}


def _fields(entity: msgspec.Struct | None) -> dict[str, Any] | None:
    if entity is None:
        return None
    return entity_fields(entity)


def _entities(event: MediaEvent) -> list[tuple[str, dict[str, Any]]]:
    found = {
        f"{_SNOWPLOW}/media_player/2-0-0": _fields(event.player),
        f"{_MEDIA}/session/1-0-0": _fields(event.session),
        f"{_MEDIA}/ad/1-0-0": _fields(event.ad),
        f"{_MEDIA}/ad_break/1-0-0": _fields(event.ad_break),
    }
    return [(schema, data) for schema, data in found.items() if data is not None]


def _named(event: MediaEvent) -> dict[str, str]:
    named = zip(DIMENSIONS, event.dimensions, strict=False)
    return {name: value for name, value in named if value}


def _derived(event: MediaEvent) -> list[tuple[str, dict[str, Any]]]:
    device = _named(event).get("device")
    found = {"agentName": "Chrome", "deviceClass": device}
    return [("nl.basjes/yauaa_context/1-0-0", found)] if device else []


def _iglu(schema: str) -> str:
    vendor, name, version = schema.split("/")
    return f"iglu:{vendor}/{name}/jsonschema/{version}"


def _key(name: str) -> str:
    return name.replace(".", "_")


def _tsv_stamp(ms: int) -> str:
    return iso_from_ms(ms).replace("T", " ").removesuffix("Z")


def damaged(data: st.DataObject, whole: bytes) -> bytes:
    """Return a message with some bytes of it replaced, as `data` draws them."""
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, min(start + 20, len(whole))))
    return whole[:start] + data.draw(st.binary(max_size=9)) + whole[end:]
