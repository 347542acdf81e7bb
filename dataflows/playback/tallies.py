"""What a shard counts as it goes, and what it tells the audience step.

Counts of what happened only grow, but for corrections: a session that a late event
shows never was is taken back. Counts of who is there are kept by moving each viewer's
share.
"""

from heapq import nsmallest
from typing import Final

import msgspec

from dataflows.playback.audience import (
    AD_COUNTS,
    AD_QUARTILES,
    QUALITY_COUNTS,
    AdTally,
    QualityTally,
)
from dataflows.playback.events import EventName, MediaEvent
from dataflows.playback.profile import HistoryItem, PlaybackStatus
from dataflows.playback.session import Share
from dataflows.playback.window import NEVER

__all__ = ["IntakeTally", "RunningTally", "ShardTally"]

# What a shard names: enough that the largest of the whole are among them.
_TITLES_TOLD: Final = 1_000


class IntakeTally(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """What the intake of one source partition adds; counts are since the last one.

    `lag_ms` is how old the newest message was when it was read; 0 at the end.
    """

    partition: str
    received: int
    skipped: int = 0
    dead_letters: dict[str, int] = {}
    shapes: dict[str, int] = {}
    lag_messages: int = 0
    lag_ms: int = 0


class ShardTally(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A shard's whole tally; the newest replaces those before.

    `titles` are its largest, `other_titles` counts the viewers of the rest.
    """

    viewers: dict[PlaybackStatus, int]
    titles: dict[str, int]
    used: int
    late: int
    duplicate: int
    future: int
    sessions_started: int
    sessions_left: int
    sessions_completed: int
    ads: AdTally
    quality: QualityTally
    watermark: int | None
    other_titles: int = 0


class RunningTally(msgspec.Struct):
    """The counts as a shard keeps them; a recovery format, by name."""

    viewers: dict[str, int] = {}
    titles: dict[str, int] = {}
    played_ms: int = 0
    stalled_ms: int = 0
    used: int = 0
    late: int = 0
    duplicate: int = 0
    future: int = 0
    started: int = 0
    left: int = 0
    completed: int = 0
    stalls: int = 0
    events: dict[str, int] = {}
    quartiles: dict[int, int] = {}

    def count(self, event: MediaEvent) -> None:
        """Count an event that was used."""
        self.used += 1
        name = event.name
        if name in _COUNTED:
            self.events[name] = self.events.get(name, 0) + 1
        elif name is EventName.AD_QUARTILE and event.data is not None:
            percent = round(event.data.percent_progress or 0)
            if percent in _PERCENTS:
                self.quartiles[percent] = self.quartiles.get(percent, 0) + 1

    def change(self, item: HistoryItem, by: int = 1) -> None:
        """Count a change of status."""
        if item.previous_status is None:
            self.started += by
        if item.status is PlaybackStatus.LEFT:
            self.left += by
        elif item.status is PlaybackStatus.COMPLETED_VIDEO:
            self.completed += by
        elif item.status is PlaybackStatus.BUFFERING:
            self.stalls += by

    def unchange(self, item: HistoryItem) -> None:
        """Take a change back that turned out wrong."""
        self.change(item, by=-1)

    def move(self, before: Share, after: Share) -> None:
        """Replace a viewer's share by another."""
        if before != after:
            self._add(before, -1)
            self._add(after, 1)

    def told(self, watermark: int) -> ShardTally:
        """Return the tally as the audience step takes it."""
        titles = _largest(self.titles)
        quartiles = {
            name: self.quartiles.get(percent, 0)
            for name, percent in AD_QUARTILES.items()
        }
        return ShardTally(
            viewers={PlaybackStatus(s): n for s, n in self.viewers.items()},
            titles=titles,
            other_titles=sum(self.titles.values()) - sum(titles.values()),
            used=self.used,
            late=self.late,
            duplicate=self.duplicate,
            future=self.future,
            sessions_started=self.started,
            sessions_left=self.left,
            sessions_completed=self.completed,
            ads=AdTally(**self._counts(AD_COUNTS), **quartiles),
            quality=QualityTally(
                time_played=self.played_ms / 1000,
                time_buffering=self.stalled_ms / 1000,
                stalls=self.stalls,
                **self._counts(QUALITY_COUNTS),
            ),
            watermark=None if watermark == NEVER else watermark,
        )

    def _counts(self, names: dict[str, EventName]) -> dict[str, int]:
        return {name: self.events.get(event, 0) for name, event in names.items()}

    def _add(self, share: Share, by: int) -> None:
        status, title, played, stalled = share
        self.played_ms += by * played
        self.stalled_ms += by * stalled
        if status:
            _add(self.viewers, status, by)
        if title:
            _add(self.titles, title, by)


_PERCENTS: Final = frozenset(AD_QUARTILES.values())
_COUNTED: Final = frozenset({*AD_COUNTS.values(), *QUALITY_COUNTS.values()})


def _largest(titles: dict[str, int]) -> dict[str, int]:
    if len(titles) <= _TITLES_TOLD:
        return dict(titles)
    return dict(nsmallest(_TITLES_TOLD, titles.items(), key=lambda t: (-t[1], t[0])))


def _add(counts: dict[str, int], key: str, by: int) -> None:
    """Add to a count; a count of none is not kept, so that titles come and go."""
    count = counts.get(key, 0) + by
    if count:
        counts[key] = count
    else:
        del counts[key]
