"""How a variable of the environment becomes a value: its rule, and what breaks it.

A rule takes the text and returns the value, or raises `SettingsError` that says what
the text must be; `read` adds the variable's name and the text.
"""

import dataclasses
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final

from dataflows.errors import SettingsError

__all__ = [
    "anything",
    "count_of",
    "flag",
    "matching",
    "one_of",
    "read",
    "servers",
    "variable",
    "whole_number_of",
]

_TRUE: Final = frozenset({"1", "true", "yes", "on"})
_FALSE: Final = frozenset({"0", "false", "no", "off"})
# a name, an IPv4 address, or an IPv6 address in brackets
_SERVER: Final = re.compile(r"(?:[^\s,:\[\]]+|\[[0-9A-Fa-f:.]+\]):([0-9]{1,5})")
_LAST_PORT: Final = 65_535
_NUMBER: Final = re.compile(r"[0-9]{1,9}")


def anything(value: str) -> str:
    """Take any text."""
    return value


def matching(pattern: str, must: str) -> Callable[[str], str]:
    """Return the rule of text that a pattern matches whole."""
    compiled = re.compile(pattern)

    def parse(value: str) -> str:
        if not compiled.fullmatch(value):
            raise SettingsError(must)
        return value

    return parse


def one_of(*values: str) -> Callable[[str], str]:
    """Return the rule of one of a few words, as they are written."""
    must = f"{', '.join(values[:-1])} or {values[-1]}"
    return matching("|".join(map(re.escape, values)), must)


def servers(value: str) -> str:
    """Take brokers: `host:port`, several with commas between."""
    for server in value.split(","):
        match = _SERVER.fullmatch(server)
        if match is None or not 1 <= int(match[1]) <= _LAST_PORT:
            msg = "host:port, several with commas between"
            raise SettingsError(msg)
    return value


def flag(value: str) -> bool:
    """Take yes or no, in the words that people use."""
    if value.lower() in _TRUE:
        return True
    if value.lower() in _FALSE:
        return False
    msg = "true or false"
    raise SettingsError(msg)


def count_of(unit: str, least: int, most: int) -> Callable[[str], int]:
    """Return the rule of a count of something."""
    must = f"a whole number of {unit}, {least} to {most}"

    def parse(value: str) -> int:
        if not (_NUMBER.fullmatch(value) and least <= int(value) <= most):
            raise SettingsError(must)
        return int(value)

    return parse


def whole_number_of(unit: str, most: int) -> Callable[[str], timedelta]:
    """Return the rule of a duration in a unit of `timedelta`, 1 to `most`."""
    count = count_of(unit, 1, most)
    return lambda value: timedelta(**{unit: count(value)})


def variable(
    names: str,
    parse: Callable[[str], Any],
    default: str | None,
    help_: str,
    *,
    secret: bool = False,
) -> Any:  # noqa: ANN401, a dataclass field stands for a value of its field's type
    """Declare a field read from the first of `names` that is set and not empty.

    What is secret stands in no `repr`, and so in no log.
    """
    value = None if default is None else parse(default)
    metadata = {
        "names": tuple(names.split()),
        "parse": parse,
        "default": default or "",
        "help": help_,
    }
    return dataclasses.field(default=value, metadata=metadata, repr=not secret)


def read(
    fields: tuple[dataclasses.Field[Any], ...], env: Mapping[str, str]
) -> dict[str, Any]:
    """Return the values of the fields whose variables are set, by field name.

    Raises:
        SettingsError: a value breaks its rule; the message names the variable, the
            value and what it must be.

    """
    values = {}
    for field in fields:
        name = next((n for n in field.metadata["names"] if env.get(n)), None)
        if name is not None:
            try:
                values[field.name] = field.metadata["parse"](env[name])
            except SettingsError as ex:
                msg = f"`{name}` must be {ex}; got {env[name]!r} instead"
                raise SettingsError(msg) from None
    return values
