"""The time of day, as the flow counts it: in milliseconds since 1970."""

from collections.abc import Callable
from datetime import UTC, datetime
from time import time_ns

__all__ = ["Clock", "moment", "wall_clock"]

Clock = Callable[[], int]
"""Returns milliseconds since 1970."""


def wall_clock() -> int:
    """Return the time of day in milliseconds since 1970."""
    return time_ns() // 1_000_000


def moment(ms: int) -> datetime:
    """Return a time as Bytewax wants it."""
    return datetime.fromtimestamp(ms / 1000, UTC)
