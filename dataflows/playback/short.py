"""Short forms of what is kept very often: ids, numbers and absent members.

They are in the recovery format.
"""

from collections.abc import Collection
from typing import Any, Final

import msgspec

from dataflows.playback.vocabulary import EventName

__all__ = [
    "NAMES",
    "NAME_NUMBERS",
    "UNKNOWN",
    "by_number",
    "full_text",
    "known_or_none",
    "milliseconds",
    "or_unknown",
    "pack_id",
    "pack_short",
    "short_number",
    "short_text",
    "split_items",
    "trimmed",
    "unpack_id",
    "unpack_items",
]

NAMES: Final = tuple(EventName)
"""The names of events by their numbers, which rank them within one millisecond."""


def by_number(names: Collection[EventName]) -> tuple[bool, ...]:
    """Return of each name, by its number, whether it is one of these.

    What is found by a number is found much quicker than by a name.
    """
    return tuple([name in names for name in NAMES])


NAME_NUMBERS: Final = {name: number for number, name in enumerate(NAMES)}

UNKNOWN: Final = -1
"""Stands for a number that is not known, of those that are never negative.

A compiled object holds a number, but only points to one that may be `None`.
"""

_encode: Final = msgspec.msgpack.Encoder().encode
_from_hex: Final = bytes.fromhex
_decode: Final = msgspec.msgpack.Decoder().decode
_split: Final = msgspec.msgpack.Decoder(list[msgspec.Raw]).decode

# Sixteen bytes, in msgpack.
_UUID_HEAD: Final = b"\xc4\x10"
_UUID_CHARS: Final = 36
_UUID_BYTES: Final = 16


def short_text(text: str) -> str | bytes:
    """Return the bytes of a UUID as the trackers write it, and any other text as is."""
    if len(text) != _UUID_CHARS or not _has_dashes(text):
        return text
    try:
        # It takes spaces between the bytes, and a fifth leaves too few of them.
        short = _from_hex(text.replace("-", " "))
    except ValueError:
        return text
    # Capitals would not come back.
    return short if len(short) == _UUID_BYTES and text == text.lower() else text


def _has_dashes(text: str) -> bool:
    return text[8] == "-" and text[13] == "-" and text[18] == "-" and text[23] == "-"


def full_text(short: str | bytes) -> str:
    """Return the text that `short_text` shortened."""
    if isinstance(short, str):
        return short
    d = short.hex()
    return f"{d[:8]}-{d[8:12]}-{d[12:16]}-{d[16:20]}-{d[20:]}"


def short_number(number: float) -> object:
    """Return a number as an integer where it is one; `float` turns it back."""
    # An object, for mypyc would make a float of the integer that a float may be.
    whole = int(number)
    return whole if whole == number else number


def milliseconds(seconds: float) -> float:
    """Return seconds to the millisecond: nothing that is too small for a table."""
    # `round` writes the number as text and reads it again.
    return int(seconds * 1000 + 0.5) / 1000


def or_unknown(number: int | None) -> int:
    """Return a number as it is kept."""
    return UNKNOWN if number is None else number


def known_or_none(number: int) -> int | None:
    """Return a number that was kept; `None` where it is not known."""
    return None if number == UNKNOWN else number


def trimmed(packed: list[Any]) -> list[Any]:
    """Return a list without what is absent at its end."""
    while packed and packed[-1] is None:
        packed.pop()
    return packed


def pack_id(event_id: str) -> bytes:
    """Return an id as bytes, which may be put one behind another."""
    return pack_short(short_text(event_id))


def pack_short(short: str | bytes) -> bytes:
    """Return what `pack_id` does, of an id that `short_text` shortened."""
    return _UUID_HEAD + short if isinstance(short, bytes) else _encode(short)


def unpack_id(packed: bytes) -> str:
    """Return the id that `pack_id` packed."""
    # Only a UUID is kept as bytes, and needs no decoding.
    is_uuid = packed[0] == _UUID_HEAD[0]
    return full_text(packed[len(_UUID_HEAD) :] if is_uuid else _decode(packed))


def unpack_items(packed: bytes, count: int) -> list[Any]:
    """Return so many arrays or ids that were packed one behind another."""
    items: list[Any] = _decode(_heading(count) + packed)
    return items


def split_items(packed: bytes, count: int) -> list[msgspec.Raw]:
    """Return them still packed, each for itself."""
    return _split(_heading(count) + packed)


def _heading(count: int) -> bytes:
    """Return what makes an array of so many items that follow."""
    return b"\xdd" + count.to_bytes(4, "big")
