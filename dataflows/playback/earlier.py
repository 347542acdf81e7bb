"""What earlier sessions of a viewer leave to the one that follows."""

from typing import Final

from mypy_extensions import mypyc_attr

__all__ = ["NO_TIMES", "Earlier", "Times"]

Times = tuple[int, int, int, int]
"""Milliseconds spent in the statuses that have a time, in the order of `TIMES`."""

NO_TIMES: Final[Times] = (0, 0, 0, 0)


@mypyc_attr(acyclic=True)
class Earlier:
    """The times of all of them, and the events that were taken in; never changed."""

    __slots__ = ("taken", "times")

    def __init__(self, times: Times, taken: int) -> None:
        """Take what they come to."""
        self.times = times
        self.taken = taken
