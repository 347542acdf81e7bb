"""Points in time as text, ISO-8601 in UTC with milliseconds, both ways."""

from datetime import UTC, datetime
from typing import Final

from mypy_extensions import i64

from dataflows.playback.memo import memorize

__all__ = ["history_key", "iso_from_ms", "ms_from_iso", "seconds_from_iso"]

_DAY_MS: Final = 86_400_000
_MINUTE_MS: Final = 60_000
_SECOND_CHARS: Final = len("2026-11-23T05:08:10")
_MINUTES: Final = [f"T{minute // 60:02d}:{minute % 60:02d}:" for minute in range(1440)]
_SECONDS: Final = [f"{second:02d}." for second in range(60)]
_MILLISECONDS: Final = [f"{ms:03d}Z" for ms in range(1000)]

# Most stamps are of a few days; what is read, of the last minutes.
_KEPT_MOST: Final = 16_384
_DATES: Final[dict[int, str]] = {}
_READ: Final[dict[str, int]] = {}


class _LastDay:
    """The day that was asked for last: a stream's stamps are nearly all of one."""

    def __init__(self) -> None:
        self.day: i64 = 0
        self.date = "1970-01-01"


_last: Final = _LastDay()


def iso_from_ms(ms: int) -> str:
    """Return ISO-8601 in UTC with milliseconds, such as `2026-11-23T05:08:10.699Z`."""
    # So typed, for mypyc divides these at once, and others step by step.
    all_ms: i64 = ms
    day = all_ms // _DAY_MS
    if day != _last.day:
        _turn_to(day)
    of_day = all_ms - day * _DAY_MS
    minute = of_day // _MINUTE_MS
    of_minute = of_day - minute * _MINUTE_MS
    second = of_minute // 1000
    minutes, milliseconds = _MINUTES[minute], _MILLISECONDS[of_minute - second * 1000]
    return f"{_last.date}{minutes}{_SECONDS[second]}{milliseconds}"


def _turn_to(day: int) -> None:
    """Make a day the one that was asked for last."""
    date = _DATES.get(day)
    if date is None:
        date = f"{datetime.fromtimestamp(day * 86_400, UTC):%Y-%m-%d}"
        memorize(_DATES, day, date, _KEPT_MOST)
    _last.day, _last.date = day, date


def ms_from_iso(text: str) -> int:
    """Return milliseconds since 1970 of what `iso_from_ms` or `history_key` wrote."""
    return round(datetime.fromisoformat(text.partition("#")[0]).timestamp() * 1000)


def seconds_from_iso(text: str) -> int:
    """Return the whole seconds of `ms_from_iso`."""
    second = text[:_SECOND_CHARS]
    seconds = _READ.get(second)
    if seconds is None:
        seconds = ms_from_iso(text) // 1000
        memorize(_READ, second, seconds, _KEPT_MOST)
    return seconds


def history_key(ms: int, nth: int) -> str:
    """Return the sort key of the `nth` change (from 0) within one millisecond.

    The first is the plain stamp; later ones have `#1`, `#2` behind it, so that none
    overwrites another and a query in key order gives them in their order.
    """
    return f"{iso_from_ms(ms)}#{nth}" if nth else iso_from_ms(ms)
