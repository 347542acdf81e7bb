"""Enriched TSV: Snowbridge's untransformed output, 131 columns with no header.

Columns, of which only those are decoded that are used:
https://github.com/snowplow/snowplow-golang-analytics-sdk/blob/master/analytics/mappings.go
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, Final

import msgspec

from dataflows.playback.decode.dimensions import (
    ATOMIC,
    CONTEXTS,
    Dimensions,
    dimensions,
    readable,
)
from dataflows.playback.decode.entities import (
    AD,
    AD_BREAK,
    DATA_EVENTS,
    PLAYER,
    SESSION,
    Entity,
    read_data,
)
from dataflows.playback.decode.identity import (
    MEDIA_VENDOR,
    event_id_of,
    media_name,
    viewer_of,
)
from dataflows.playback.decode.leniency import UNREADABLE, parse_leniently
from dataflows.playback.decode.refusals import UnusableError, refuse
from dataflows.playback.decode.shapes import (
    DOMAIN_USERID,
    NETWORK_USERID,
    USER_ID,
)
from dataflows.playback.decode.timestamps import event_time_ms
from dataflows.playback.errors import DeadLetterReason, Skipped
from dataflows.playback.events import EventData, EventName, MediaEvent

__all__ = ["COLUMN_COUNT", "decode_enriched_tsv"]

COLUMN_COUNT: Final = 131

_COLLECTOR_TSTAMP: Final = 3
_EVENT_ID: Final = 6
_CONTEXTS: Final = 52
_UNSTRUCT_EVENT: Final = 58
_DERIVED_CONTEXTS: Final = 122
_DERIVED_TSTAMP: Final = 124
_EVENT_VENDOR: Final = 125
_EVENT_NAME: Final = 126

_SCHEMA: Final = re.compile(r"iglu:([^/]+/[^/]+)/jsonschema/(\d+)-\d+-\d+", re.ASCII)
_ENTITIES: Final[dict[tuple[str, str], Entity[Any]]] = {
    ("com.snowplowanalytics.snowplow/media_player", "2"): PLAYER,
    (f"{MEDIA_VENDOR}/player", "1"): PLAYER,  # trackers 3.12 to 3.13.1
    (f"{MEDIA_VENDOR}/session", "1"): SESSION,
    (f"{MEDIA_VENDOR}/ad", "1"): AD,
    (f"{MEDIA_VENDOR}/ad_break", "1"): AD_BREAK,
    **{
        (key.rpartition("/")[0], key.rpartition("/")[2]): found
        for key, found in CONTEXTS.items()
    },
}


class _SelfDescribing(msgspec.Struct, gc=False):
    schema: str
    data: msgspec.Raw


class _Contexts(msgspec.Struct, gc=False):
    data: list[_SelfDescribing]


class _UnstructEvent(msgspec.Struct, gc=False):
    data: _SelfDescribing


_contexts_decoder: Final = msgspec.json.Decoder(_Contexts)
_event_decoder: Final = msgspec.json.Decoder(_UnstructEvent)


def decode_enriched_tsv(message: bytes) -> MediaEvent | Skipped:
    """Read a tab-separated message.

    Raises:
        UnusableError: it can't be used.

    """
    columns = message.split(b"\t")
    if len(columns) != COLUMN_COUNT:
        must = f"a message with tabs must have {COLUMN_COUNT} columns"
        raise refuse(DeadLetterReason.WRONG_COLUMN_COUNT, must, len(columns))
    try:
        name = media_name(
            columns[_EVENT_NAME].decode(), columns[_EVENT_VENDOR].decode()
        )
        return name if isinstance(name, Skipped) else _event(columns, name)
    except UnicodeDecodeError as ex:
        must = "the columns of ids, names and times must be UTF-8"
        raise refuse(DeadLetterReason.BAD_VALUE, must, ex.object) from None


def _event(columns: list[bytes], name: EventName) -> MediaEvent:
    viewer_id = viewer_of(
        columns[USER_ID].decode(),
        columns[DOMAIN_USERID].decode(),
        columns[NETWORK_USERID].decode(),
    )
    event_id = event_id_of(columns[_EVENT_ID].decode())
    time = event_time_ms(
        columns[_DERIVED_TSTAMP].decode(),
        columns[_COLLECTOR_TSTAMP].decode(),
    )
    found = _entities(columns[_CONTEXTS])
    return MediaEvent(
        viewer_id,
        event_id,
        name,
        time,
        PLAYER.read(found[PLAYER]) if PLAYER in found else None,
        SESSION.read(found[SESSION]) if SESSION in found else None,
        AD.read(found[AD]) if AD in found else None,
        AD_BREAK.read(found[AD_BREAK]) if AD_BREAK in found else None,
        _data(columns[_UNSTRUCT_EVENT]) if name in DATA_EVENTS else None,
        _dimensions(columns, found),
    )


def _dimensions(columns: list[bytes], found: dict[Entity[Any], object]) -> Dimensions:
    """Return them; one that is not UTF-8 is no reason to refuse the event."""
    atomic = {row.name: columns[row.column].decode(errors="replace") for row in ATOMIC}
    # What enrichments found out; theirs are no media entities.
    derived = readable(_entities, columns[_DERIVED_CONTEXTS])
    found = found | (derived or {})
    contexts = {
        key: readable(entity.read, found[entity])
        for key, entity in CONTEXTS.items()
        if entity in found
    }
    return dimensions(atomic, contexts)


@lru_cache(maxsize=1024)
def _entity_of(schema: str) -> Entity[Any] | None:
    """Return who reads the data of a schema, of any version with the same major."""
    match = _SCHEMA.fullmatch(schema)
    return match and _ENTITIES.get((match[1], match[2]))


def _entities(column: bytes) -> dict[Entity[Any], object]:
    """Return the first object of each entity in a column of contexts, still unread."""
    found: dict[Entity[Any], object] = {}
    for schema, data in _contexts(column) if column else ():
        entity = _entity_of(schema)
        if entity is not None:
            found.setdefault(entity, data)
    return found


def _contexts(column: bytes) -> Iterable[tuple[str, object]]:
    try:
        contexts = _contexts_decoder.decode(column)
    except UNREADABLE:
        return _contexts_leniently(column)
    return [(entity.schema, entity.data) for entity in contexts.data]


def _contexts_leniently(column: bytes) -> Iterator[tuple[str, object]]:
    match parse_leniently(column, "contexts"):
        case {"data": list(entities)}:
            for entity in entities:
                match entity:
                    case {"schema": str(schema), "data": data}:
                        yield schema, data
        case parsed:
            raise _refuse_column(column="contexts", parsed=parsed)


def _data(column: bytes) -> EventData | None:
    if not column:
        return None
    try:
        raw: object = _event_decoder.decode(column).data.data
    except UNREADABLE:
        match parse_leniently(column, "unstruct_event"):
            case {"data": {"data": raw}}:
                pass
            case parsed:
                raise _refuse_column(column="unstruct_event", parsed=parsed) from None
    return read_data(raw)


def _refuse_column(*, column: str, parsed: object) -> UnusableError:
    must = f"`{column}` must be self-describing JSON"
    return refuse(DeadLetterReason.BAD_VALUE, must, parsed)
