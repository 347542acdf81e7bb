"""Entities: JSON objects of the media schemas, read into the Structs of `events`.

msgspec checks what they say of their fields while it decodes; only an object that fails
there is read leniently, field by field.
"""

from types import GenericAlias
from typing import Any, Final, Generic, TypeVar, cast, get_args

import msgspec

from dataflows.playback.decode.leniency import UNREADABLE, parse_leniently, tidy
from dataflows.playback.decode.refusals import refuse
from dataflows.playback.decode.values import (
    BITRATE,
    COUNT,
    FLAG,
    ID,
    PERCENT,
    PROGRESS,
    QUANTITY,
    RATE,
    TEXT,
    Kind,
)
from dataflows.playback.errors import DeadLetterReason
from dataflows.playback.events import (
    Ad,
    AdBreak,
    EventData,
    EventName,
    MediaPlayer,
    MediaSession,
)

__all__ = [
    "AD",
    "AD_BREAK",
    "DATA",
    "DATA_EVENTS",
    "NOTHING",
    "PLAYER",
    "SESSION",
    "Entity",
    "data_or_none",
    "first_of",
    "read_data",
]

_T = TypeVar("_T", bound=msgspec.Struct)

NOTHING: Final = msgspec.Raw(b"null")
"""Stands, by identity, for an object that a message does not hold."""

_KINDS: Final[dict[Any, Kind]] = {
    kind.strict: kind
    for kind in (QUANTITY, RATE, PROGRESS, PERCENT, COUNT, BITRATE, FLAG, TEXT, ID)
}


class Entity(Generic[_T]):
    """How to read one Struct of `events`.

    An entity without the field that its schema requires (an ad without its id) is as
    good as absent; none is ever decoded, for msgspec refuses it.
    """

    def __init__(self, struct: type[_T], name: str) -> None:
        self.name = name
        self.struct = struct
        fields = msgspec.structs.fields(struct)
        self._fields = [(field.encode_name, _kind_of(field.type)) for field in fields]
        self._defaults = [None if field.required else field.default for field in fields]
        self._required = fields[0].required
        self._decoder = msgspec.json.Decoder(cast("Any", struct | None))
        structs = GenericAlias(list, (struct,))
        self._list_decoder = msgspec.json.Decoder(cast("Any", structs | None))

    def read(self, raw: object) -> _T | None:
        """Read one object: `msgspec.Raw`, or what the lenient parser made of it.

        Raises:
            UnusableError: a field holds what can't be of its kind.

        """
        if isinstance(raw, msgspec.Raw):
            try:
                found: _T | None = self._decoder.decode(raw)
            except UNREADABLE:
                raw = parse_leniently(bytes(raw), self.name)
            else:
                return found
        return self._read_leniently(raw)

    def read_first(self, raw: object) -> _T | None:
        """Read the first object of a list, which is how enriched JSON holds entities.

        Raises:
            UnusableError: a field holds what can't be of its kind.

        """
        if isinstance(raw, msgspec.Raw):
            try:
                first: _T | None = first_of(self._list_decoder.decode(raw))
            except UNREADABLE:
                raw = parse_leniently(bytes(raw), self.name)
            else:
                return first
        if isinstance(raw, list):
            raw = raw[0] if raw else None
        return self._read_leniently(raw)

    def _read_leniently(self, value: object) -> _T | None:
        if value is None or value == "":
            return None
        if not isinstance(value, dict):
            must = f"`{self.name}` must be an object"
            raise refuse(DeadLetterReason.BAD_VALUE, must, value)
        tidied = [
            tidy(value.get(key), kind, f"{self.name}.{key}")
            for key, kind in self._fields
        ]
        if self._required and tidied[0] is None:
            return None
        return self.struct(
            *[
                default if found is None else found
                for found, default in zip(tidied, self._defaults, strict=True)
            ]
        )


def first_of(entities: Any) -> Any:  # noqa: ANN401, a list of one kind, or nothing
    """Return the first of what enriched JSON has of an entity; `None` if nothing."""
    return entities[0] if entities else None


def _kind_of(annotation: Any) -> Kind:  # noqa: ANN401, a type or a union of types
    if annotation in _KINDS:
        return _KINDS[annotation]
    return _KINDS[get_args(annotation)[0]]


PLAYER: Final = Entity(MediaPlayer, "media_player")
SESSION: Final = Entity(MediaSession, "session")
AD: Final = Entity(Ad, "ad")
AD_BREAK: Final = Entity(AdBreak, "ad_break")
DATA: Final = Entity(EventData, "data")

DATA_EVENTS: Final = frozenset(
    {
        EventName.AD_QUARTILE,
        EventName.AD_CLICK,
        EventName.AD_SKIP,
        EventName.AD_PAUSE,
        EventName.AD_RESUME,
        EventName.PERCENT_PROGRESS,
        EventName.PLAYBACK_RATE_CHANGE,
        EventName.VOLUME_CHANGE,
        EventName.FULLSCREEN_CHANGE,
        EventName.PICTURE_IN_PICTURE_CHANGE,
        EventName.QUALITY_CHANGE,
        EventName.ERROR,
    }
)
"""Events whose schema has fields of its own; the others' bodies need no look."""

_NO_DATA: Final = EventData()


def read_data(raw: object) -> EventData | None:
    """Read an event's own fields; `None` if it says nothing.

    Raises:
        UnusableError: a field holds what can't be of its kind.

    """
    return data_or_none(DATA.read(raw))


def data_or_none(data: EventData | None) -> EventData | None:
    """Return an event's own fields; `None` where they say nothing."""
    return None if data == _NO_DATA else data
