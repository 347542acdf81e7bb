"""The moment at which an event was sent, as part of its id.

So whoever sees the event again, in a profile or an item, knows how old it is. One clock
tells both times, for both are on this machine.
"""

import time
from collections.abc import Iterator
from typing import Final

__all__ = ["age_ms", "now_us", "sent_us", "stamped"]

_HEX_DIGITS: Final = 12
_WRAP: Final = 16**_HEX_DIGITS


def stamped() -> Iterator[int]:
    """Yield serials of events: the microsecond of now, or the next that is free."""
    last = 0
    while True:
        last = max(last + 1, now_us())
        yield last


def sent_us(event_id: str) -> int:
    """Return when an event was sent, in microseconds of the same count as `stamped`."""
    return int(event_id[-_HEX_DIGITS:], 16)


def age_ms(sent: int) -> float:
    """Return how long ago something was sent."""
    return (now_us() - sent) % _WRAP / 1000


def now_us() -> int:
    """Return the microsecond of now in that count."""
    return time.time_ns() // 1000 % _WRAP
