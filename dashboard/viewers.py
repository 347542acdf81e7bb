"""The live viewers as the whole server knows them: filtered, ordered and paged once.

`LiveViewers` is written by the feed's thread and read by every browser session. What a
version of it looks like under a query is worked out once, for all who ask the same.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from enum import StrEnum, unique
from operator import attrgetter
from threading import Lock
from typing import Final

import msgspec

from dataflows.playback.profile import ViewerProfile

__all__ = ["LiveViewers", "ViewerChange", "ViewerOrder", "ViewerPage", "ViewerQuery"]

ViewerChange = tuple[str, ViewerProfile | None]
"""A viewer and the newest profile, or `None` once the viewer is to be forgotten."""

_QUERIES_KEPT: Final = 32
"""Queries whose answer is kept, the last asked first: about as many as browsers."""


@unique
class ViewerOrder(StrEnum):
    """Which viewer stands first; the value is what a person picks from."""

    NEWEST = "Newest change"
    LONGEST = "Longest in status"
    VIEWER = "Viewer"
    TITLE = "Title"


class ViewerQuery(msgspec.Struct, frozen=True):
    """Which live viewers, in what order; `text` is part of the viewer or title."""

    text: str = ""
    order: ViewerOrder = ViewerOrder.NEWEST


class ViewerPage(msgspec.Struct, frozen=True):
    """One page of the viewers that match, and of how many it is a page.

    `number` counts from 1 and is the last page where a later one was asked for.
    """

    profiles: tuple[ViewerProfile, ...] = ()
    number: int = 1
    pages: int = 1
    matching: int = 0
    live: int = 0


def _title(profile: ViewerProfile) -> str:
    return profile.label or ""


# The stored points in time are text of one form, so they sort as text.
_SORTS: Final[dict[ViewerOrder, tuple[Callable[[ViewerProfile], str], bool]]] = {
    ViewerOrder.NEWEST: (attrgetter("status_since"), True),
    ViewerOrder.LONGEST: (attrgetter("status_since"), False),
    ViewerOrder.VIEWER: (attrgetter("viewer_id"), False),
    ViewerOrder.TITLE: (_title, False),
}


class LiveViewers:
    """The newest profile of every viewer that the profiles topic holds.

    A viewer whose session is over stays known, unlisted, until the tombstone, so that
    an older profile sent again can't bring the viewer back.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._reading = Lock()
        self._profiles: dict[str, ViewerProfile] = {}
        self._live: tuple[int, list[ViewerProfile]] = (-1, [])
        self._answers: OrderedDict[ViewerQuery, tuple[int, list[ViewerProfile]]]
        self._answers = OrderedDict()
        self._version = 0

    @property
    def version(self) -> int:
        """Return a number that grows with every change."""
        return self._version

    def apply(self, changes: Iterable[ViewerChange]) -> None:
        """Take over changes in their order; one older than what is known is ignored."""
        with self._lock:
            changed = [self._apply(viewer_id, new) for viewer_id, new in changes]
            self._version += any(changed)

    def clear(self) -> None:
        """Forget everybody, for the topic begins anew."""
        with self._lock:
            self._profiles.clear()
            self._version += 1

    def page(self, query: ViewerQuery, number: int, size: int) -> ViewerPage:
        """Return the page `number`, of `size` viewers, of those that match."""
        with self._reading:
            matching = self._matching(query)
            live = len(self._live[1])
        pages = max(1, -(-len(matching) // size))
        number = min(max(1, number), pages)
        rows = tuple(matching[(number - 1) * size : number * size])
        return ViewerPage(rows, number, pages, len(matching), live)

    def _apply(self, viewer_id: str, new: ViewerProfile | None) -> bool:
        known = self._profiles.get(viewer_id)
        if new is None:
            return self._profiles.pop(viewer_id, None) is not None
        if known is not None and new.version < known.version:
            return False
        if known is not None and new.status_since > known.status_since:
            # Newest change last: nearly sorted is what the sort below is quick at.
            del self._profiles[viewer_id]
        self._profiles[viewer_id] = new
        return True

    def _matching(self, query: ViewerQuery) -> list[ViewerProfile]:
        version, live = self._read_live()
        known = self._answers.get(query)
        if known is None or known[0] != version:
            known = version, _answer(live, query)
            self._answers[query] = known
        self._answers.move_to_end(query)
        while len(self._answers) > _QUERIES_KEPT:
            self._answers.popitem(last=False)
        return known[1]

    def _read_live(self) -> tuple[int, list[ViewerProfile]]:
        if self._live[0] != self._version:
            with self._lock:
                version, profiles = self._version, list(self._profiles.values())
            self._live = version, [p for p in profiles if p.session_end is None]
        return self._live


def _answer(live: list[ViewerProfile], query: ViewerQuery) -> list[ViewerProfile]:
    text = query.text.strip().casefold()
    if text:
        live = [
            profile
            for profile in live
            if text in profile.viewer_id.casefold()
            or text in _title(profile).casefold()
        ]
    key, descending = _SORTS[query.order]
    return sorted(live, key=key, reverse=descending)
