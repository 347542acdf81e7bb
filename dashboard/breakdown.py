"""The live audience broken down by title, device, or whatever else is known of it."""

from typing import Final, NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from dashboard.columns import STATUS_CODES, ViewerColumns
from dashboard.texts import TextColumn
from dashboard.theme import UNKNOWN
from dataflows.playback.profile import STATUS_RULES, PlaybackStatus

__all__ = ["DIMENSIONS", "Slice", "break_down"]

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]

DIMENSIONS: Final = ("title", "player_type", "quality", "livestream")
"""What every audience can be broken down by."""

_SLICES: Final = 50
"""Slices told by name; the rest are one more."""
_SUMS: Final = ("time_played", "time_buffering", "stalls", "errors")
_PRESENT: Final = np.array([STATUS_RULES[s].present for s in STATUS_CODES])


class Slice(msgspec.Struct, frozen=True, kw_only=True):
    """The live viewers of whom one dimension has one value, and how they fare.

    Of those who are there: who has completed is no longer. Times are in seconds and add
    up the viewers' current sessions. `known` is false for those who have no value;
    `others` is how many values are added up in the one that stands for the rest.
    """

    value: str
    viewers: int
    by_status: dict[PlaybackStatus, int]
    time_played: float
    time_buffering: float
    stalls: int
    errors: int
    startup_median: float | None
    known: bool = True
    others: int = 0


class _Name(NamedTuple):
    value: str
    known: bool = True
    others: int = 0


def break_down(columns: ViewerColumns, dimension: str) -> list[Slice]:
    """Return the slices of a dimension, largest first; none where nobody has it."""
    column = columns.dimensions.get(dimension)
    if dimension in DIMENSIONS:
        column = columns.texts[dimension]
    if column is None:
        return []
    rows = np.flatnonzero(columns.live)
    rows = rows[_PRESENT[columns.number("status")[rows].astype(np.intp)]]
    # 0 is for those who have no value.
    codes = column.codes[rows] + 1
    sizes = np.bincount(codes)
    largest = np.argsort(-sizes, kind="stable")[: np.count_nonzero(sizes)]
    # A row's slice is where its value stands among the largest, or the last.
    places = np.full(len(sizes), _SLICES)
    places[largest[:_SLICES]] = range(len(largest[:_SLICES]))
    names = [_name(column, code) for code in largest[:_SLICES].tolist()]
    if len(largest) > _SLICES:
        names.append(_Name("other", others=len(largest) - _SLICES))
    return _slices(columns, rows, places[codes], names)


def _name(column: TextColumn, code: int) -> _Name:
    return _Name(column.values[code - 1]) if code else _Name(UNKNOWN, known=False)


def _slices(
    columns: ViewerColumns, rows: Rows, places: Rows, names: list[_Name]
) -> list[Slice]:
    """Return a slice a name, of the rows whose place is the name's."""
    count = len(names)
    sums = {
        name: np.bincount(places, columns.number(name)[rows], count).tolist()
        for name in _SUMS
    }
    kinds = len(STATUS_CODES)
    statuses = places * kinds + columns.number("status")[rows].astype(np.intp)
    by_status = np.bincount(statuses, minlength=count * kinds).reshape(count, kinds)
    medians = _medians(columns.number("startup_time")[rows], places, count)
    return [
        Slice(
            value=name.value,
            known=name.known,
            others=name.others,
            viewers=int(by_status[place].sum()),
            by_status=dict(zip(STATUS_CODES, by_status[place].tolist(), strict=True)),
            time_played=sums["time_played"][place],
            time_buffering=sums["time_buffering"][place],
            stalls=int(sums["stalls"][place]),
            errors=int(sums["errors"][place]),
            startup_median=medians[place],
        )
        for place, name in enumerate(names)
    ]


def _medians(values: Floats, places: Rows, count: int) -> list[float | None]:
    """Return the median of each place's values that are known."""
    known = np.flatnonzero(~np.isnan(values))
    known = known[np.argsort(places[known].astype(np.int16), kind="stable")]
    ends = np.cumsum(np.bincount(places[known], minlength=count))
    parts = np.split(values[known], ends[:-1])
    return [float(np.median(part)) if len(part) else None for part in parts]
