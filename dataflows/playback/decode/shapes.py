"""The shapes that a message comes in, told apart by content."""

import re
from enum import StrEnum, unique
from typing import Final

import msgspec

from dataflows.playback.decode.entities import NOTHING
from dataflows.playback.decode.leniency import UNREADABLE, parse_object
from dataflows.playback.decode.refusals import UnusableError
from dataflows.playback.decode.wire import Keys

__all__ = [
    "DOMAIN_USERID",
    "MAX_MESSAGE_BYTES",
    "NETWORK_USERID",
    "USER_ID",
    "Shape",
    "is_object",
    "shape_and_viewer",
    "shape_of",
]

MAX_MESSAGE_BYTES: Final = 1_048_576
"""A Snowplow collector takes no more; what is longer is not looked into."""

_OBJECT: Final = re.compile(rb"[ \t\r\n]*\{")

USER_ID: Final = 12
DOMAIN_USERID: Final = 15
NETWORK_USERID: Final = 17
"""The columns of enriched TSV that name the viewer, first one first."""


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


_MARKS: Final = Keys.__struct_fields__[1:4]
_decode_keys: Final = msgspec.json.Decoder(Keys).decode


def is_object(message: bytes) -> bool:
    """Return whether a message begins as a JSON object does."""
    first = message[:1]
    return first == b"{" or (first <= b" " and _OBJECT.match(message) is not None)


def shape_and_viewer(message: bytes) -> tuple[Shape, str | None]:
    """Tell the shape of a message, and whose it is, with as little work as can be.

    Flat JSON has a `viewer_id`, which Snowplow has not.

    Returns:
        The shape, which does not tell whether the message can be used; and the first
        of its ids that is one: the viewer, where the message can be used. `None` where
        it must be decoded to know.

    """
    if len(message) > MAX_MESSAGE_BYTES:
        return Shape.UNKNOWN, None
    if is_object(message):
        return _of_object(message)
    columns = message.split(b"\t", NETWORK_USERID + 1)
    if len(columns) == 1:
        return Shape.UNKNOWN, None
    return Shape.ENRICHED_TSV, _viewer_of_columns(columns)


def shape_of(message: bytes) -> Shape:
    """Tell the shape of a message alone."""
    return shape_and_viewer(message)[0]


def _viewer_of_columns(columns: list[bytes]) -> str | None:
    if len(columns) <= NETWORK_USERID:
        return None
    viewer = columns[USER_ID] or columns[DOMAIN_USERID] or columns[NETWORK_USERID]
    try:
        return viewer.decode()
    except UnicodeDecodeError:
        return None


def _of_object(message: bytes) -> tuple[Shape, str | None]:
    try:
        keys = _decode_keys(message)
    except UNREADABLE:
        return _shape_of_odd_object(message), None
    if keys.viewer_id is not msgspec.UNSET and (
        keys.event_vendor is NOTHING
        and keys.contexts_com_snowplowanalytics_snowplow_media_player_2 is NOTHING
        and keys.contexts_com_snowplowanalytics_snowplow_media_session_1 is NOTHING
    ):
        return Shape.FLAT_JSON, keys.viewer_id
    viewer = keys.user_id or keys.domain_userid or keys.network_userid
    return Shape.ENRICHED_JSON, viewer


def _shape_of_odd_object(message: bytes) -> Shape:
    try:
        found = parse_object(message)
    except UnusableError:
        return Shape.UNKNOWN
    is_flat = "viewer_id" in found and not any(key in found for key in _MARKS)
    return Shape.FLAT_JSON if is_flat else Shape.ENRICHED_JSON
