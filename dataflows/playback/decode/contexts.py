"""Columns of contexts: the entities in them, told by their schemas.

msgspec can pick the Struct of an object by the schema that it names, and so read a
column in one go, but has to know every schema beforehand. Nobody does: who runs a
pipeline adds entities of their own, and versions grow. So they are learned: a column
with a new one is read in two goes, and from then on the schema is known.
"""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache, reduce
from operator import or_
from types import GenericAlias
from typing import Any, Final

import msgspec

from dataflows.playback.decode.dimensions import CONTEXTS
from dataflows.playback.decode.entities import AD, AD_BREAK, PLAYER, SESSION, Entity
from dataflows.playback.decode.identity import MEDIA_VENDOR
from dataflows.playback.decode.leniency import UNREADABLE
from dataflows.playback.memo import memorize

__all__ = ["ENTITIES", "LearnedContexts", "entity_of"]

_SCHEMA: Final = re.compile(r"iglu:([^/]+/[^/]+)/jsonschema/(\d+)-\d+-\d+", re.ASCII)
_BY_NAME: Final[dict[str, Entity[Any]]] = {
    "com.snowplowanalytics.snowplow/media_player/2": PLAYER,
    f"{MEDIA_VENDOR}/player/1": PLAYER,  # trackers 3.12 to 3.13.1
    f"{MEDIA_VENDOR}/session/1": SESSION,
    f"{MEDIA_VENDOR}/ad/1": AD,
    f"{MEDIA_VENDOR}/ad_break/1": AD_BREAK,
    **CONTEXTS,
}
_CURRENT: Final = (
    "iglu:com.snowplowanalytics.snowplow/media_player/jsonschema/2-0-0",
    f"iglu:{MEDIA_VENDOR}/session/jsonschema/1-0-0",
)

ENTITIES: Final[list[Entity[Any]]] = [PLAYER, SESSION, AD, AD_BREAK, *CONTEXTS.values()]
"""The entities that are read; of a dimension's, in the order of `CONTEXTS`."""

_ENTITY_COUNT: Final = len(ENTITIES)
_IGNORED: Final = -1
# Whoever makes up a new schema for every event must not fill the memory.
_MOST_SCHEMAS: Final = 64
_MOST_KEPT: Final = 1_024
_MOST_KEPT_BYTES: Final = 4_096


@lru_cache(maxsize=1024)
def entity_of(schema: str) -> Entity[Any] | None:
    """Return who reads the data of a schema, of any version with the same major."""
    match = _SCHEMA.fullmatch(schema)
    return match and _BY_NAME.get(f"{match[1]}/{match[2]}")


class LearnedContexts:
    """Reads columns of which it knows all schemas."""

    def __init__(self) -> None:
        self._structs: dict[str, type] = {}
        self._places: dict[type, int] = {}
        self._decode: Callable[[bytes], Any]
        self._read: dict[bytes, list[Any]] = {}
        self.learn(_CURRENT)

    def learn(self, schemas: Iterable[str]) -> None:
        """Know these from now on, as far as there is room."""
        new = [s for s in dict.fromkeys(schemas) if s not in self._structs]
        new = new[: _MOST_SCHEMAS - len(self._structs)]
        if not new:
            return
        for schema in new:
            entity = entity_of(schema)
            struct = _tagged(schema, entity)
            self._structs[schema] = struct
            self._places[struct] = (
                _IGNORED if entity is None else ENTITIES.index(entity)
            )
        any_of_them = GenericAlias(list, (reduce(or_, self._structs.values()),))
        column = msgspec.defstruct("StrictContexts", [("data", any_of_them)], gc=False)
        self._decode = msgspec.json.Decoder(column).decode

    def read_again(self, column: bytes) -> list[Any] | None:
        """Return what `read` does of a column that may well have been read before."""
        found = self._read.get(column)
        if found is None:
            found = self.read(column)
            if found is not None and len(column) <= _MOST_KEPT_BYTES:
                memorize(self._read, column, found, _MOST_KEPT)
        return found

    def read(self, column: bytes) -> list[Any] | None:
        """Return, for each of `ENTITIES`, the first of its objects.

        Its `data` is the entity. `None` is an entity that is not there, and a column
        that needs a closer look.
        """
        found: list[Any] = [None] * _ENTITY_COUNT
        if not column:
            return found
        try:
            objects: list[Any] = self._decode(column).data
        except UNREADABLE:
            return None
        for described in objects:
            place = self._places[type(described)]
            if place != _IGNORED and found[place] is None:
                found[place] = described
        return found


def _tagged(schema: str, entity: Entity[Any] | None) -> type:
    """Return the Struct of an object with this schema; of most, nothing is read."""
    fields = [] if entity is None else [("data", entity.struct | None)]
    return msgspec.defstruct(
        "Described", fields, tag_field="schema", tag=schema, gc=False
    )
