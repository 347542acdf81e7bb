"""The last hour of the audience, as `live-audience` told it."""

from bisect import bisect_right
from collections import deque
from collections.abc import Iterable
from datetime import timedelta
from threading import Lock
from typing import Final

import msgspec

from dashboard.titles import TitleHistory
from dataflows.playback.audience import Audience
from dataflows.playback.profile import ms_from_iso

__all__ = ["SPAN", "AudienceHistory"]

SPAN: Final = timedelta(minutes=62)
"""How far back the history reaches: an hour, and what a rate of an hour ago needs."""

_MOST: Final = 4_000
"""Records kept, whatever their stamps: an hour's, and a little."""
_MINUTE_MS: Final = 60_000
_NAMED: Final[dict[str, dict[str, int]]] = {
    name: {} for name in ("titles", "ads_by_id", "ads_by_break", "errors_by_code")
}
_SLACK_MS: Final = 5_000
"""A record this much older than asked for may still stand for what was then."""


class AudienceHistory:
    """Records of `live-audience` in the order of their stamps, an hour of them.

    Only the newest, and the first of each minute, keep what has a name: a hundred ads
    and error codes a second would be most of the memory. Titles only the newest has;
    what was watched before is in `titles`, at longer steps.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._records: deque[Audience] = deque(maxlen=_MOST)
        self._stamps: deque[int] = deque(maxlen=_MOST)
        self._newest: Audience | None = None
        self.titles = TitleHistory()

    @property
    def newest(self) -> Audience | None:
        """Return the newest record, whole; `None` before the first."""
        return self._newest

    def records(self) -> list[Audience]:
        """Return the records, oldest first, the last of them whole."""
        with self._lock:
            whole = [] if self._newest is None else [self._newest]
            return list(self._records)[:-1] + whole

    def ago(self, seconds: float) -> Audience | None:
        """Return the record about that long before the newest; `None` in a gap."""
        with self._lock:
            if self._newest is None:
                return None
            then = self._stamps[-1] - round(seconds * 1000)
            place = bisect_right(self._stamps, then) - 1
            known = place >= 0 and then - self._stamps[place] <= _SLACK_MS
            return self._records[place] if known else None

    def append(self, records: Iterable[Audience]) -> None:
        """Add records in the order they came.

        A record that is not newer than those before it is the flow beginning again, or
        its clock set back: it takes the place of what it contradicts.
        """
        with self._lock:
            for record in records:
                ms = ms_from_iso(record.tstamp)
                while self._stamps and self._stamps[-1] >= ms:
                    self._records.pop()
                    self._stamps.pop()
                self._records.append(self._slim(record, ms))
                self._stamps.append(ms)
                self._newest = record
                self.titles.append(ms, record.titles)
            self._forget_the_old()

    def clear(self) -> None:
        """Forget all records, for the topic begins anew."""
        with self._lock:
            self._records.clear()
            self._stamps.clear()
            self._newest = None
            self.titles.clear()

    def _forget_the_old(self) -> None:
        if not self._stamps:
            return
        oldest = self._stamps[-1] - SPAN // timedelta(milliseconds=1)
        while self._stamps[0] < oldest:
            self._records.popleft()
            self._stamps.popleft()

    def _slim(self, record: Audience, ms: int) -> Audience:
        minute = ms // _MINUTE_MS
        if self._stamps and self._stamps[-1] // _MINUTE_MS == minute:
            return msgspec.structs.replace(record, **_NAMED)
        return msgspec.structs.replace(record, titles={})
