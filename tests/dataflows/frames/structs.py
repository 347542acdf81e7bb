"""Hypothesis strategies for the structs that topics and tables hold."""

from datetime import UTC, datetime
from enum import StrEnum
from types import NoneType
from typing import Any, get_args, get_origin

import msgspec
from hypothesis import strategies as st

from dataflows.playback.profile import iso_from_ms
from tests.strategies import times_ms

__all__ = ["instant", "structs"]

_STAMPS = times_ms(0, 4_000_000_000_000).map(iso_from_ms)
_KINDS: dict[type, st.SearchStrategy[Any]] = {
    str: st.text(max_size=8),
    int: st.integers(-(2**63), 2**63 - 1),
    float: st.floats(allow_nan=False, allow_infinity=False),
    bool: st.booleans(),
}


def structs(kind: type[msgspec.Struct], **fixed: Any) -> st.SearchStrategy[Any]:
    """Draw structs of a kind: every field at random but the `fixed`, stamps as text."""
    drawn = {
        field.name: _values(field.name, field.type)
        for field in msgspec.structs.fields(kind)
    }
    return st.builds(kind, **drawn | fixed)


def instant(stamp: str) -> datetime:
    """Return the point in time that a stamp, or a key of the history, tells."""
    return datetime.fromisoformat(stamp.partition("#")[0]).astimezone(UTC)


def _values(name: str, type_: Any) -> st.SearchStrategy[Any]:
    parts = [part for part in get_args(type_) if part is not NoneType]
    if get_origin(type_) is dict:
        return st.dictionaries(*(_values("", part) for part in parts), max_size=3)
    if get_origin(type_) is tuple:
        return st.just(())
    if parts:
        return st.none() | _values(name, parts[0])
    return _plain(name, type_)


def _plain(name: str, type_: type) -> st.SearchStrategy[Any]:
    if type_ is str and ("tstamp" in name or name in _ARE_STAMPS):
        return _STAMPS
    if issubclass(type_, StrEnum):
        return st.sampled_from(type_)
    if issubclass(type_, msgspec.Struct):
        return structs(type_)
    return _KINDS[type_]


_ARE_STAMPS = {"session_end", "session_start", "status_since", "watermark"}
