"""The live viewers as the whole server knows them, and what can be asked of them.

Each question is answered from columns (`dashboard.columns`), so that none looks at a
hundred thousand profiles.
"""

import math
import time
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from threading import Lock
from typing import Final

import numpy as np

from dashboard.breakdown import DIMENSIONS, Slice, break_down
from dashboard.known import KnownViewers, ViewerChange
from dashboard.query import ViewerPage, ViewerQuery, in_order, matching
from dataflows.playback.profile import ViewerProfile

__all__ = ["LiveViewers"]

Listener = Callable[[Iterable[str]], None]

_MOST: Final = 500_000
"""Viewers that are known at once: a gigabyte of them."""
_AT_ONCE: Final = 2_000
"""Changes taken over while readers wait: some milliseconds."""
_KEPT_S: Final = 1.0
"""How long a breakdown is good for, whatever changes."""


class LiveViewers:
    """Written by the feed's thread, read by every browser session and the API.

    Of those who are known (at most `most`, see `KnownViewers`) the live ones are those
    whose session goes on.
    """

    def __init__(
        self, most: int = _MOST, clock: Callable[[], float] = time.time
    ) -> None:
        self._most = most
        self._clock = clock
        self._lock = Lock()
        self._known = KnownViewers(most)
        self._breakdowns: dict[str, tuple[float, list[Slice]]] = {}
        self._listeners: tuple[Listener, ...] = ()
        self._version = 0
        self._count = 0

    @property
    def version(self) -> int:
        """Return a number that grows with every change."""
        return self._version

    @property
    def count(self) -> int:
        """Return how many viewers are live."""
        return self._count

    @property
    def turned_away(self) -> int:
        """Return how many changes found no room, for too many viewers are live."""
        return self._known.turned_away

    def apply(self, changes: Iterable[ViewerChange]) -> None:
        """Take over changes in their order; one older than what is known is ignored."""
        left = iter(changes)
        while some := list(islice(left, _AT_ONCE)):
            with self._lock:
                changed = self._known.apply(some)
                self._count = int(np.count_nonzero(self._known.columns.live))
                self._version += bool(changed)
            self._tell(changed)

    def clear(self) -> None:
        """Forget everybody, for the topic begins anew."""
        with self._lock:
            gone = list(self._known)
            self._known = KnownViewers(self._most)
            self._breakdowns.clear()
            self._count = 0
            self._version += 1
        self._tell(gone)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Tell `listener` the viewers that change, until what is returned is called.

        It is told in the thread that changes them, after the change, and must be quick.
        """
        with self._lock:
            self._listeners = (*self._listeners, listener)

        def unsubscribe() -> None:
            with self._lock:
                left = (each for each in self._listeners if each != listener)
                self._listeners = tuple(left)

        return unsubscribe

    def get(self, viewer_id: str) -> ViewerProfile | None:
        """Return a viewer's newest profile, also when the session is over."""
        with self._lock:
            return self._known.get(viewer_id)

    def live(self) -> Sequence[ViewerProfile]:
        """Return the live viewers' profiles, as they came."""
        with self._lock:
            return self._known.of(np.flatnonzero(self._known.columns.live))

    def page(self, query: ViewerQuery, number: int, size: int) -> ViewerPage:
        """Return the page `number`, of `size` viewers, of those that match."""
        with self._lock:
            columns, now = self._known.columns, self._clock()
            rows = matching(columns, query, now)
            pages = max(1, -(-len(rows) // size))
            number = min(max(1, number), pages)
            part = slice((number - 1) * size, number * size)
            shown = self._known.of(in_order(columns, rows, query, now, part))
            return ViewerPage(tuple(shown), number, pages, len(rows), self._count)

    def all(self, query: ViewerQuery) -> Sequence[ViewerProfile]:
        """Return all that match, in their order."""
        with self._lock:
            columns, now = self._known.columns, self._clock()
            rows = matching(columns, query, now)
            return self._known.of(in_order(columns, rows, query, now, slice(None)))

    def median(self, number: str) -> tuple[float | None, int]:
        """Return the median of a column's numbers, and of how many live viewers."""
        with self._lock:
            columns = self._known.columns
            told = columns.number(number)[columns.live]
        told = told[~np.isnan(told)]
        return (float(np.median(told)) if len(told) else None), len(told)

    def breakdown(self, dimension: str) -> list[Slice]:
        """Return the live viewers by what a dimension says of them, largest first.

        At most fifty slices and one for the rest; worked out at most once a second for
        all who ask, so it may be that old.
        """
        with self._lock:
            now = self._clock()
            at, slices = self._breakdowns.get(dimension, (-math.inf, []))
            if not 0 <= now - at < _KEPT_S:
                slices = break_down(self._known.columns, dimension)
                if slices:
                    self._breakdowns[dimension] = now, slices
            return slices

    def dimensions(self) -> list[str]:
        """Return what the live viewers can be broken down by."""
        with self._lock:
            return [*DIMENSIONS, *sorted(self._known.columns.dimensions)]

    def _tell(self, viewers: Sequence[str]) -> None:
        if viewers:
            for listener in self._listeners:
                listener(viewers)
