"""The newest profile of each viewer, in bounded memory, with its row in the columns."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from dashboard.columns import ViewerColumns
from dataflows.playback.profile import ViewerProfile

__all__ = ["KnownViewers", "ViewerChange"]

ViewerChange = tuple[str, ViewerProfile | None]
"""A viewer and the newest profile, or `None` once the viewer is to be forgotten."""

Rows = npt.NDArray[np.intp]


class KnownViewers:
    """At most `most` viewers; not safe for threads.

    A viewer whose session is over stays known until the tombstone, so that an older
    profile sent again can't bring the viewer back. Past `most`, the one whose session
    has been over for longest is forgotten for each that comes; where no session is
    over, who comes is not taken in, and counted in `turned_away`.
    """

    def __init__(self, most: int) -> None:
        self.columns = ViewerColumns()
        self.turned_away = 0
        self._most = most
        self._rows: dict[str, int] = {}
        self._profiles: list[ViewerProfile | None] = []
        self._over: dict[str, None] = {}

    def __iter__(self) -> Iterator[str]:
        """Return who is known."""
        return iter(self._rows)

    def get(self, viewer_id: str) -> ViewerProfile | None:
        """Return a viewer's newest profile, also when the session is over."""
        row = self._rows.get(viewer_id)
        return None if row is None else self._profiles[row]

    def of(self, rows: Rows) -> Sequence[ViewerProfile]:
        """Return the profiles of rows."""
        return [p for p in map(self._profiles.__getitem__, rows.tolist()) if p]

    def apply(self, changes: Iterable[ViewerChange]) -> list[str]:
        """Take over changes in their order; return the viewers that changed."""
        changed: dict[int, ViewerProfile] = {}
        gone: dict[int, str] = {}
        for viewer_id, profile in changes:
            if profile is None:
                self._forget(viewer_id, gone)
                continue
            row = self._row(viewer_id, gone)
            if row is not None and self._keep(row, profile):
                changed[row] = profile
        kept = {row: p for row, p in changed.items() if row not in gone}
        self.columns.grow(len(self._profiles))
        self.columns.write(kept)
        self.columns.end(list(gone))
        if self.columns.is_sparse(len(self._rows)):
            self._close_ranks()
        return [*gone.values(), *(profile.viewer_id for profile in kept.values())]

    def _row(self, viewer_id: str, gone: dict[int, str]) -> int | None:
        """Return a viewer's row, a new one for who is new; `None` without room."""
        row = self._rows.get(viewer_id)
        if row is not None:
            return row
        if len(self._rows) >= self._most:
            if not self._over:
                self.turned_away += 1
                return None
            self._forget(next(iter(self._over)), gone)
        self._rows[viewer_id] = len(self._profiles)
        self._profiles.append(None)
        return self._rows[viewer_id]

    def _keep(self, row: int, profile: ViewerProfile) -> bool:
        known = self._profiles[row]
        if known is not None and profile.version < known.version:
            return False
        self._profiles[row] = profile
        self._over.pop(profile.viewer_id, None)
        if profile.session_end is not None:
            self._over[profile.viewer_id] = None
        return True

    def _forget(self, viewer_id: str, gone: dict[int, str]) -> None:
        row = self._rows.pop(viewer_id, None)
        if row is not None:
            self._profiles[row] = None
            self._over.pop(viewer_id, None)
            gone[row] = viewer_id

    def _close_ranks(self) -> None:
        """Give up the rows of those who are forgotten; the others keep their order."""
        rows = np.fromiter(self._rows.values(), np.intp, len(self._rows))
        self.columns.keep(rows)
        self._profiles = [self._profiles[row] for row in rows.tolist()]
        self._rows = {viewer_id: row for row, viewer_id in enumerate(self._rows)}
