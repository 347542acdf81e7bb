"""What a value can be that a player reports, as msgspec checks it while it decodes."""

from typing import Annotated, Final

from msgspec import Meta

__all__ = [
    "MAX_ID_CHARS",
    "MAX_TEXT_CHARS",
    "Bitrate",
    "Count",
    "Id",
    "Percent",
    "Progress",
    "Quantity",
    "Rate",
    "Text",
]

MAX_ID_CHARS: Final = 256
"""Of every id in the media schemas; a longer one is refused: a cut id is another id."""
MAX_TEXT_CHARS: Final = 4096
"""The longest text that the media schemas allow; a longer one is cut."""

# Seconds and the like; 1e8 of them is three years, and rather a point in time.
Quantity = Annotated[float, Meta(ge=0, lt=1e8)]
Rate = Annotated[float, Meta(ge=0, le=16)]
Progress = Annotated[float, Meta(ge=0, le=100)]
Percent = Annotated[int, Meta(ge=0, le=100)]
Count = Annotated[int, Meta(ge=0, le=1_000_000)]
Bitrate = Annotated[int, Meta(ge=0, le=10**12)]
Text = Annotated[str, Meta(min_length=1, max_length=MAX_TEXT_CHARS)]
Id = Annotated[str, Meta(min_length=1, max_length=MAX_ID_CHARS)]
