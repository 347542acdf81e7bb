"""The second reading, of messages that msgspec's strict and fast one can't take.

It parses JSON that may hold NaN, infinities, numbers of any size and lone surrogates,
and then tidies field by field, by the kinds of `values`.
"""

import json
from collections.abc import Mapping
from typing import Any, Final, Generic, TypeVar, cast

import msgspec

from dataflows.playback.decode.refusals import refuse
from dataflows.playback.decode.values import Kind, NotOfKindError
from dataflows.playback.errors import DeadLetterReason

__all__ = ["UNREADABLE", "LenientRecord", "parse_leniently", "parse_object", "tidy"]

UNREADABLE: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What msgspec raises where a message needs the second reading."""

# Python refuses to turn more than 4,300 digits into an int, and no id has even 40.
_MAX_DIGITS: Final = 40

_T = TypeVar("_T", bound=msgspec.Struct)


def _whole(digits: str) -> int | float:
    return int(digits) if len(digits) <= _MAX_DIGITS else float(digits)


_parser: Final = json.JSONDecoder(parse_int=_whole)


def parse_leniently(text: bytes, column: str | None = None) -> object:
    """Parse JSON in its widest sense.

    Raises:
        UnusableError: not even that; the reason is `BAD_VALUE` for one `column` of a
            message, and `UNPARSABLE` for a whole message.

    """
    try:
        parsed: object = _parser.decode(text.decode())
    except (ValueError, RecursionError):
        if column is None:
            reason, subject = DeadLetterReason.UNPARSABLE, "a message in braces"
        else:
            reason, subject = DeadLetterReason.BAD_VALUE, f"`{column}`"
        raise refuse(reason, f"{subject} must be JSON", text[:100]) from None
    return parsed


def parse_object(message: bytes) -> dict[str, object]:
    """Parse a message that begins with a brace.

    Raises:
        UnusableError: it isn't JSON in the widest sense.

    """
    return cast("dict[str, object]", parse_leniently(message))


def tidy(value: object, kind: Kind, field: str) -> Any:  # noqa: ANN401, the kind's type
    """Read a value as its kind allows; `None` is what is absent or unknown.

    Raises:
        UnusableError: it can't be of this kind.

    """
    try:
        return kind.lenient(value)
    except NotOfKindError:
        must = f"`{field}` must be {kind.rule}"
        raise refuse(DeadLetterReason.BAD_VALUE, must, value) from None


class LenientRecord(Generic[_T]):
    """How to make a record, by its fields' `kinds`, of a parsed object.

    A field without a kind is taken as it is.
    """

    def __init__(self, struct: type[_T], **kinds: Kind) -> None:
        self._struct = struct
        self._fields = [
            (field.name, field.encode_name, kinds.get(field.name))
            for field in msgspec.structs.fields(struct)
        ]

    def read(self, found: Mapping[str, object]) -> _T:
        """Read the fields that are there.

        Raises:
            UnusableError: a field can't be of its kind.

        """
        values = {}
        for name, key, kind in self._fields:
            value = found.get(key)
            if value is not None:
                values[name] = value if kind is None else tidy(value, kind, key)
        return self._struct(**values)
