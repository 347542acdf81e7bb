"""What the tables know of one viewer, and how it is brought up to date."""

import logging
from collections.abc import Callable, Sequence
from enum import StrEnum, unique
from typing import Final

import msgspec

from dashboard.tables import (
    HistoryPage,
    TablesError,
    TablesOffError,
    read_history,
    read_profile,
)
from dataflows.playback.profile import (
    HistoryItem,
    ViewerProfile,
    iso_from_ms,
    ms_from_iso,
)
from dataflows.settings import Settings

__all__ = ["ITEMS_MOST", "Past", "PastReader", "PastState"]

ITEMS_MOST: Final = 6_000
"""Items kept of one viewer, the newest: more than a day of a busy one."""

_log = logging.getLogger(__name__)


@unique
class PastState(StrEnum):
    """How what is known stands to the tables."""

    LOADING = "loading"
    READY = "ready"
    OFF = "off"
    """The flow is told not to write a history."""
    FAILED = "failed"
    """DynamoDB could not be asked; what was read before still stands."""


class Past(msgspec.Struct, frozen=True):
    """What is known of a viewer, the items oldest first.

    `more` tells of items older than these. The profile is the table's, read where the
    topic has none. `detail` is for a person.
    """

    state: PastState = PastState.LOADING
    items: tuple[HistoryItem, ...] = ()
    more: bool = False
    unreadable: int = 0
    profile: ViewerProfile | None = None
    detail: str = ""

    @property
    def full(self) -> bool:
        """Return whether as many items are known as are kept of one viewer."""
        return len(self.items) >= ITEMS_MOST


class PastReader:
    """Reads the tables; what goes wrong is told in the past that it returns.

    Args:
        settings: Where the tables are.
        history: What reads a page of history.
        profile: What reads a profile.

    """

    def __init__(
        self,
        settings: Settings,
        history: Callable[..., HistoryPage] = read_history,
        profile: Callable[[Settings, str], ViewerProfile | None] = read_profile,
    ) -> None:
        self._settings = settings
        # What late events may still have corrected is read again.
        self._overlap_ms = int(2 * settings.lateness.total_seconds() * 1000)
        self._history = history
        self._profile = profile

    def newest(self, known: Past, viewer_id: str, *, gone: bool) -> Past:
        """Return what is known, with what came since.

        Args:
            known: What was read before.
            viewer_id: Whose past it is.
            gone: The topic has no profile of them, so the table's is read.

        """
        return self._told(known, lambda: self._newest(known, viewer_id, gone=gone))

    def earlier(self, known: Past, viewer_id: str) -> Past:
        """Return what is known, with one more page of what was before."""
        return self._told(known, lambda: self._earlier(known, viewer_id))

    def _told(self, known: Past, read: Callable[[], Past]) -> Past:
        try:
            return read()
        except TablesError as ex:
            detail = str(ex)
        except Exception as ex:  # noqa: BLE001, or the page would wait for ever
            _log.exception("a fault in reading the tables")
            detail = repr(ex)
        return msgspec.structs.replace(known, state=PastState.FAILED, detail=detail)

    def _newest(self, known: Past, viewer_id: str, *, gone: bool) -> Past:
        profile = self._last_profile(viewer_id) if gone else None
        try:
            past = self._since(known, viewer_id)
        except TablesOffError as ex:
            past = Past(PastState.OFF, detail=str(ex))
        return msgspec.structs.replace(past, profile=profile)

    def _last_profile(self, viewer_id: str) -> ViewerProfile | None:
        try:
            return self._profile(self._settings, viewer_id)
        except TablesOffError:
            return None

    def _since(self, known: Past, viewer_id: str) -> Past:
        if not known.items:
            page = self._history(self._settings, viewer_id)
            return Past(PastState.READY, page.items, page.more, page.unreadable)
        newest_ms = ms_from_iso(known.items[-1].collector_tstamp)
        since = iso_from_ms(max(0, newest_ms - self._overlap_ms))
        page = self._history(self._settings, viewer_id, since=since)
        if page.more:
            # More came than fits into a page: begin with that one.
            return Past(PastState.READY, page.items, page.more, page.unreadable)
        before = [item for item in known.items if item.collector_tstamp < since]
        # Those of the overlap may have been counted before.
        unreadable = max(known.unreadable, page.unreadable)
        return _kept(before, page.items, more=known.more, unreadable=unreadable)

    def _earlier(self, known: Past, viewer_id: str) -> Past:
        before = known.items[0].collector_tstamp
        page = self._history(self._settings, viewer_id, before=before)
        unreadable = known.unreadable + page.unreadable
        past = _kept(page.items, known.items, more=page.more, unreadable=unreadable)
        return msgspec.structs.replace(past, profile=known.profile)


def _kept(
    older: Sequence[HistoryItem],
    newer: Sequence[HistoryItem],
    *,
    more: bool,
    unreadable: int,
) -> Past:
    """Return the newest items, as many as are kept."""
    items = (*older, *newer)
    kept = items[-ITEMS_MOST:]
    return Past(PastState.READY, kept, more or len(kept) < len(items), unreadable)
