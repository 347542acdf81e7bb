"""What few viewers have: events that wait, and what it takes to have very many."""

from typing import Final

from mypy_extensions import mypyc_attr

from dataflows.playback.events import MediaEvent

__all__ = ["ORDERLY", "Disorder", "disorder_of"]

_Pending = tuple[MediaEvent, ...]
_Order = tuple[int, int, str]


@mypyc_attr(acyclic=True)
class Disorder:
    """What came out of order and waits to be folded, and what a hot id keeps.

    It is replaced, never changed: all who have none of it share one (`disorder_of`).
    """

    __slots__ = ("floor", "ids", "pending")

    def __init__(
        self, pending: _Pending, floor: _Order | None, ids: set[str] | None
    ) -> None:
        """Take all of it."""
        self.pending = pending
        # The order of the last event that was forgotten early.
        self.floor = floor
        # Of many recent events, the ids; else not kept.
        self.ids = ids


def disorder_of(
    pending: _Pending, floor: _Order | None, ids: set[str] | None
) -> Disorder:
    """Return such a disorder; where there is none, always the same object."""
    if not pending and floor is None and ids is None:
        return ORDERLY
    return Disorder(pending, floor, ids)


ORDERLY: Final = Disorder((), None, None)
"""Of most viewers."""
