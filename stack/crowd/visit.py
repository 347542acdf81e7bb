"""Who watches, on what: all that stays the same over a visit, and its enriched rows."""

from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

from dataflows.playback.events import MediaEvent, entity_fields
from stack.collector.enriched import Row
from stack.crowd.catalogue import DEVICES, Device, Title
from stack.crowd.page import PageView
from stack.crowd.player import new_uuid

__all__ = ["Visit", "new_visit", "row_of"]

_VENDOR: Final = "com.snowplowanalytics.snowplow"
_MEDIA: Final = f"{_VENDOR}.media"
_CONTEXTS: Final = f"iglu:{_VENDOR}/contexts/jsonschema/1-0-0"
_UNSTRUCT: Final = f"iglu:{_VENDOR}/unstruct_event/jsonschema/1-0-0"
_ENTITIES: Final = (
    ("player", f"iglu:{_VENDOR}/media_player/jsonschema/2-0-0"),
    ("session", f"iglu:{_MEDIA}/session/jsonschema/1-0-0"),
    ("ad", f"iglu:{_MEDIA}/ad/jsonschema/1-0-0"),
    ("ad_break", f"iglu:{_MEDIA}/ad_break/jsonschema/1-0-0"),
)
_YAUAA: Final = "iglu:nl.basjes/yauaa_context/jsonschema/1-0-4"
_MADE_BY: Final = "live-viewer-profiles-simulator"
# From the call of the tracker to the arrival at the collector, milliseconds.
_ON_THE_WAY_MS: Final = (5, 60)


@dataclass(slots=True)
class Visit:
    """A browser on a page. `fixed` are the columns that all of its events share.

    `on_the_way_ms` is one figure a visit, for a browser's requests don't overtake each
    other.
    """

    viewer_id: str
    on_the_way_ms: int
    fixed: Row
    entities: list[dict[str, Any]] = field(default_factory=list)


def new_visit(rng: Random, viewer_id: str, title: Title, *, known: bool) -> Visit:
    """Return a visit of a viewer: signed in, or `known` by the browser's id alone."""
    device = rng.choice(DEVICES)
    on_the_way_ms = rng.randint(*_ON_THE_WAY_MS)
    fixed = _fixed(rng, device, title)
    fixed |= {"user_id": viewer_id} if known else {"domain_userid": viewer_id}
    return Visit(
        viewer_id,
        on_the_way_ms,
        fixed,
        [
            _described(
                f"iglu:{_VENDOR}/web_page/jsonschema/1-0-0", {"id": new_uuid(rng)}
            ),
            _described(
                "iglu:com.example/content/jsonschema/1-0-0",
                {"contentId": title.content_id, "title": title.label},
            ),
        ],
    )


def _fixed(rng: Random, device: Device, title: Title) -> Row:
    path = f"/watch/{title.content_id}"
    return {
        "app_id": "video-site",
        "platform": "web",
        "event_format": "jsonschema",
        "event_version": "1-0-0",
        "name_tracker": "sp1",
        "v_tracker": _MADE_BY,
        "v_collector": _MADE_BY,
        "v_etl": _MADE_BY,
        "domain_userid": new_uuid(rng),
        "domain_sessionid": new_uuid(rng),
        "domain_sessionidx": rng.randint(1, 40),
        "network_userid": new_uuid(rng),
        "geo_country": device.country,
        "useragent": device.useragent,
        "br_lang": device.br_lang,
        "os_timezone": device.os_timezone,
        "dvce_screenwidth": device.width,
        "dvce_screenheight": device.height,
        "page_url": f"https://video.example.com{path}",
        "page_urlscheme": "https",
        "page_urlhost": "video.example.com",
        "page_urlport": 443,
        "page_urlpath": path,
        "derived_contexts": _described(
            _CONTEXTS, [_described(_YAUAA, {"deviceClass": device.device_class})]
        ),
    }


def row_of(event: MediaEvent | PageView, visit: Visit) -> Row:
    """Return an event as it comes out of enrich."""
    arrival = event.time + visit.on_the_way_ms
    row = visit.fixed | {
        "event_id": event.event_id,
        "etl_tstamp": arrival,
        "collector_tstamp": arrival,
        "dvce_created_tstamp": event.time,
        "dvce_sent_tstamp": arrival,
        "derived_tstamp": event.time,
        "event_name": str(event.name),
    }
    if isinstance(event, PageView):
        row |= {"event": "page_view", "event_vendor": _VENDOR}
        row["contexts"] = {"schema": _CONTEXTS, "data": visit.entities}
        return row
    data = {} if event.data is None else entity_fields(event.data)
    event_schema = f"iglu:{_MEDIA}/{event.name}/jsonschema/1-0-0"
    row |= {"event": "unstruct", "event_vendor": _MEDIA}
    row["unstruct_event"] = _described(_UNSTRUCT, _described(event_schema, data))
    row["contexts"] = _described(_CONTEXTS, _media_entities(event) + visit.entities)
    return row


def _media_entities(event: MediaEvent) -> list[dict[str, Any]]:
    return [
        _described(schema, entity_fields(entity))
        for name, schema in _ENTITIES
        if (entity := getattr(event, name)) is not None
    ]


def _described(schema: str, data: dict[str, Any] | list[Any]) -> dict[str, Any]:
    return {"schema": schema, "data": data}
