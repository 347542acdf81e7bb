"""Points in time as text, ISO-8601 in UTC with milliseconds, both ways."""

from datetime import UTC, datetime
from typing import Final

__all__ = ["history_key", "iso_from_ms", "ms_from_iso", "seconds_from_iso"]

# Most stamps are of the last minutes; sessions begin, and stay in a status, for hours.
_SECONDS_MOST: Final = 16_384
_SECONDS: Final[dict[int, str]] = {}
_READ: Final[dict[str, int]] = {}
_SECOND_CHARS: Final = len("2026-11-23T05:08:10")
_MILLISECONDS: Final = [f".{ms:03d}Z" for ms in range(1000)]


def iso_from_ms(ms: int) -> str:
    """Return ISO-8601 in UTC with milliseconds, such as `2026-11-23T05:08:10.699Z`."""
    seconds = ms // 1000
    text = _SECONDS.get(seconds)
    if text is None:
        text = _second_text(seconds)
    # The product of `seconds` is too large for mypyc to reckon quickly.
    return text + _MILLISECONDS[ms % 1000]


def _second_text(seconds: int) -> str:
    """Return the text of a second, and keep it: neighbours in the stream share it."""
    if len(_SECONDS) == _SECONDS_MOST:
        _SECONDS.clear()
    text = f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}"
    _SECONDS[seconds] = text
    return text


def ms_from_iso(text: str) -> int:
    """Return milliseconds since 1970 of what `iso_from_ms` or `history_key` wrote."""
    return round(datetime.fromisoformat(text.partition("#")[0]).timestamp() * 1000)


def seconds_from_iso(text: str) -> int:
    """Return the whole seconds of `ms_from_iso`."""
    second = text[:_SECOND_CHARS]
    seconds = _READ.get(second)
    if seconds is None:
        seconds = ms_from_iso(text) // 1000
        if len(_READ) == _SECONDS_MOST:
            _READ.clear()
        _READ[second] = seconds
    return seconds


def history_key(ms: int, nth: int) -> str:
    """Return the sort key of the `nth` change (from 0) within one millisecond.

    The first is the plain stamp; later ones have `#1`, `#2` behind it, so that none
    overwrites another and a query in key order gives them in their order.
    """
    return f"{iso_from_ms(ms)}#{nth}" if nth else iso_from_ms(ms)
