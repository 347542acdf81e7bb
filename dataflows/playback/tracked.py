"""What the tracker itself has added up of one playback: the newest of what it sent."""

from collections.abc import Sequence
from typing import Any, Final

from mypy_extensions import mypyc_attr

from dataflows.playback.events import MediaSession
from dataflows.playback.short import UNKNOWN, milliseconds

__all__ = ["Tracked", "says_totals"]

_Sent = tuple[float, float, float, float, float, float, float]

_NONE: Final = float(UNKNOWN)

# Where a session's fields are in `astuple` of it: one call for all of them.
_FIELDS: Final = MediaSession.__struct_fields__
_TIME_PLAYED: Final[int] = _FIELDS.index("time_played")
_TIME_PAUSED: Final[int] = _FIELDS.index("time_paused")
_TIME_SPENT_ADS: Final[int] = _FIELDS.index("time_spent_ads")
_TIME_BUFFERING: Final[int] = _FIELDS.index("time_buffering")
_CONTENT_WATCHED: Final[int] = _FIELDS.index("content_watched")
_ADS: Final[int] = _FIELDS.index("ads")
_AD_BREAKS: Final[int] = _FIELDS.index("ad_breaks")


@mypyc_attr(acyclic=True)
class Tracked:
    """Seconds and counts that only grow, for a page that is slow may send old ones."""

    __slots__ = ("_sent",)

    def __init__(self) -> None:
        """Begin with nothing sent."""
        # A tuple of so many numbers is a part of the compiled object, a list is none.
        self._sent: _Sent = (_NONE, _NONE, _NONE, _NONE, _NONE, _NONE, _NONE)

    @classmethod
    def of(cls, told: Sequence[float | None]) -> "Tracked":
        """Return what `told` returned."""
        tracked = cls()
        played, paused, in_ads, stalled, watched, ads, breaks = told
        tracked._sent = (
            _or_unsent(played),
            _or_unsent(paused),
            _or_unsent(in_ads),
            _or_unsent(stalled),
            _or_unsent(watched),
            _or_unsent(ads),
            _or_unsent(breaks),
        )
        return tracked

    def hear(self, said: tuple[Any, ...]) -> None:
        """Take what is greater than before, of what a session says by its fields."""
        played, paused, in_ads, stalled, watched, ads, breaks = self._sent
        self._sent = (
            _greater(played, said[_TIME_PLAYED]),
            _greater(paused, said[_TIME_PAUSED]),
            _greater(in_ads, said[_TIME_SPENT_ADS]),
            _greater(stalled, said[_TIME_BUFFERING]),
            _greater(watched, said[_CONTENT_WATCHED]),
            _greater(ads, said[_ADS]),
            _greater(breaks, said[_AD_BREAKS]),
        )

    def told(self) -> list[float | None]:
        """Return what was sent, in the order of `Totals.tracker`."""
        return [None if sent == _NONE else sent for sent in self._sent]


def says_totals(said: tuple[Any, ...]) -> bool:
    """Return whether a session says anything that is kept."""
    return (
        said[_TIME_PLAYED] is not None
        or said[_TIME_PAUSED] is not None
        or said[_TIME_SPENT_ADS] is not None
        or said[_TIME_BUFFERING] is not None
        or said[_CONTENT_WATCHED] is not None
        or said[_ADS] is not None
        or said[_AD_BREAKS] is not None
    )


def _greater(kept: float, sent: float | None) -> float:
    if sent is None or sent <= kept:
        return kept
    return milliseconds(sent)


def _or_unsent(told: float | None) -> float:
    return _NONE if told is None else told
