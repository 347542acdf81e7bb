"""What only all live profiles together tell, worked out once for all who ask."""

import math
import time
from collections import Counter
from collections.abc import Callable, Sequence
from threading import Lock
from typing import Final, Protocol

from dashboard.query import ViewerQuery
from dataflows.playback.profile import PlaybackStatus, ViewerProfile

__all__ = ["OnScreen", "Viewers"]

_IN_ADS: Final = ViewerQuery(status=PlaybackStatus.WATCHING_AD)
_KEPT_S: Final = 1.0


class Viewers(Protocol):
    """The live viewers, as far as they are asked here."""

    def all(self, query: ViewerQuery) -> Sequence[ViewerProfile]:
        """Return all that match."""

    def median(self, number: str) -> tuple[float | None, int]:
        """Return the median of a number, and of how many."""


class OnScreen:
    """Ads by the viewers who see them, and how long players took; thread-safe."""

    def __init__(
        self, viewers: Viewers, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._viewers = viewers
        self._clock = clock
        self._lock = Lock()
        self._ads: tuple[float, Counter[str | None]] = (-math.inf, Counter())
        self._medians: dict[str, tuple[float, float | None, int]] = {}

    def ads(self) -> Counter[str | None]:
        """Return how many viewers see which ad; `None` is an ad without an id."""
        with self._lock:
            now = self._clock()
            if now - self._ads[0] >= _KEPT_S:
                in_ads = self._viewers.all(_IN_ADS)
                self._ads = now, Counter(profile.ad_id for profile in in_ads)
            return self._ads[1]

    def median(self, number: str) -> tuple[float | None, int]:
        """Return the median of a number, and of how many live sessions."""
        with self._lock:
            now = self._clock()
            kept = self._medians.get(number)
            if kept is None or now - kept[0] >= _KEPT_S:
                kept = now, *self._viewers.median(number)
                self._medians[number] = kept
            return kept[1:]
