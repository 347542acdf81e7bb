"""What makes a value trustworthy, and what becomes of one that is not.

A field is of a `Kind`. The strict half is an annotation that msgspec checks in C while
it decodes; nearly every message passes. What fails is read again by the lenient half,
which knows what trackers and scripts really send:

- numbers as text (`"12.5"`), text as numbers (`288`), flags as `1`, `"true"`;
- `""` and `null` for what is absent;
- numbers that no player can mean (not finite, negative, epoch-sized): the field is
  unknown, and the event still counts;
- anything else, such as a list where a number must be: the message is refused.
"""

import math
import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

import msgspec

from dataflows.playback.bounds import (
    MAX_ID_CHARS,
    MAX_TEXT_CHARS,
    Bitrate,
    Count,
    Id,
    Percent,
    Progress,
    Quantity,
    Rate,
    Text,
)

__all__ = [
    "BITRATE",
    "COUNT",
    "FLAG",
    "ID",
    "NAME",
    "PERCENT",
    "PROGRESS",
    "QUANTITY",
    "RATE",
    "TEXT",
    "Kind",
    "NotOfKindError",
]

_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?", re.ASCII)
_UNKNOWN: Final = frozenset({"NaN", "Infinity", "-Infinity"})
_A_NUMBER: Final = "a number"
_FLAGS: Final[Mapping[object, bool]] = {
    1: True,
    "1": True,
    "true": True,
    0: False,
    "0": False,
    "false": False,
}


class NotOfKindError(ValueError):
    """A value can't be of a kind, however it is read."""


class Kind(msgspec.Struct, frozen=True):
    """A kind of value: strict annotation, lenient reading, and the rule in words.

    `lenient` returns `None` for what is absent or unknown, and raises `NotOfKindError`
    for what can't be of this kind.
    """

    strict: Any
    lenient: Callable[[object], object]
    rule: str


def _number(value: object) -> float | None:
    if isinstance(value, str):
        if not value or value in _UNKNOWN:
            return None
        if not _NUMBER.fullmatch(value):
            raise NotOfKindError
        return float(value)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise NotOfKindError
    return value


def _number_in(
    value: object, *, most: float = math.inf, below: float = math.inf
) -> float | None:
    number = _number(value)
    if number is None or not 0 <= number <= most or number >= below:
        return None
    return float(number)


def _integer_in(value: object, *, most: int) -> int | None:
    number = _number(value)
    if number is None or not 0 <= number <= most or number != int(number):
        return None
    return int(number)


def _flag(value: object) -> bool | None:
    if value is None or value == "":
        return None
    if not isinstance(value, str | int | float) or value not in _FLAGS:
        raise NotOfKindError
    return _FLAGS[value]


def _text(value: object) -> str | None:
    """Return text as it is, a number as text, and `None` for what is absent."""
    if isinstance(value, str):
        return value or None
    number = _number(value)
    if number is None or not math.isfinite(number):
        return None
    return str(int(number) if number == int(number) else number)


def _label(value: object) -> str | None:
    text = _text(value)
    if text is None:
        return None
    # Half of an emoji is what a site leaves that cuts its titles to a length.
    return (
        text[:MAX_TEXT_CHARS]
        .encode("utf-16", "surrogatepass")
        .decode("utf-16", "replace")
    )


def _name(value: object) -> str | None:
    text = _text(value)
    if text is not None:
        try:
            text.encode()
        except UnicodeEncodeError:  # a lone surrogate
            raise NotOfKindError from None
    return text


def _id(value: object) -> str | None:
    name = _name(value)
    if name is not None and len(name) > MAX_ID_CHARS:
        raise NotOfKindError
    return name


QUANTITY: Final = Kind(Quantity, partial(_number_in, below=1e8), _A_NUMBER)
"""Seconds and the like; 1e8 of them is three years, and rather a point in time."""
RATE: Final = Kind(Rate, partial(_number_in, most=16), _A_NUMBER)
"""A playback rate."""
PROGRESS: Final = Kind(Progress, partial(_number_in, most=100), _A_NUMBER)
"""Percent of a video or an ad."""
PERCENT: Final = Kind(Percent, partial(_integer_in, most=100), _A_NUMBER)
"""A volume."""
COUNT: Final = Kind(Count, partial(_integer_in, most=1_000_000), _A_NUMBER)
"""Ads, clicks, positions in a pod."""
BITRATE: Final = Kind(Bitrate, partial(_integer_in, most=10**12), _A_NUMBER)
"""Bits a second."""
FLAG: Final = Kind(bool, _flag, "true or false")
"""Yes or no."""
TEXT: Final = Kind(Text, _label, "text")
"""What a person reads; cut where too long, a lone surrogate replaced."""
ID: Final = Kind(Id, _id, f"text of at most {MAX_ID_CHARS} characters of UTF-8")
"""What tells one thing from another."""
NAME: Final = Kind(str, _name, "text that UTF-8 can encode")
"""A name or an id whose length is judged elsewhere."""
