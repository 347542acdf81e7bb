"""Entities: JSON objects of the media schemas, read into the Structs of `events`.

Each is decoded into a twin of its Struct that carries the strict annotations of
`values`; only an object that fails there is read leniently, field by field.
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
    "read_data",
]

_T = TypeVar("_T", bound=msgspec.Struct)

NOTHING: Final = msgspec.Raw(b"null")
"""Stands, by identity, for an object that a message does not hold."""

_BY_TYPE: Final = {float: QUANTITY, int: COUNT, bool: FLAG, str: TEXT}


class Entity(Generic[_T]):
    """How to read one Struct of `events`.

    `kinds` are of the fields whose type says too little; `strict` is the twin. An
    entity without the field that its schema requires (an ad without its id) is as good
    as absent.
    """

    def __init__(self, struct: type[_T], name: str, **kinds: Kind) -> None:
        self.name = name
        self._struct = struct
        fields = msgspec.structs.fields(struct)
        self._fields = [
            (field.encode_name, kinds.get(field.name) or _kind_of(field.type))
            for field in fields
        ]
        self._defaults = [None if field.required else field.default for field in fields]
        self._required = fields[0].required
        self.strict: Any = msgspec.defstruct(
            f"_Strict{struct.__name__}",
            [
                (field.encode_name, _strict(kind, default), default)
                for field, (_, kind), default in zip(
                    fields, self._fields, self._defaults, strict=True
                )
            ],
            gc=False,
        )
        self._decoder = msgspec.json.Decoder(self.strict | None)
        twins = GenericAlias(list, (self.strict,))
        self._list_decoder = msgspec.json.Decoder(cast("Any", twins | None))

    def build(self, strict: Any) -> _T | None:  # noqa: ANN401, made above
        """Return what the decoded twin `strict` says."""
        values: tuple[Any, ...] = _astuple(strict)
        if self._required and values[0] is None:
            return None
        return self._struct(*values)

    def build_first(self, stricts: Any) -> _T | None:  # noqa: ANN401, or nothing
        """Return what the first of a list of decoded twins says."""
        return self.build(stricts[0]) if stricts else None

    def read(self, raw: object) -> _T | None:
        """Read one object: `msgspec.Raw`, or what the lenient parser made of it.

        Raises:
            UnusableError: a field holds what can't be of its kind.

        """
        if isinstance(raw, msgspec.Raw):
            try:
                twin = self._decoder.decode(raw)
            except UNREADABLE:
                raw = parse_leniently(bytes(raw), self.name)
            else:
                return None if twin is None else self.build(twin)
        return self._read_leniently(raw)

    def read_first(self, raw: object) -> _T | None:
        """Read the first object of a list, which is how enriched JSON holds entities.

        Raises:
            UnusableError: a field holds what can't be of its kind.

        """
        if isinstance(raw, msgspec.Raw):
            try:
                twins = self._list_decoder.decode(raw)
            except UNREADABLE:
                raw = parse_leniently(bytes(raw), self.name)
            else:
                return self.build_first(twins)
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
        return self._struct(
            *[
                default if found is None else found
                for found, default in zip(tidied, self._defaults, strict=True)
            ]
        )


_astuple: Final = msgspec.structs.astuple


def _kind_of(annotation: Any) -> Kind:  # noqa: ANN401, a type or a union of types
    plain = next(iter(get_args(annotation)), annotation)
    return _BY_TYPE[plain]


def _strict(kind: Kind, default: object) -> Any:  # noqa: ANN401, an annotation
    return kind.strict if default is not None else kind.strict | None


PLAYER: Final = Entity(MediaPlayer, "media_player", playback_rate=RATE, volume=PERCENT)
SESSION: Final = Entity(
    MediaSession, "session", media_session_id=ID, avg_playback_rate=RATE
)
AD: Final = Entity(Ad, "ad", ad_id=ID)
AD_BREAK: Final = Entity(AdBreak, "ad_break", break_id=ID)
DATA: Final = Entity(
    EventData,
    "data",
    percent_progress=PROGRESS,
    previous_rate=RATE,
    new_rate=RATE,
    previous_volume=PERCENT,
    new_volume=PERCENT,
    bitrate=BITRATE,
)

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
