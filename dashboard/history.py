"""The last hour of the audience, as `live-audience` told it."""

from collections import deque
from collections.abc import Iterable
from datetime import timedelta
from threading import Lock
from typing import Final

import msgspec

from dataflows.playback.audience import Audience
from dataflows.playback.profile import ms_from_iso

__all__ = ["SPAN", "AudienceHistory"]

SPAN: Final = timedelta(hours=1)
"""How far back the history reaches."""

_MOST: Final = 4_000
"""Records kept, whatever their stamps: an hour's, and a little."""
_MINUTE_MS: Final = 60_000
_SLACK_MS: Final = 5_000
"""A record this much older than a minute may still stand for the one a minute ago."""


class AudienceHistory:
    """Records of `live-audience` in the order of their stamps, an hour of them.

    Only the newest keeps its titles: a hundred of them a second would be most of the
    memory, and nobody asks what they were.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._records: deque[Audience] = deque(maxlen=_MOST)
        self._count = 0
        self._newest: Audience | None = None
        self._completed: int | None = None

    @property
    def newest(self) -> Audience | None:
        """Return the newest record, whole; `None` before the first."""
        return self._newest

    @property
    def completed_in_last_minute(self) -> int | None:
        """Return how many sessions completed; `None` where no record tells."""
        return self._completed

    def append(self, records: Iterable[Audience]) -> None:
        """Add records in the order they came.

        A record that is not newer than those before it is the flow beginning again, or
        its clock set back: it takes the place of what it contradicts.
        """
        with self._lock:
            for record in records:
                while self._records and self._records[-1].tstamp >= record.tstamp:
                    self._records.pop()
                self._records.append(msgspec.structs.replace(record, titles={}))
                self._count += 1
                self._newest = record
            self._forget_the_old()
            self._completed = self._completed_since_a_minute()

    def since(self, seen: int) -> tuple[int, list[Audience]]:
        """Return how many records came so far, and those after the first `seen`.

        Some may have been seen before where later ones took the place of others.
        """
        with self._lock:
            fresh = min(self._count - seen, len(self._records))
            first = len(self._records) - fresh
            return self._count, [self._records[i] for i in range(first, first + fresh)]

    def clear(self) -> None:
        """Forget all records, for the topic begins anew."""
        with self._lock:
            self._records.clear()
            self._newest = self._completed = None

    def _forget_the_old(self) -> None:
        if self._newest is None:
            return
        oldest = ms_from_iso(self._newest.tstamp) - SPAN // timedelta(milliseconds=1)
        while ms_from_iso(self._records[0].tstamp) < oldest:
            self._records.popleft()

    def _completed_since_a_minute(self) -> int | None:
        if self._newest is None:
            return None
        now_ms = ms_from_iso(self._newest.tstamp)
        for record in reversed(self._records):
            age_ms = now_ms - ms_from_iso(record.tstamp)
            if age_ms >= _MINUTE_MS:
                completed = self._newest.sessions_completed - record.sessions_completed
                known = age_ms <= _MINUTE_MS + _SLACK_MS and completed >= 0
                return completed if known else None
        return None
