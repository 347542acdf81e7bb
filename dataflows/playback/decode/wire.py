"""What msgspec makes of a message, before anything is judged: Structs, and no rules.

They stand apart from the functions that read them because those are compiled, and what
holds a Struct is not.

A message that is as it should be is decoded once, into a `Strict...` Struct, with the
objects in it. What that can't take is decoded again into `Flat` or `Enriched`, which
leave the objects unread: each is then read by itself, leniently where it must be.
"""

from collections.abc import Callable
from types import GenericAlias
from typing import Annotated, Any, Final, Literal

import msgspec

from dataflows.playback.bounds import MAX_ID_CHARS, Count, Quantity
from dataflows.playback.decode.dimensions import ATOMIC, CONTEXTS, FLAT, context_key
from dataflows.playback.decode.entities import (
    AD,
    AD_BREAK,
    DATA,
    DATA_EVENTS,
    NOTHING,
    PLAYER,
    SESSION,
    Entity,
)
from dataflows.playback.events import EventName

__all__ = [
    "Contexts",
    "Enriched",
    "Flat",
    "Keys",
    "SelfDescribing",
    "StrictEnriched",
    "StrictFlat",
    "UnstructEvent",
    "data_decoder",
]

_SNOWPLOW: Final = "com_snowplowanalytics_snowplow"


def _context(name: str) -> str:
    return f"contexts_{_SNOWPLOW}_media_{name}"


def _data_key(name: str) -> str:
    return f"unstruct_event_{_SNOWPLOW}_media_{name}_1"


class Keys(msgspec.Struct, gc=False):
    """The keys that tell flat JSON (which has the first) from enriched (the others)."""

    viewer_id: str | msgspec.UnsetType | None = msgspec.UNSET
    event_vendor: msgspec.Raw = NOTHING
    contexts_com_snowplowanalytics_snowplow_media_player_2: msgspec.Raw = NOTHING
    contexts_com_snowplowanalytics_snowplow_media_session_1: msgspec.Raw = NOTHING
    user_id: str | None = None
    domain_userid: str | None = None
    network_userid: str | None = None


class _FlatFields(msgspec.Struct, gc=False):
    """What is no object; `""` is a type because old trackers send it all the time."""

    collector_tstamp: str | int | None = None
    event_id: str | None = None
    event_name: str | None = None
    viewer_id: str | None = None
    ads_clicked: Count | Literal[""] | None = msgspec.field(
        default=None, name="adsClicked"
    )
    ads_skipped: Count | Literal[""] | None = msgspec.field(
        default=None, name="adsSkipped"
    )
    ad_id: (
        Annotated[str, msgspec.Meta(max_length=MAX_ID_CHARS)]
        | Annotated[int, msgspec.Meta(ge=0, le=10**18)]
        | None
    ) = msgspec.field(default=None, name="adId")
    video_ts: Quantity | None = None
    derived_tstamp: str | int | None = None


class Flat(_FlatFields, gc=False):
    """The flat shape, its objects unread."""

    player: msgspec.Raw = NOTHING
    session: msgspec.Raw = NOTHING
    ad: msgspec.Raw = NOTHING
    ad_break: msgspec.Raw = NOTHING
    data: msgspec.Raw = NOTHING
    dimensions: msgspec.Raw = NOTHING


_OBJECTS: Final[dict[str, Entity[Any]]] = {
    "player": PLAYER,
    "session": SESSION,
    "ad": AD,
    "ad_break": AD_BREAK,
    "data": DATA,
    "dimensions": FLAT,
}


def _strict_list(entity: Entity[Any]) -> Any:  # noqa: ANN401, an annotation
    return GenericAlias(list, (entity.struct,)) | msgspec.UnsetType | None


# The keys of the other shape come last: a message has none of them.
StrictFlat: Final = msgspec.defstruct(
    "StrictFlat",
    [
        *((name, read.struct | None, None) for name, read in _OBJECTS.items()),
        *((key, msgspec.Raw, NOTHING) for key in Keys.__struct_fields__[1:4]),
    ],
    bases=(_FlatFields,),
    gc=False,
)
"""The flat shape with its objects, and the keys that it can't have."""


class _AtomicFields(msgspec.Struct, gc=False):
    event_vendor: str | None = None
    event_name: str | None = None
    event_id: str | None = None
    user_id: str | None = None
    domain_userid: str | None = None
    network_userid: str | None = None
    collector_tstamp: str | int | None = None
    derived_tstamp: str | int | None = None


# Entity media_player of vendor snowplow, and player of vendor snowplow.media that
# trackers 3.12 to 3.13.1 sent, have keys that differ in the major alone.
_MEDIA: Final[dict[str, tuple[Entity[Any], str]]] = {
    "player": (PLAYER, _context("player_2")),
    "old_player": (PLAYER, _context("player_1")),
    "session": (SESSION, _context("session_1")),
    "ad": (AD, _context("ad_1")),
    "ad_break": (AD_BREAK, _context("ad_break_1")),
}
_ATOMIC: Final = [(row.name, str | None, None) for row in ATOMIC]


def _keyed(kind: Any, default: object, key: str) -> tuple[Any, Any]:  # noqa: ANN401
    return kind, msgspec.field(default=default, name=key)


Enriched: Final[Any] = msgspec.defstruct(
    "Enriched",
    [
        *(
            (name, *_keyed(msgspec.Raw, NOTHING, key))
            for name, (_, key) in _MEDIA.items()
        ),
        *(
            (str(name), *_keyed(msgspec.Raw, NOTHING, _data_key(name)))
            for name in sorted(DATA_EVENTS)
        ),
        *((context_key(name), msgspec.Raw, NOTHING) for name in CONTEXTS),
        *_ATOMIC,
    ],
    bases=(_AtomicFields,),
    gc=False,
)
"""Enriched JSON, its entities unread, with one more field an event that has data."""

# An event's data is not among them: few events have any, and every field costs time.
StrictEnriched: Final = msgspec.defstruct(
    "StrictEnriched",
    [
        ("viewer_id", msgspec.Raw, NOTHING),
        *(
            (name, *_keyed(_strict_list(entity), msgspec.UNSET, key))
            for name, (entity, key) in _MEDIA.items()
        ),
        *_ATOMIC,
        *(
            (context_key(name), _strict_list(entity), None)
            for name, entity in CONTEXTS.items()
        ),
    ],
    bases=(_AtomicFields,),
    gc=False,
)
"""Enriched JSON with its entities, and the key that flat JSON has."""


def data_decoder(name: EventName) -> Callable[[bytes], Any]:
    """Return what decodes `data` alone, the own fields of such an event."""
    at = _keyed(DATA.struct | None, None, _data_key(name))
    struct = msgspec.defstruct("StrictData", [("data", *at)], gc=False)
    return msgspec.json.Decoder(struct).decode


class SelfDescribing(msgspec.Struct, gc=False):
    """Data and the schema that describes it."""

    schema: str
    data: msgspec.Raw


class Contexts(msgspec.Struct, gc=False):
    """A column of entities."""

    data: list[SelfDescribing]


class UnstructEvent(msgspec.Struct, gc=False):
    """The column of an event's own fields."""

    data: SelfDescribing
