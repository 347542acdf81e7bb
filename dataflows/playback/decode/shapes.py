"""The shapes that a message comes in, told apart by content."""

import re
from enum import StrEnum, unique
from typing import Final

import msgspec

from dataflows.playback.decode.leniency import UNREADABLE, parse_object
from dataflows.playback.decode.refusals import UnusableError

__all__ = ["MAX_MESSAGE_BYTES", "Shape", "shape_of"]

MAX_MESSAGE_BYTES: Final = 1_048_576
"""A Snowplow collector takes no more; what is longer is not looked into."""

_OBJECT: Final = re.compile(rb"[ \t\r\n]*\{")
_WHITESPACE: Final = frozenset({b" ", b"\t", b"\r", b"\n"})
_ABSENT: Final = msgspec.Raw()


@unique
class Shape(StrEnum):
    """How a message is written."""

    FLAT_JSON = "flat_json"
    """As the original accelerator's script writes it."""
    ENRICHED_TSV = "enriched_tsv"
    """Snowbridge's untransformed output."""
    ENRICHED_JSON = "enriched_json"
    """The output of Snowbridge's `spEnrichedToJson`."""
    UNKNOWN = "unknown"
    """None of these, or too long to be looked into."""


class _Keys(msgspec.Struct, gc=False):
    """The keys that tell flat JSON (which has the first) from enriched (the others)."""

    viewer_id: msgspec.Raw = _ABSENT
    event_vendor: msgspec.Raw = _ABSENT
    contexts_com_snowplowanalytics_snowplow_media_player_2: msgspec.Raw = _ABSENT
    contexts_com_snowplowanalytics_snowplow_media_session_1: msgspec.Raw = _ABSENT


_keys_decoder: Final = msgspec.json.Decoder(_Keys)


def shape_of(message: bytes) -> Shape:
    """Tell the shape of a message; flat JSON has a `viewer_id`, which Snowplow has not.

    It does not tell whether the message can be used.
    """
    if len(message) > MAX_MESSAGE_BYTES:
        return Shape.UNKNOWN
    first = message[:1]
    if first == b"{" or (first in _WHITESPACE and _OBJECT.match(message)):
        return _shape_of_object(message)
    return Shape.ENRICHED_TSV if b"\t" in message else Shape.UNKNOWN


def _shape_of_object(message: bytes) -> Shape:
    try:
        keys = _keys_decoder.decode(message)
    except UNREADABLE:
        return _shape_of_odd_object(message)
    is_flat = (
        keys.viewer_id is not _ABSENT
        and keys.event_vendor is _ABSENT
        and keys.contexts_com_snowplowanalytics_snowplow_media_player_2 is _ABSENT
        and keys.contexts_com_snowplowanalytics_snowplow_media_session_1 is _ABSENT
    )
    return Shape.FLAT_JSON if is_flat else Shape.ENRICHED_JSON


def _shape_of_odd_object(message: bytes) -> Shape:
    try:
        found = parse_object(message)
    except UnusableError:
        return Shape.UNKNOWN
    first, *others = _Keys.__struct_fields__
    is_flat = first in found and not any(key in found for key in others)
    return Shape.FLAT_JSON if is_flat else Shape.ENRICHED_JSON
