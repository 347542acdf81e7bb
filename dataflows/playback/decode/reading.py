"""The whole of decoding: a message's shape, and what it says.

Nearly every message is one of a stream in one shape, and as it should be. So the shape
of the message before is tried first, by a reading that tells the shape and the event in
one go; what it leaves is looked at twice, for its shape and then for what it says.
"""

from collections.abc import Callable
from typing import Final

from dataflows.playback.decode.enriched_json import (
    decode_enriched_json,
    decode_plainly_enriched_json,
)
from dataflows.playback.decode.enriched_tsv import decode_enriched_tsv, decode_plain_tsv
from dataflows.playback.decode.flat import decode_flat, decode_plainly_flat
from dataflows.playback.decode.refusals import UnusableError, refuse
from dataflows.playback.decode.shapes import MAX_MESSAGE_BYTES, Shape, shape_of
from dataflows.playback.errors import DeadLetterReason, Rejected, Skipped
from dataflows.playback.events import MediaEvent

__all__ = ["decode", "decode_as"]

_FLAT: Final = Shape.FLAT_JSON
_TSV: Final = Shape.ENRICHED_TSV
_JSON: Final = Shape.ENRICHED_JSON


def _refuse_unknown(message: bytes) -> MediaEvent | Skipped:
    if len(message) > MAX_MESSAGE_BYTES:
        must = f"a message must be at most {MAX_MESSAGE_BYTES} bytes"
        raise refuse(DeadLetterReason.OVERSIZED, must, len(message))
    must = "a message must be a JSON object or tab-separated"
    raise refuse(DeadLetterReason.UNPARSABLE, must, message[:100])


_DECODERS: Final[dict[Shape, Callable[[bytes], MediaEvent | Skipped]]] = {
    Shape.FLAT_JSON: decode_flat,
    Shape.ENRICHED_TSV: decode_enriched_tsv,
    Shape.ENRICHED_JSON: decode_enriched_json,
    Shape.UNKNOWN: _refuse_unknown,
}


def decode(
    message: bytes, shape: Shape | None = None
) -> MediaEvent | Skipped | Rejected:
    """Read one message of `snowplow-enriched-good`, whatever its bytes.

    Args:
        message: as it came.
        shape: what `shape_of` says of it, if that was asked already.

    Returns:
        The event; `Skipped` for one that says nothing of playback; `Rejected`, with the
        reason, for one that can't be used.

    """
    try:
        return _DECODERS[shape or shape_of(message)](message)
    except UnusableError as ex:
        return ex.rejected


def decode_as(
    likely: Shape, message: bytes
) -> tuple[Shape, MediaEvent | Skipped | Rejected]:
    """Read one message that may well be of the `likely` shape.

    Returns:
        Its shape, and what `decode` returns.

    """
    try:
        event = _at_once(likely, message)
    except UnusableError as ex:
        return likely, ex.rejected
    if event is not None:
        return likely, event
    shape = shape_of(message)
    return shape, decode(message, shape)


def _at_once(likely: Shape, message: bytes) -> MediaEvent | Skipped | None:
    if len(message) > MAX_MESSAGE_BYTES:
        return None
    if likely is _FLAT:
        return decode_plainly_flat(message)
    if likely is _TSV:
        return decode_plain_tsv(message)
    if likely is _JSON:
        return decode_plainly_enriched_json(message)
    return None
