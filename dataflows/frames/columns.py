"""From structs to columns: one rule a type, so that a new field is a new column.

| type | column |
|---|---|
| text | `string` |
| a whole number, a fraction, a flag | `int64`, `float64`, `bool` |
| the same, or `None` | `Int64`, `Float64`, `boolean` |
| a `StrEnum` | a category with all of its members, in their order |
| a point in time | `datetime64[ms, UTC]` |
| a struct | its columns, with the field's name and a dot before |
| a dict by `StrEnum` | a column a member, the same way; `<NA>` where it has none |
| any other dict, a tuple | none: it is no column, see `by_key_frame` |

Columns have the names of the topics and tables. A frame of nothing has the same columns
and types as any other.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from types import NoneType
from typing import Annotated, Any, Final, NamedTuple, get_args, get_origin

import msgspec
import pandas as pd
from msgspec.structs import fields

__all__ = ["MOMENT", "moments", "struct_frame", "without_zone"]

MOMENT: Final = pd.DatetimeTZDtype("ms", "UTC")
"""The type of every point in time."""

_STAMPS: Final = frozenset(
    {"collector_tstamp", "session_end", "session_start", "status_since", "tstamp"}
    | {"watermark"}
)
"""Text fields that are points in time, in any struct."""

_MILLISECONDS: Final = frozenset({"time"})
"""Whole numbers that are points in time, milliseconds since 1970."""

_DTYPES: Final = {
    (str, False): "string",
    (str, True): "string",
    (int, False): "int64",
    (int, True): "Int64",
    (float, False): "float64",
    (float, True): "Float64",
    (bool, False): "bool",
    (bool, True): "boolean",
}
"""By type, and by whether there may be none."""


_Value = Callable[[Any], Any]
_Build = Callable[[Sequence[Any]], Any]


class _Column(NamedTuple):
    """A column: its name, its value of a struct, and what it is made by."""

    name: str
    value: _Value
    build: _Build


def struct_frame(kind: type[msgspec.Struct], structs: Iterable[object]) -> pd.DataFrame:
    """Return a row a struct of one `kind`, or what has its fields, in their order."""
    rows = list(structs)
    columns = {
        column.name: column.build([column.value(row) for row in rows])
        for column in _columns(kind, "", lambda row: row, optional=False)
    }
    return pd.DataFrame(columns, index=pd.RangeIndex(len(rows)))


def moments(stamps: Iterable[str | None]) -> pd.DatetimeIndex:
    """Return the points in time that ISO-8601 texts are, or keys of the history.

    Raises:
        ValueError: one of them is no point in time.

    """
    texts = [None if stamp is None else stamp.partition("#")[0] for stamp in stamps]
    found = pd.to_datetime(pd.Index(texts, dtype="object"), utc=True, format="ISO8601")
    return found.as_unit("ms")


def without_zone(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame whose points in time are UTC still, but do not say so.

    It is what charts want that know of no zones; for all else, leave the zone on.
    """
    named = {name: column.dt.tz_localize(None) for name, column in _zoned(frame)}
    plain = frame.assign(**named)
    if isinstance(frame.index, pd.DatetimeIndex):
        plain.index = frame.index.tz_localize(None)
    return plain


def _columns(
    kind: type[msgspec.Struct],
    prefix: str,
    struct_of: _Value,
    *,
    optional: bool,
) -> Iterator[_Column]:
    """Yield the columns of the fields; `optional` where there may be no struct."""
    for field in fields(kind):
        name = f"{prefix}{field.encode_name}"
        declared = _unbounded(field.type)
        types = tuple(map(_unbounded, get_args(declared) or (declared,)))
        may_lack = optional or NoneType in types
        value = _field_of(struct_of, field.name)
        container = get_origin(declared)
        if container is dict:
            yield from _by_member(name, value, *types)
        elif container is not tuple:
            (known,) = (type_ for type_ in types if type_ is not NoneType)
            if issubclass(known, msgspec.Struct):
                yield from _columns(known, f"{name}.", value, optional=may_lack)
            else:
                build = _builder(field.name, known, optional=may_lack)
                yield _Column(name, value, build)


def _unbounded(type_: Any) -> Any:  # noqa: ANN401, whatever a field is annotated with
    """Return a type without the bounds that msgspec checks."""
    return type_.__origin__ if get_origin(type_) is Annotated else type_


def _field_of(struct_of: _Value, name: str) -> _Value:
    return lambda row: getattr(struct_of(row), name, None)


def _member_of(dict_of: _Value, member: str) -> _Value:
    return lambda row: dict_of(row).get(member)


def _by_member(name: str, value: _Value, key: type, known: type) -> Iterator[_Column]:
    """Yield a column a member of the `StrEnum` that a dict's keys are, if they are."""
    if issubclass(key, StrEnum):
        for member in key:
            build = _typed(_DTYPES[known, True])
            yield _Column(f"{name}.{member}", _member_of(value, member), build)


def _builder(name: str, known: type, *, optional: bool) -> _Build:
    if name in _STAMPS:
        return moments
    if name in _MILLISECONDS:
        return _of_milliseconds
    if issubclass(known, StrEnum):
        return _typed(pd.CategoricalDtype([str(member) for member in known]))
    return _typed(_DTYPES[known, optional])


def _typed(dtype: Any) -> _Build:  # noqa: ANN401, pandas knows many
    return lambda values: pd.array(values, dtype=dtype)


def _of_milliseconds(values: Sequence[int]) -> pd.DatetimeIndex:
    numbers = pd.array(values, dtype="int64")
    return pd.to_datetime(numbers, unit="ms", utc=True).as_unit("ms")


def _zoned(frame: pd.DataFrame) -> Iterator[tuple[str, Any]]:
    return ((name, frame[name]) for name in frame.columns[frame.dtypes == MOMENT])
