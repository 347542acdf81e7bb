"""The way of one event, with what really is at each step of it: alice's pause."""

import json
import re
from dataclasses import fields
from typing import Any, Final

import msgspec

from dataflows.playback.audience import Audience
from dataflows.playback.decode import decode, shape_and_viewer
from dataflows.playback.events import MediaEvent
from dataflows.playback.intake import SHARDS
from dataflows.playback.profile import (
    STATUS_RULES,
    HistoryItem,
    ViewerProfile,
    iso_from_ms,
    profile_json,
)
from stack.collector.enriched import COLUMNS, INDEX, tsv_line
from tests.docs.layout import fenced, pretty
from tests.docs.recorded import TIMING, Moment, evening
from tests.stack.captures import requests_of

__all__ = ["journey_parts"]

_EVENT: Final = ("viewer-alice", "pause_event")
_COLUMNS: Final = (
    "collector_tstamp",
    "event",
    "event_id",
    "user_id",
    "domain_userid",
    "network_userid",
    "dvce_created_tstamp",
    "dvce_sent_tstamp",
    "derived_tstamp",
    "event_vendor",
    "event_name",
)


def journey_parts() -> dict[str, str]:
    """Return the generated parts of docs/how-it-works.md."""
    moment = evening().moment(*_EVENT)
    event = decode(moment.value)
    assert isinstance(event, MediaEvent)
    assert moment.before is not None
    (profile,) = moment.output.profiles
    (item,) = moment.output.history.values()
    assert item is not None
    record = evening().second_after(moment)
    return {
        "diagram": fenced("mermaid", _diagram(moment, event, item, record)),
        "request": fenced("json", pretty(_sent(event.event_id))),
        "enriched": _enriched(moment),
        "message": fenced("json", pretty(_without_the_rest(moment.value))),
        "route": _route(moment),
        "event": fenced("json", pretty(_known(_values(event)))),
        "session": fenced("text", "\n".join(_session(moment.before, profile))),
        "profile": fenced("json", pretty(_difference(moment.before, profile))),
        "item": fenced("json", pretty(_told(item))),
        "audience": fenced("json", pretty(_summed(record))),
    }


def _diagram(
    moment: Moment, event: MediaEvent, item: HistoryItem, record: Audience
) -> str:
    shape, _ = shape_and_viewer(moment.value)
    (profile,) = moment.output.profiles
    who, size = event.viewer_id, len(profile_json(profile))
    paused = record.viewers[item.status]
    before, after = item.previous_status, item.status
    nodes = {
        "page": f"the player's page|e=ue, uid={who}, pause_event",
        "enrich": f"collector, enrich|derived_tstamp {iso_from_ms(event.time)[11:]}",
        "topic": f"Kafka snowplow-enriched-good|{shape}, {len(moment.value):,} bytes",
        "route": f"route|{who} goes to shard {moment.shard} of {SHARDS}",
        "sessions": f"sessions|{before} becomes {after}",
        "profiles": f"Kafka live-viewer-profiles|{who}, {size:,} bytes",
        "items": f"DynamoDB viewer_profiles|version {profile.version}",
        "history": f"DynamoDB video_events|{who}, {item.collector_tstamp[11:]}",
        "audience": f"Kafka live-audience|{after}: {paused} at {record.tstamp[11:19]}",
        "dashboard": f"dashboard|{who} is paused",
    }
    lines = [f'  {n}["{text.replace("|", "<br/>")}"]' for n, text in nodes.items()]
    return "\n".join(["flowchart TD", *lines, *_ARROWS])


_ARROWS: Final = (
    "  page --> enrich --> topic --> route --> sessions",
    "  sessions --> profiles --> dashboard",
    "  sessions --> items",
    "  sessions --> history --> dashboard",
    "  sessions --> audience --> dashboard",
)


def _sent(event_id: str) -> dict[str, Any]:
    """Return what the tracker sent of an event, as it stood in the request."""
    for request in requests_of("main"):
        for sent in msgspec.json.decode(request.body or b"{}").get("data", ()):
            if sent["eid"] == event_id:
                wanted = ("e", "eid", "uid", "duid", "dtm", "stm", "ue_pr")
                return {name: sent[name] for name in wanted if name in sent}
    raise LookupError(event_id)


def _enriched(moment: Moment) -> str:
    columns = tsv_line(moment.row).decode().split("\t")
    filled = sum(1 for text in columns if text)
    lead = f"{filled} of {len(COLUMNS)} columns are filled; these tell who and when:"
    shown = {name: columns[INDEX[name]] for name in _COLUMNS}
    return f"{lead}\n\n{fenced('json', pretty(shown))}"


def _without_the_rest(value: bytes) -> dict[str, Any]:
    """Return what of the message is read; it holds all the other columns, too."""
    read = re.compile(
        r"collector_tstamp|derived_tstamp|event_id|event_name|event_vendor|\w*user_?id"
        r"|contexts_com_snowplowanalytics_snowplow_media_\w+"
    )
    return {n: v for n, v in json.loads(value).items() if read.fullmatch(n)}


def _route(moment: Moment) -> str:
    shape, viewer_id = shape_and_viewer(moment.value)
    return (
        f"Here: `{shape}`, of `{viewer_id}`, whose shard is {moment.shard} of {SHARDS}."
    )


def _values(event: MediaEvent) -> dict[str, Any]:
    return {field.name: getattr(event, field.name) for field in fields(event)}


def _known(values: dict[str, Any]) -> dict[str, Any]:
    """Return values by their names, structs the same way, without what is not known."""
    return {
        name: _known(msgspec.structs.asdict(one))
        if isinstance(one, msgspec.Struct)
        else one
        for name, one in values.items()
        if one is not None
    }


def _told(item: HistoryItem) -> dict[str, Any]:
    """Return an item as it is stored, without what is not known."""
    fields = msgspec.to_builtins(item)
    return {name: value for name, value in fields.items() if value is not None}


def _session(before: ViewerProfile, after: ViewerProfile) -> list[str]:
    return [
        f"status          {before.status} -> {after.status}",
        f"gap             {_gap(before)} -> {_gap(after)}",
        f"time_played     {before.time_played:g} s -> {after.time_played:g} s",
        f"events          {before.events} -> {after.events}",
    ]


def _gap(profile: ViewerProfile) -> str:
    rule = STATUS_RULES[profile.status].gap
    return f"{getattr(TIMING, rule) // 1000} s ({rule})"


def _difference(before: ViewerProfile, after: ViewerProfile) -> dict[str, Any]:
    old, new = msgspec.to_builtins(before), msgspec.to_builtins(after)
    return {name: new[name] for name in new if new[name] != old.get(name)}


def _summed(record: Audience) -> dict[str, Any]:
    told = msgspec.to_builtins(record)
    return {name: told[name] for name in ("tstamp", "viewers", "titles", "watermark")}
