"""The last day of the audience, as `live-audience-minutes` told it."""

from collections import deque
from collections.abc import Iterable
from datetime import timedelta
from threading import Lock
from typing import Final

from dataflows.playback.audience import AudienceMinute
from dataflows.playback.profile import ms_from_iso

__all__ = ["DAY", "MinuteHistory"]

DAY: Final = timedelta(hours=24)
"""How far back the minutes reach."""

_MOST: Final = DAY // timedelta(minutes=1) + 5
"""Minutes kept, whatever their stamps: a day's, and a few."""


class MinuteHistory:
    """Records of `live-audience-minutes` in the order of their stamps, a day of them.

    Safe to write from one thread while others read; `version` grows with every change.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._records: deque[AudienceMinute] = deque(maxlen=_MOST)
        self._version = 0

    @property
    def version(self) -> int:
        """Return a number that grows with every change."""
        return self._version

    def append(self, records: Iterable[AudienceMinute]) -> None:
        """Add records in the order they came.

        One that is not newer than those before it takes the place of what it
        contradicts: the flow began again, or its clock was set back.
        """
        with self._lock:
            for record in records:
                while self._records and self._records[-1].tstamp >= record.tstamp:
                    self._records.pop()
                self._records.append(record)
            self._forget_the_old()
            self._version += 1

    def records(self) -> list[AudienceMinute]:
        """Return the minutes, oldest first."""
        with self._lock:
            return list(self._records)

    def clear(self) -> None:
        """Forget all minutes, for the topic begins anew."""
        with self._lock:
            self._records.clear()
            self._version += 1

    def _forget_the_old(self) -> None:
        if not self._records:
            return
        newest = ms_from_iso(self._records[-1].tstamp)
        oldest = newest - DAY // timedelta(milliseconds=1)
        while ms_from_iso(self._records[0].tstamp) < oldest:
            self._records.popleft()
