"""docs/contracts.md: fields of each topic and table, and a message of a real run."""

import json
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, Final

from dataflows.playback.errors import DeadLetterReason
from dataflows.records import (
    audience_record,
    dead_letter_record,
    history_writes,
    profile_records,
    profile_writes,
)
from sinks.attributes import to_attributes
from sinks.dynamodb import Delete, Put
from tests.docs.docstrings import members_of
from tests.docs.layout import fenced, pretty, table
from tests.docs.recorded import evening
from tests.docs.schemas import CONTRACTS, TABLES, schema

__all__ = ["contract_parts", "examples"]

_RETENTION: Final = timedelta(days=30)
_NESTED: Final = {
    "live-viewer-profiles": ("TrackerTotals",),
    "live-audience": ("EventTally", "AdTally", "QualityTally", "PartitionLag"),
}


def examples() -> dict[str, Any]:
    """Return an example of each contract, as a reader decodes it.

    All but the minute and the dead letter are of the moment that alice paused.
    """
    lived = evening()
    paused = lived.moment("viewer-alice", "pause_event")
    (record,) = profile_records(paused.output)
    letter = dead_letter_record(lived.letters[0])
    return {
        "live-viewer-profiles": _decoded(record.value),
        "live-audience": _decoded(audience_record(lived.second_after(paused)).value),
        "live-audience-minutes": _decoded(audience_record(lived.minutes[0]).value),
        "live-viewer-dead-letters": {n: value.decode() for n, value in letter.headers},
        "viewer_profiles": _item(profile_writes(paused.output, _RETENTION)),
        "video_events": _item(history_writes(paused.output, _RETENTION)),
    }


def contract_parts() -> dict[str, str]:
    """Return the generated parts of docs/contracts.md."""
    parts = {"reasons": _reasons()}
    for name, example in examples().items():
        made = schema(name)
        parts[f"fields of {name}"] = _fields(made, CONTRACTS[name].__name__)
        shown = to_attributes(example) if name in TABLES else example
        parts[f"example of {name}"] = fenced("json", pretty(shown))
        for nested in _NESTED.get(name, ()):
            parts[f"fields of {nested}"] = _fields(made, nested)
    # It is the topic's, with one field more.
    del parts["fields of viewer_profiles"]
    return parts


def _decoded(value: bytes | None) -> Any:
    assert value is not None
    return json.loads(value)


def _item(writes: Iterable[Put | Delete]) -> dict[str, Any]:
    (write,) = writes
    assert isinstance(write, Put)
    return dict(write.item)


def _fields(made: Mapping[str, Any], kind: str) -> str:
    fields = made["$defs"][kind]["properties"]
    rows = ((f"`{n}`", _type(r), r["description"]) for n, r in fields.items())
    return table(("field", "type", "what it is"), rows)


def _type(rule: Mapping[str, Any]) -> str:
    """Return a rule of a schema in words."""
    if "anyOf" in rule:
        kinds = [_type(one) for one in rule["anyOf"] if one.get("type") != "null"]
        return " or ".join(kinds) + ", or null"
    if "$ref" in rule:
        return f"`{rule['$ref'].rpartition('/')[2]}`"
    if rule["type"] == "array":
        return f"array of {_type(rule['items'])}"
    if isinstance(rule.get("additionalProperties"), dict):
        keys = "status" if "propertyNames" in rule else "name"
        return f"{_type(rule['additionalProperties'])} by {keys}"
    return "ISO-8601 UTC" if rule.get("format") == "date-time" else str(rule["type"])


def _reasons() -> str:
    meant = members_of(DeadLetterReason)
    rows = ((f"`{reason.value}`", meant[reason.name]) for reason in DeadLetterReason)
    return table(("reason", "what it means"), rows)
