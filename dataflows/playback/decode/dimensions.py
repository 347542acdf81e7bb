"""Dimensions: what else an event carries that audiences are broken down by.

A row of `DIMENSIONS` is all that one needs. It names an atomic field of the enriched
event, or a field of an entity:

    "channel": Field("com.acme/content/1", "channel")

In the flat shape all of them are texts in the object `dimensions`, under their names.
What is absent, empty, or no text is not known. The order is part of the recovery
format: add rows at the end.
"""

from collections.abc import Callable
from typing import Any, Final, NamedTuple, TypeVar

import msgspec

from dataflows.playback.bounds import Text
from dataflows.playback.decode.entities import NOTHING, Entity
from dataflows.playback.decode.refusals import UnusableError
from dataflows.playback.memo import memorize

__all__ = [
    "ATOMIC",
    "CONTEXTS",
    "DIMENSIONS",
    "FLAT",
    "Atomic",
    "Dimensions",
    "Field",
    "context_key",
    "dimensions",
    "from_flat",
    "known",
    "readable",
    "text_or_none",
]

_T = TypeVar("_T")

Dimensions = tuple[str | None, ...]
"""Of an event, in the order of `DIMENSIONS`; empty where none is known."""

_MOST_CHARS: Final = 80


class Atomic(NamedTuple):
    """An atomic field of the enriched event, and its column in enriched TSV."""

    name: str
    column: int


class Field(NamedTuple):
    """A field of an entity, which is named by vendor, name and major version."""

    entity: str
    name: str


DIMENSIONS: Final[dict[str, Atomic | Field]] = {
    "device": Field("nl.basjes/yauaa_context/1", "deviceClass"),
    "country": Atomic("geo_country", 18),
}

ATOMIC: Final = tuple(row for row in DIMENSIONS.values() if isinstance(row, Atomic))
"""The atomic fields that are read."""


def text_or_none(value: object) -> object:
    """Return a text; nothing of what is none."""
    return value if isinstance(value, str) else None


def context_key(entity: str) -> str:
    """Return where enriched JSON has the entities of a vendor, name and version."""
    vendor, name, major = entity.split("/")
    return f"contexts_{vendor.replace('.', '_')}_{name}_{major}"


def _texts(name: str, fields: list[str]) -> Entity[Any]:
    """Return how to read an object of which some fields are texts."""
    texts = [(field, Text | None, None) for field in fields]
    return Entity(msgspec.defstruct(name, texts, gc=False), name)


_FIELDS: Final = [row for row in DIMENSIONS.values() if isinstance(row, Field)]

CONTEXTS: Final = {
    entity: _texts(
        entity.split("/")[1], sorted({f.name for f in _FIELDS if f.entity == entity})
    )
    for entity in dict.fromkeys(field.entity for field in _FIELDS)
}
"""How to read the entities, by vendor, name and major version."""

FLAT: Final = _texts("dimensions", list(DIMENSIONS))
"""How to read them in the flat shape."""


_FOUND: Final = [*ATOMIC, *CONTEXTS]
# Of each dimension, where what holds it is in `found`, and its name in there.
_PLACES: Final[list[tuple[int, str | None]]] = [
    (_FOUND.index(row), None)
    if isinstance(row, Atomic)
    else (_FOUND.index(row.entity), row.name)
    for row in DIMENSIONS.values()
]


def dimensions(found: list[Any]) -> Dimensions:
    """Return what an enriched event says.

    Args:
        found: The texts of `ATOMIC`, then the entities of `CONTEXTS` as they were read;
            `None` is what is not there.

    """
    return known(tuple([_text(found[at], name) for at, name in _PLACES]))


def _text(found: Any, name: str | None) -> str | None:  # noqa: ANN401, a text or a Struct
    if found is None or name is None:
        text: str | None = found
    else:
        text = getattr(found, name)
    return text


def from_flat(raw: msgspec.Raw) -> Dimensions:
    """Return what the object of the flat shape says."""
    read = None if raw is NOTHING else readable(FLAT.read, raw)
    return () if read is None else known(msgspec.structs.astuple(read))


def readable(read: Callable[[Any], _T], raw: object) -> _T | None:
    """Return what was read; nothing of what can't be: the event counts all the same."""
    try:
        return read(raw)
    except UnusableError:
        return None


# There are few that differ, and very many viewers who keep one.
_KEPT: Final[dict[Dimensions, Dimensions]] = {}
_MOST_KEPT: Final = 4_096


def known(values: Dimensions) -> Dimensions:
    """Return the values as they are kept, the same object for the same."""
    kept = _KEPT.get(values)
    return _kept_from_now_on(values) if kept is None else kept


def _kept_from_now_on(values: Dimensions) -> Dimensions:
    """Return the values; nothing where none is known."""
    # A stranger's text may be as long as a message.
    cut = tuple([value and value[:_MOST_CHARS] for value in values])
    if cut != values:
        return known(cut)
    kept = tuple([value or None for value in values]) if any(values) else ()
    memorize(_KEPT, values, kept, _MOST_KEPT)
    return kept
