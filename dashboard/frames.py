"""Which statuses are shown in which order, and seconds as a clock."""

import math
from typing import Final

from dashboard.theme import LOOKS, UNKNOWN
from dataflows.playback.profile import PlaybackStatus

__all__ = ["AUDIENCE_STATUSES", "clock_text"]

AUDIENCE_STATUSES: Final = tuple(s for s in LOOKS if s is not PlaybackStatus.LEFT)
"""The statuses that an audience record counts, in the order they are shown."""


def clock_text(seconds: float) -> str:
    """Return seconds as `4:07` or `1:04:07`; a moment still to come is `0:00`."""
    if math.isnan(seconds):
        return UNKNOWN
    minutes, rest = divmod(int(max(0.0, seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
