"""From bytes to a `MediaEvent`: three shapes of message, one meaning."""

from dataflows.playback.decode.reading import decode, decode_as
from dataflows.playback.decode.shapes import (
    MAX_MESSAGE_BYTES,
    Shape,
    shape_and_viewer,
    shape_of,
)

__all__ = [
    "MAX_MESSAGE_BYTES",
    "Shape",
    "decode",
    "decode_as",
    "shape_and_viewer",
    "shape_of",
]
