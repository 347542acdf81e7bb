"""The contracts as JSON Schemas, made from the code's types, for `docs/schemas/`."""

import inspect
import json
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from dataflows.playback.audience import Audience, AudienceMinute
from dataflows.playback.errors import DeadLetterReason
from dataflows.playback.profile import HistoryItem, PlaybackStatus, ViewerProfile
from tests.docs.meanings import ALIKE, MEANINGS, TSTAMPS
from tests.docs.pages import DOCS

__all__ = [
    "CONTRACTS",
    "FOLDER",
    "TABLES",
    "closed",
    "meaning",
    "schema",
    "schema_text",
]

FOLDER: Final = DOCS / "schemas"

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_TSTAMP: Final = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"
_PATTERNS: Final = {
    # A stamp, and which of its millisecond.
    "HistoryItem.collector_tstamp": _TSTAMP.replace("$", r"(#[1-9]\d*)?$"),
    "ViewerProfile.version": r"^\d{15}-\d{7}-[01]$",
    "DeadLetterHeaders.offset": r"^\d+$",
}
_BY_STATUS: Final = frozenset(
    {"Audience.viewers", "AudienceMinute.peak", "AudienceMinute.mean"}
)


class DeadLetterHeaders(msgspec.Struct):
    """Headers of a record of `live-viewer-dead-letters`; its value is the message."""

    reason: DeadLetterReason
    detail: str
    topic: str
    partition: str
    offset: str


CONTRACTS: Final[Mapping[str, type[msgspec.Struct]]] = {
    "live-viewer-profiles": ViewerProfile,
    "live-audience": Audience,
    "live-audience-minutes": AudienceMinute,
    "live-viewer-dead-letters": DeadLetterHeaders,
    "viewer_profiles": ViewerProfile,
    "video_events": HistoryItem,
}
"""The type of what is on a topic (of dead letters, of the headers) or in a table."""

_STATUSES: Final = {
    "title": "PlaybackStatus",
    "description": "What a viewer is doing.",
    "enum": [status.value for status in PlaybackStatus],
}
TABLES: Final = frozenset({"viewer_profiles", "video_events"})
_EXPIRY: Final = {
    "type": "integer",
    "description": "when DynamoDB may delete the item, seconds since 1970",
}


def meaning(kind: str, field: str) -> str:
    """Return what a field means.

    Raises:
        KeyError: nobody has said so yet; say it in `tests/docs/meanings.py`.

    """
    own = MEANINGS.get(kind, {})
    return own[field] if field in own else MEANINGS[ALIKE[kind]][field]


def schema(contract: str) -> dict[str, Any]:
    """Return the JSON Schema of a contract."""
    kind = CONTRACTS[contract]
    made = msgspec.json.schema(kind)
    for name, definition in made["$defs"].items():
        definition["description"] = _prose(definition.get("description", ""))
        for field, rule in definition.get("properties", {}).items():
            _say(f"{name}.{field}", rule)
            rule["description"] = meaning(name, field)
    if contract in TABLES:
        made["$defs"][kind.__name__]["properties"]["expires_at"] = dict(_EXPIRY)
        made["$defs"][kind.__name__]["required"].append("expires_at")
    if kind is not DeadLetterHeaders:
        made["$defs"]["PlaybackStatus"] = _STATUSES
    return {"$schema": _DIALECT, "title": contract, **made}


def closed(made: dict[str, Any]) -> dict[str, Any]:
    """Return a schema that takes no field which it does not name."""
    definitions = {
        name: rule | ({"additionalProperties": False} if "properties" in rule else {})
        for name, rule in made["$defs"].items()
    }
    return made | {"$defs": definitions}


def schema_text(contract: str) -> str:
    """Return the schema as its file holds it."""
    return json.dumps(schema(contract), indent=2) + "\n"


def _say(name: str, rule: dict[str, Any]) -> None:
    """Add to a field's rule what its type does not tell."""
    pattern = _TSTAMP if name in TSTAMPS else _PATTERNS.get(name)
    text = next((r for r in rule.get("anyOf", []) if r.get("type") == "string"), rule)
    if name in TSTAMPS:
        text["format"] = "date-time"
    if pattern is not None:
        text["pattern"] = pattern
    if name in _BY_STATUS:
        rule["propertyNames"] = {"$ref": "#/$defs/PlaybackStatus"}


def _prose(docstring: str) -> str:
    """Return a docstring as text: JSON's `null` is Python's `None`."""
    return " ".join(inspect.cleandoc(docstring).replace("`None`", "`null`").split())
