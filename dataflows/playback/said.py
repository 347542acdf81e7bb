"""What an event says that is seldom news, as bytes; mostly the same as the one before.

Part of it very many viewers have in common: of that there is one object. A recovery
format, which `packing` unpacks.
"""

from typing import Final

import msgspec

from dataflows.playback.events import MediaEvent
from dataflows.playback.memo import memorize
from dataflows.playback.short import short_number, trimmed

__all__ = ["SAID_NOTHING", "pack_common", "pack_said", "shared"]

SAID_NOTHING: Final = b"\x90"
"""What is returned where nothing is said that stays: an empty array."""

_encode: Final = msgspec.msgpack.Encoder().encode
_SHARED: Final[dict[bytes, bytes]] = {}
_MOST_SHARED: Final = 4_096


def pack_common(event: MediaEvent) -> bytes:
    """Return what an event says that very many viewers have in common."""
    levels, dimensions = event.levels, event.dimensions or None
    if levels is None:
        return SAID_NOTHING if dimensions is None else _encode((dimensions,))
    duration = levels.duration
    common = [
        dimensions,
        None if duration is None else short_number(duration),
        levels.livestream,
        levels.label,
        levels.player_type,
        levels.quality,
    ]
    return _encode(trimmed(common))


def pack_said(event: MediaEvent, common: bytes | None) -> bytes:
    """Return what an event says that is seldom news after the one before it.

    Args:
        event: The event.
        common: What `pack_common` returned, where it is not known otherwise.

    """
    session, rate = event.session, event.playback_rate
    media_session_id = None if session is None else session.media_session_id or None
    if media_session_id is None and rate is None and common is None:
        return SAID_NOTHING
    news = None if common is None else msgspec.Raw(common)
    return _encode(trimmed([media_session_id, rate, news]))


def shared(packed: bytes) -> bytes:
    """Return the one copy of what `pack_common` returned."""
    known = _SHARED.get(packed)
    if known is None:
        memorize(_SHARED, packed, packed, _MOST_SHARED)
        return packed
    return known
