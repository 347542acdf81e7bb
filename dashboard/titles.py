"""How many watched each title lately, at steps that a sparkline shows."""

from collections import deque
from collections.abc import Mapping
from threading import Lock
from typing import Final

__all__ = ["POINTS", "STEP_S", "TitleHistory"]

STEP_S: Final = 15
"""Seconds from point to point."""
POINTS: Final = 120
"""Points kept: half an hour of them."""


class TitleHistory:
    """Counts of the titles that audience records named, a point a step.

    A record names a hundred titles, so it is bounded whatever comes. Safe to write from
    one thread while others read.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._points: deque[tuple[int, Mapping[str, int]]] = deque(maxlen=POINTS)

    def append(self, ms: int, titles: Mapping[str, int]) -> None:
        """Take over what a record of that moment says, where a step begins with it.

        A moment before the newest is believed: the clock was set back.
        """
        step = ms // (STEP_S * 1000)
        with self._lock:
            while self._points and self._points[-1][0] > step:
                self._points.pop()
            if not self._points or self._points[-1][0] < step:
                self._points.append((step, titles))

    def counts(self, title: str) -> list[int | None]:
        """Return a title's counts, oldest first, up to the newest step.

        `None` is where the title was not among those named, or nothing was told.
        """
        with self._lock:
            points = dict(self._points)
        if not points:
            return []
        first, last = min(points), max(points)
        steps = range(max(first, last - POINTS + 1), last + 1)
        return [points.get(step, {}).get(title) for step in steps]

    def clear(self) -> None:
        """Forget all, for the topic begins anew."""
        with self._lock:
            self._points.clear()
