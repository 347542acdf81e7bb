"""What a shard counts as it goes.

Counts of what happened only grow, but for corrections: a session that a late event
shows never was is taken back. Counts of who is there are kept by moving each viewer's
share.
"""

from typing import Any, Final

from dataflows.playback.adding import largest
from dataflows.playback.audience import (
    AD_COUNTS,
    AD_QUARTILES,
    QUALITY_COUNTS,
    AdTally,
    QualityTally,
)
from dataflows.playback.errors import DeadLetterReason
from dataflows.playback.events import EventName, MediaEvent
from dataflows.playback.messages import DeadLetter, ShardBatch
from dataflows.playback.names import NameCounts
from dataflows.playback.profile import HistoryItem, PlaybackStatus
from dataflows.playback.share import Share
from dataflows.playback.short import by_number
from dataflows.playback.tallies import ShardTally
from dataflows.playback.window import NEVER

__all__ = ["RunningTally"]

# What a shard names: enough that the largest of the whole are among them.
_TITLES_TOLD: Final = 1_000

_PERCENTS: Final = frozenset(AD_QUARTILES.values())
_COUNTED: Final = by_number({*AD_COUNTS.values(), *QUALITY_COUNTS.values()})
_AD_QUARTILE: Final = EventName.AD_QUARTILE
_WATCHING: Final = PlaybackStatus.WATCHING_VIDEO
_BUFFERING: Final = PlaybackStatus.BUFFERING
_LEFT: Final = PlaybackStatus.LEFT
_COMPLETED: Final = PlaybackStatus.COMPLETED_VIDEO

# What a snapshot holds; who is there is told by the viewers in it.
_KEPT: Final = (
    "completed",
    "dead_letters",
    "duplicate",
    "events",
    "late",
    "left",
    "played_ms",
    "quartiles",
    "shapes",
    "skipped",
    "stalled_ms",
    "stalls",
    "started",
    "used",
)


class RunningTally:
    """The counts as a shard keeps them."""

    __slots__ = (*_KEPT, "names", "titles", "viewers")

    def __init__(self) -> None:
        """Begin with nobody and nothing."""
        self.viewers: dict[str, int] = {}
        self.titles: dict[str, int] = {}
        self.played_ms = 0
        self.stalled_ms = 0
        self.used = 0
        self.skipped = 0
        self.late = 0
        self.duplicate = 0
        self.dead_letters: dict[str, int] = {}
        self.shapes: dict[str, int] = {}
        self.started = 0
        self.left = 0
        self.completed = 0
        self.stalls = 0
        self.events: dict[str, int] = {}
        self.quartiles: dict[int, int] = {}
        self.names = NameCounts()

    def pack(self) -> dict[str, Any]:
        """Return what `unpack` takes: the recovery format, by name."""
        kept = {name: getattr(self, name) for name in _KEPT}
        return kept | {"names": self.names.pack()}

    @classmethod
    def unpack(cls, packed: dict[str, Any]) -> "RunningTally":
        """Return the tally that was packed."""
        tally = cls()
        for name in _KEPT:
            setattr(tally, name, packed[name])
        tally.names = NameCounts.unpack(packed["names"])
        return tally

    def arrive(self, batch: ShardBatch) -> None:
        """Count what is known of a batch before its events are applied."""
        self.skipped += batch.skipped
        for shape, count in batch.shapes.items():
            self.shapes[shape] = self.shapes.get(shape, 0) + count
        for letter in batch.letters:
            self.refuse(letter)

    def refuse(self, letter: DeadLetter) -> None:
        """Count a message that is not used."""
        if letter.reason is DeadLetterReason.LATE:
            self.late += 1
        else:
            count = self.dead_letters.get(letter.reason, 0)
            self.dead_letters[letter.reason] = count + 1

    def count(self, event: MediaEvent) -> None:
        """Count an event that was used."""
        self.used += 1
        name = event.name
        if _COUNTED[event.number]:
            self.events[name] = self.events.get(name, 0) + 1
            self.names.count(event)
        elif name is _AD_QUARTILE and event.data is not None:
            percent = round(event.data.percent_progress or 0)
            if percent in _PERCENTS:
                self.quartiles[percent] = self.quartiles.get(percent, 0) + 1
                self.names.count(event)

    def change(self, item: HistoryItem, by: int = 1) -> None:
        """Count a change of status; an item of a notable event alone is none."""
        status = item.status
        if item.previous_status is status:
            return
        if item.previous_status is None:
            self.started += by
        if status is _LEFT:
            self.left += by
        elif status is _COMPLETED:
            self.completed += by
        elif status is _BUFFERING:
            self.stalls += by

    def unchange(self, item: HistoryItem) -> None:
        """Take a change back that turned out wrong."""
        self.change(item, by=-1)

    def move(self, before: Share, after: Share) -> None:
        """Replace a viewer's share by another."""
        if before != after:
            self._add(before, -1)
            self._add(after, 1)

    def spend(self, status: PlaybackStatus, ms: int) -> None:
        """Let a viewer's share grow by the time that was spent in a status."""
        if status is _WATCHING:
            self.played_ms += ms
        elif status is _BUFFERING:
            self.stalled_ms += ms

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
            skipped=self.skipped,
            late=self.late,
            duplicate=self.duplicate,
            dead_letters=dict(self.dead_letters),
            shapes=dict(self.shapes),
            sessions_started=self.started,
            sessions_left=self.left,
            sessions_completed=self.completed,
            ads=AdTally(**self._counts(AD_COUNTS), **quartiles),
            named=self.names.told(),
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


def _largest(titles: dict[str, int]) -> dict[str, int]:
    # Few need no ranking: whoever adds them up ranks the sums.
    if len(titles) <= _TITLES_TOLD:
        return dict(titles)
    return largest(titles, _TITLES_TOLD)


def _add(counts: dict[str, int], key: str, by: int) -> None:
    """Add to a count; a count of none is not kept, so that titles come and go."""
    count = counts.get(key, 0) + by
    if count:
        counts[key] = count
    else:
        del counts[key]
