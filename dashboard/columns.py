"""The live viewers as columns: numbers and texts in arrays, a row a viewer.

A hundred thousand profiles are too many to look at one by one for each question of each
browser; their columns are filtered, ordered and added up by NumPy in a millisecond or
two. Rows stand in the order in which their viewers came.
"""

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from dashboard.texts import TextColumn
from dataflows.playback.profile import PlaybackStatus, ViewerProfile, ms_from_iso

__all__ = ["NUMBERS", "STATUS_CODES", "TEXTS", "ViewerColumns"]

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]

STATUS_CODES: Final = {status: code for code, status in enumerate(PlaybackStatus)}

# What can't be known is `None`, and NaN in the column.
NUMBERS: Final[dict[str, Callable[[ViewerProfile], float | None]]] = {
    "status": lambda profile: STATUS_CODES[profile.status],
    "status_since": lambda profile: ms_from_iso(profile.status_since),
    "session_start": lambda profile: ms_from_iso(profile.session_start),
    **{
        name: attrgetter(name)
        for name in (
            "video_ts",
            "ads",
            "ads_clicked",
            "ads_skipped",
            "stalls",
            "errors",
            "time_played",
            "time_buffering",
            "startup_time",
            "bitrate",
        )
    },
}
"""The columns of numbers: by name, how they are read from a profile."""

_LIVESTREAM: Final = {None: None, True: "live", False: "on demand"}

TEXTS: Final[dict[str, Callable[[ViewerProfile], str | None]]] = {
    "viewer_id": attrgetter("viewer_id"),
    "title": lambda profile: (profile.label or "").strip() or None,
    "quality": attrgetter("quality"),
    "player_type": attrgetter("player_type"),
    "livestream": lambda profile: _LIVESTREAM[profile.livestream],
}
"""The columns of texts that every profile has, likewise."""

_DIMENSIONS: Final = 24
"""The most columns beside these: a stranger may name dimensions as they please."""
_ROOM: Final = 1_024
"""Rows and texts that are not worth making room for."""


class ViewerColumns:
    """Columns of `size` rows; `live` tells whose session goes on.

    The columns of `texts` are those of `TEXTS`; `dimensions` has one for each name that
    some profile's dimensions have.
    """

    def __init__(self) -> None:
        self.size = 0
        self._live = np.zeros(0, np.bool_)
        self._numbers = {name: np.zeros(0) for name in NUMBERS}
        self.texts = {name: TextColumn() for name in TEXTS}
        self.dimensions: dict[str, TextColumn] = {}

    @property
    def live(self) -> npt.NDArray[np.bool_]:
        """Return which rows are of viewers whose session goes on."""
        return self._live[: self.size]

    def number(self, name: str) -> Floats:
        """Return a column of `NUMBERS`."""
        return self._numbers[name][: self.size]

    def write(self, changed: dict[int, ViewerProfile]) -> None:
        """Set rows."""
        rows, profiles = list(changed), list(changed.values())
        self._live[rows] = [profile.session_end is None for profile in profiles]
        for name, read in NUMBERS.items():
            self._numbers[name][rows] = np.array([*map(read, profiles)], np.float64)
        for name, of in TEXTS.items():
            self.texts[name].write(rows, map(of, profiles))
        self._write_dimensions(rows, profiles)

    def end(self, rows: Sequence[int]) -> None:
        """Take rows out of the live ones."""
        self._live[rows] = False

    def is_sparse(self, rows: int) -> bool:
        """Return whether most of what is kept is of no use to that many rows."""
        kept = max(self.size, *(len(t.values) for t in self._all_texts().values()))
        return kept > 2 * rows + _ROOM

    def keep(self, rows: Rows) -> None:
        """Keep these rows, and forget the others."""
        self.size = len(rows)
        self._live = self._live[rows]
        self._numbers = {name: array[rows] for name, array in self._numbers.items()}
        self.texts = {name: text.kept(rows) for name, text in self.texts.items()}
        dimensions = {n: text.kept(rows) for n, text in self.dimensions.items()}
        self.dimensions = {n: text for n, text in dimensions.items() if text.values}

    def _all_texts(self) -> dict[str, TextColumn]:
        return self.texts | self.dimensions

    def grow(self, size: int) -> None:
        """Have so many rows; those that are new are not live."""
        self.size = size
        if size <= len(self._live):
            return
        room = max(2 * len(self._live), size, _ROOM)
        self._live = _resized(self._live, room)
        self._numbers = {n: _resized(array, room) for n, array in self._numbers.items()}
        for text in self._all_texts().values():
            text.resize(room)

    def _write_dimensions(
        self, rows: Sequence[int], profiles: Sequence[ViewerProfile]
    ) -> None:
        for name in {name for profile in profiles for name in profile.dimensions}:
            if name not in self.dimensions and len(self.dimensions) < _DIMENSIONS:
                self.dimensions[name] = TextColumn()
                self.dimensions[name].resize(len(self._live))
        for name, column in self.dimensions.items():
            column.write(rows, [profile.dimensions.get(name) for profile in profiles])


def _resized(array: npt.NDArray[Any], size: int) -> npt.NDArray[Any]:
    larger = np.zeros(size, array.dtype)
    larger[: len(array)] = array
    return larger
