"""From bytes to a `MediaEvent`: three shapes of message, one meaning."""

from collections.abc import Callable
from typing import Final

from dataflows.playback.decode.enriched_json import decode_enriched_json
from dataflows.playback.decode.enriched_tsv import decode_enriched_tsv
from dataflows.playback.decode.flat import decode_flat
from dataflows.playback.decode.refusals import UnusableError, refuse
from dataflows.playback.decode.shapes import (
    MAX_MESSAGE_BYTES,
    Shape,
    shape_and_viewer,
    shape_of,
)
from dataflows.playback.errors import DeadLetterReason, Rejected, Skipped
from dataflows.playback.events import MediaEvent

__all__ = ["MAX_MESSAGE_BYTES", "Shape", "decode", "shape_and_viewer", "shape_of"]


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
