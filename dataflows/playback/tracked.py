"""What the tracker itself has added up of one playback: the newest of what it sent."""

from collections.abc import Sequence
from typing import Final

from mypy_extensions import mypyc_attr

from dataflows.playback.events import MediaSession
from dataflows.playback.short import UNKNOWN, milliseconds

__all__ = ["Tracked", "says_totals"]

_Sent = tuple[float, float, float, float, float, float, float]

_NONE: Final = float(UNKNOWN)


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

    def hear(self, session: MediaSession) -> None:
        """Take what is greater than before."""
        played, paused, in_ads, stalled, watched, ads, breaks = self._sent
        self._sent = (
            _greater(played, session.time_played),
            _greater(paused, session.time_paused),
            _greater(in_ads, session.time_spent_ads),
            _greater(stalled, session.time_buffering),
            _greater(watched, session.content_watched),
            _greater(ads, session.ads),
            _greater(breaks, session.ad_breaks),
        )

    def told(self) -> list[float | None]:
        """Return what was sent, in the order of `Totals.tracker`."""
        return [None if sent == _NONE else sent for sent in self._sent]


def says_totals(session: MediaSession) -> bool:
    """Return whether a session says anything that is kept."""
    return (
        session.time_played is not None
        or session.time_paused is not None
        or session.time_spent_ads is not None
        or session.time_buffering is not None
        or session.content_watched is not None
        or session.ads is not None
        or session.ad_breaks is not None
    )


def _greater(kept: float, sent: float | None) -> float:
    if sent is None or sent <= kept:
        return kept
    return milliseconds(sent)


def _or_unsent(told: float | None) -> float:
    return _NONE if told is None else told
