"""Figures and strangers' text as a person reads them; `None` is what can't be known."""

import re
from typing import Final

from dashboard.theme import UNKNOWN

__all__ = [
    "bytes_text",
    "count_text",
    "known",
    "number_text",
    "percent_text",
    "plain_text",
    "shown_text",
]

_LONGEST: Final = 120
# Control characters, and those that turn the direction of the text after them
# (https://unicode.org/reports/tr9/#Directional_Formatting_Characters).
_UNSHOWABLE: Final = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def count_text(count: float | None) -> str | None:
    """Return a whole number, such as `12,345`."""
    return None if count is None else f"{count:,.0f}"


def number_text(number: float | None, unit: str = "", digits: int = 1) -> str | None:
    """Return a number with its unit, such as `1,234.5 ms`."""
    return None if number is None else f"{number:,.{digits}f} {unit}".rstrip()


def percent_text(share: float | None, digits: int = 1) -> str | None:
    """Return a share in percent, such as `12.3 %`."""
    return number_text(None if share is None else 100 * share, "%", digits)


def bytes_text(size: float | None) -> str | None:
    """Return a size in bytes, kB or MB."""
    if size is None:
        return None
    for unit, of in (("MB", 1e6), ("kB", 1e3)):
        if size >= of:
            return number_text(size / of, unit)
    return number_text(size, "bytes", 0)


def known(text: str | None) -> str:
    """Return the text, or the word for what is not known."""
    return UNKNOWN if text is None else text


def plain_text(text: str) -> str:
    """Return a line of a stranger's text with a mark for each that can't be shown."""
    return _UNSHOWABLE.sub("\ufffd", text)


def shown_text(text: str) -> str:
    """Return a stranger's text fit for one line: cut, and not turned around.

    It is text, not HTML: who puts it into HTML escapes it.
    """
    plain = plain_text(text)
    return plain if len(plain) <= _LONGEST else f"{plain[: _LONGEST - 1]}…"
