"""Enriched TSV: Snowbridge's untransformed output, 131 columns with no header.

Columns, of which only those are decoded that are used:
https://github.com/snowplow/snowplow-golang-analytics-sdk/blob/master/analytics/mappings.go
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final

import msgspec

from dataflows.playback.decode.contexts import ENTITIES, LearnedContexts, entity_of
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
    is_object,
)
from dataflows.playback.decode.timestamps import event_time_ms
from dataflows.playback.decode.wire import Contexts, UnstructEvent
from dataflows.playback.errors import DeadLetterReason, Skipped
from dataflows.playback.events import EventData, EventName, MediaEvent

__all__ = ["COLUMN_COUNT", "decode_enriched_tsv", "decode_plain_tsv"]

COLUMN_COUNT: Final = 131

_COLLECTOR_TSTAMP: Final = 3
_EVENT_ID: Final = 6
_CONTEXTS: Final = 52
_UNSTRUCT_EVENT: Final = 58
_DERIVED_CONTEXTS: Final = 122
_DERIVED_TSTAMP: Final = 124
_EVENT_VENDOR: Final = 125
_EVENT_NAME: Final = 126

# The columns from here on are cut off from behind, what lies before them is one piece.
_BEFORE_TAIL: Final = _DERIVED_CONTEXTS - 1

# Where among `ENTITIES` those of dimensions begin.
_FIRST_CONTEXT: Final = len(ENTITIES) - len(CONTEXTS)
_ATOMIC_COLUMNS: Final = [row.column for row in ATOMIC]
_contexts_seen: Final = LearnedContexts()
_decode_contexts: Final = msgspec.json.Decoder(Contexts).decode
_decode_event: Final = msgspec.json.Decoder(UnstructEvent).decode


def decode_plain_tsv(message: bytes) -> MediaEvent | Skipped | None:
    """Read a message of 131 columns, all of it as it should be, in one go.

    Returns:
        What `decode_enriched_tsv` does; `None` where the shape is another or the
        message needs a closer look.

    Raises:
        UnusableError: it is enriched TSV, and can't be used.

    """
    if is_object(message):
        return None
    # Half of the columns need not be cut out, and the longest not be walked through.
    head = message.split(b"\t", _CONTEXTS)
    if len(head) <= _CONTEXTS:
        return None
    contexts, _, rest = head[_CONTEXTS].partition(b"\t")
    tail = rest.rsplit(b"\t", COLUMN_COUNT - _BEFORE_TAIL - 1)
    if _CONTEXTS + tail[0].count(b"\t") + len(tail) + 1 != COLUMN_COUNT:
        return None
    try:
        name = media_name(
            tail[_EVENT_NAME - _BEFORE_TAIL].decode(),
            tail[_EVENT_VENDOR - _BEFORE_TAIL].decode(),
        )
        if isinstance(name, EventName):
            return _plain(head, contexts, tail, name)
    except UnicodeDecodeError:
        return None
    return name


def _plain(
    head: list[bytes], contexts: bytes, tail: list[bytes], name: EventName
) -> MediaEvent | None:
    viewer_id = viewer_of(
        head[USER_ID].decode(),
        head[DOMAIN_USERID].decode(),
        head[NETWORK_USERID].decode(),
    )
    event_id = event_id_of(head[_EVENT_ID].decode())
    time = event_time_ms(
        tail[_DERIVED_TSTAMP - _BEFORE_TAIL].decode(),
        head[_COLLECTOR_TSTAMP].decode(),
    )
    found = _contexts_seen.read(contexts)
    # What enrichments found out is the same for all events of a browser.
    derived = _contexts_seen.read_again(tail[_DERIVED_CONTEXTS - _BEFORE_TAIL])
    if found is None or derived is None:
        return None
    return MediaEvent(
        viewer_id,
        event_id,
        name,
        time,
        _said_by(found[0]),
        _said_by(found[1]),
        _said_by(found[2]),
        _said_by(found[3]),
        _data(_unstruct_event(tail[0])) if name in DATA_EVENTS else None,
        _plain_dimensions(head, found, derived),
    )


def _unstruct_event(middle: bytes) -> bytes:
    """Return the column out of what lies between the contexts and the derived ones."""
    place = _UNSTRUCT_EVENT - _CONTEXTS
    return middle.split(b"\t", place)[place - 1]


def _said_by(described: Any) -> Any:  # noqa: ANN401, an entity, or nothing
    """Return what a self-describing object says."""
    return None if described is None else described.data


def _plain_dimensions(
    head: list[bytes], found: list[Any], derived: list[Any]
) -> Dimensions:
    said: list[Any] = [head[column].decode() for column in _ATOMIC_COLUMNS]
    for place in range(_FIRST_CONTEXT, len(ENTITIES)):
        # What enrichments found out comes first; theirs are no media entities.
        described = found[place] if derived[place] is None else derived[place]
        said.append(_said_by(described))
    return dimensions(said)


def decode_enriched_tsv(message: bytes) -> MediaEvent | Skipped:
    """Read a tab-separated message.

    Raises:
        UnusableError: it can't be used.

    """
    columns = message.split(b"\t")
    if len(columns) != COLUMN_COUNT:
        must = f"a message with tabs must have {COLUMN_COUNT} columns"
        raise refuse(DeadLetterReason.WRONG_COLUMN_COUNT, must, len(columns))
    return _of_columns(columns)


def _of_columns(columns: list[bytes]) -> MediaEvent | Skipped:
    try:
        name = media_name(
            columns[_EVENT_NAME].decode(), columns[_EVENT_VENDOR].decode()
        )
        return _event(columns, name) if isinstance(name, EventName) else name
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
    # What enrichments found out; theirs are no media entities.
    derived = readable(_entities, columns[_DERIVED_CONTEXTS]) or {}
    atomic = [columns[row.column].decode(errors="replace") for row in ATOMIC]
    return dimensions(
        [*atomic, *[_context(entity, derived, found) for entity in CONTEXTS.values()]]
    )


def _context(
    entity: Entity[Any],
    derived: dict[Entity[Any], object],
    found: dict[Entity[Any], object],
) -> object:
    raw = derived[entity] if entity in derived else found.get(entity)
    return None if raw is None else readable(entity.read, raw)


def _entities(column: bytes) -> dict[Entity[Any], object]:
    """Return the first object of each entity in a column of contexts, still unread."""
    found: dict[Entity[Any], object] = {}
    for schema, data in _contexts(column) if column else ():
        entity = entity_of(schema)
        if entity is not None:
            found.setdefault(entity, data)
    return found


def _contexts(column: bytes) -> Iterable[tuple[str, object]]:
    try:
        contexts = _decode_contexts(column)
    except UNREADABLE:
        return _contexts_leniently(column)
    _contexts_seen.learn([entity.schema for entity in contexts.data])
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
        raw: object = _decode_event(column).data.data
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
