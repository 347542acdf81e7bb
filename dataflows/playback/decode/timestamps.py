"""Points in time: milliseconds since 1970 UTC, out of all that pipelines write.

Snowplow writes `2026-11-23 05:08:10.699` into TSV and `2026-11-23T05:08:10.699Z` into
JSON; the original accelerator's script cuts the trailing zeros of the fraction; others
write offsets, microseconds, or milliseconds since 1970.
"""

import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

from dataflows.playback.decode.refusals import refuse
from dataflows.playback.errors import DeadLetterReason
from dataflows.playback.memo import memorize

__all__ = ["event_time_ms", "timestamp_ms"]

_FIRST_MS: Final = 946_684_800_000  # 2000-01-01: before it there was no such tracker
_END_MS: Final = 253_402_300_800_000  # year 10000: no datetime holds it
_MAX_DIGITS: Final = 15

_MINUTE: Final = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}", re.ASCII)
_REST: Final = re.compile(
    r"(?P<second>:\d{2})(?:\.(?P<fraction>\d{0,9}))?"
    r"(?:Z|(?P<sign>[+-])(?P<hours>[01]\d|2[0-3]):?(?P<minutes>[0-5]\d))?",
    re.ASCII,
)
_SECONDS: Final = {f":{second:02d}": second * 1000 for second in range(60)}


def _fractions() -> dict[str, int]:
    """Tabulate what may follow the seconds: up to three digits, with or without Z."""
    found = {"": 0, "Z": 0}
    for digits in (1, 2, 3):
        for number in range(10**digits):
            ms = number * 10 ** (3 - digits)
            found[f".{number:0{digits}d}"] = found[f".{number:0{digits}d}Z"] = ms
    return found


_FRACTIONS: Final = _fractions()


@lru_cache(maxsize=4096)
def _minute_ms(text: str) -> int:
    """Return the milliseconds of `2026-11-23T05:08`, which many events share."""
    if not _MINUTE.fullmatch(text):
        raise ValueError
    ms = int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1000
    if ms < _FIRST_MS:
        raise ValueError
    return ms


def _unusual_ms(text: str) -> int:
    """Return the milliseconds of a stamp with an offset, more digits or only them."""
    if text.isascii() and text.isdecimal() and len(text) <= _MAX_DIGITS:
        return int(text)
    rest = _REST.fullmatch(text, 16)
    if rest is None:
        raise ValueError
    ms = _minute_ms(text[:16]) + _SECONDS[rest["second"]]
    ms += int((rest["fraction"] or "")[:3].ljust(3, "0"))
    if rest["sign"] is None:
        return ms
    offset_ms = (int(rest["hours"]) * 60 + int(rest["minutes"])) * 60_000
    return ms - offset_ms if rest["sign"] == "+" else ms + offset_ms


def _odd_ms(value: object) -> int | None:
    """Return the milliseconds of what is no plain stamp in UTC; `None` if no time."""
    try:
        if isinstance(value, str):
            ms = _unusual_ms(value)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            ms = int(value)
        else:
            return None
    except (KeyError, ValueError, OverflowError):
        return None
    return ms if _FIRST_MS <= ms < _END_MS else None


# The seconds that events are of just now, by what stands before the fraction.
_begun_ms: Final[dict[str, int]] = {}
_MOST_SECONDS: Final = 4096


def _plain_ms(text: str) -> int | None:
    """Return the milliseconds of a plain stamp in UTC; `None` of another text."""
    try:
        begun = _minute_ms(text[:16]) + _SECONDS[text[16:19]]
        ms = begun + _FRACTIONS[text[19:]]
    except (KeyError, ValueError):
        return None
    memorize(_begun_ms, text[:19], begun, _MOST_SECONDS)
    return ms


def timestamp_ms(value: object, field: str) -> int:
    """Return the milliseconds since 1970 UTC that `value` of `field` stands for.

    Takes ISO-8601 with `T` or a space, with `Z`, an offset or no zone (UTC), with zero
    to nine digits of a fraction (cut to milliseconds), and milliseconds since 1970 as
    a number or as digits.

    Raises:
        UnusableError: it is none of these, or outside the years 2000 to 9999.

    """
    ms: int | None
    if isinstance(value, str):
        ms = _begun_ms.get(value[:19])
        fraction = _FRACTIONS.get(value[19:])
        if ms is not None and fraction is not None:
            return ms + fraction
        ms = _plain_ms(value)
        if ms is None:
            ms = _odd_ms(value)
    else:
        ms = _odd_ms(value)
    if ms is None:
        must = f"`{field}` must be a time of the years 2000 to 9999"
        raise refuse(DeadLetterReason.BAD_TIMESTAMP, must, value)
    return ms


def event_time_ms(derived: object, collector: object) -> int:
    """Return when an event happened: `derived`, yet never after it was received.

    Raises:
        UnusableError: both are absent, or one is no usable time.

    """
    if derived is None or derived == "":
        if collector is None or collector == "":
            must = "`derived_tstamp` or `collector_tstamp` must be there"
            raise refuse(DeadLetterReason.MISSING_TIMESTAMP, must, collector)
        return timestamp_ms(collector, "collector_tstamp")
    happened = timestamp_ms(derived, "derived_tstamp")
    if collector is None or collector == "":
        return happened
    return min(happened, timestamp_ms(collector, "collector_tstamp"))
