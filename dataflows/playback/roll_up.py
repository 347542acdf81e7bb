"""Adding up: tallies of shards and intake to a record a second and a minute.

One `AudienceBook` lives under the single key of the audience step. It keeps each
shard's last tally, so a shard that is silent still counts. Times are milliseconds.
"""

from typing import Any, Final, TypeVar

import msgspec

from dataflows.playback.adding import add_up, largest
from dataflows.playback.audience import (
    TITLES_SHOWN,
    AdTally,
    Audience,
    AudienceMinute,
    EventTally,
    PartitionLag,
    QualityTally,
)
from dataflows.playback.names import added, grown, shown
from dataflows.playback.profile import STATUS_RULES, PlaybackStatus, iso_from_ms
from dataflows.playback.tallies import IntakeTally, NamedTallies, ShardTally

__all__ = ["AudienceBook"]

_SHOWN: Final[tuple[PlaybackStatus, ...]] = tuple(
    s for s in PlaybackStatus if s is not PlaybackStatus.LEFT
)
_T = TypeVar("_T", AdTally, QualityTally)


class AudienceBook(msgspec.Struct):
    """What the audience step knows; mutable, packed whole into a snapshot."""

    shards: dict[str, ShardTally] = {}
    received: int = 0
    lag: dict[str, PartitionLag] = {}
    minute_start: Audience | None = None
    seconds: int = 0
    peak: dict[PlaybackStatus, int] = {}
    total: dict[PlaybackStatus, int] = {}
    viewers_peak: int = 0
    named: NamedTallies = NamedTallies()
    minute_named: NamedTallies = NamedTallies()

    def take_shard(self, shard: str, tally: ShardTally) -> None:
        """Take a shard's newest tally."""
        self.shards[shard] = tally

    def take_intake(self, tally: IntakeTally) -> None:
        """Add what the intake of a partition read."""
        self.received += tally.received
        self.lag[tally.partition] = PartitionLag(
            partition=tally.partition,
            messages=tally.lag_messages,
            seconds=tally.lag_ms / 1000,
        )

    def audience(self, now: int) -> Audience:
        """Return the record of the second that a time of the clock is in."""
        tallies = list(self.shards.values())
        viewers: dict[PlaybackStatus, int] = dict.fromkeys(_SHOWN, 0)
        titles: dict[str, int] = {}
        for tally in tallies:
            add_up(viewers, tally.viewers)
            add_up(titles, tally.titles)
        largest_titles = largest(titles, TITLES_SHOWN)
        self.named = added([t.named for t in tallies])
        marks = [t.watermark for t in tallies if t.watermark is not None]
        return Audience(
            tstamp=iso_from_ms(now // 1000 * 1000),
            viewers=viewers,
            titles=largest_titles,
            other_titles=sum(titles.values())
            - sum(largest_titles.values())
            + sum(t.other_titles for t in tallies),
            sessions_started=sum(t.sessions_started for t in tallies),
            sessions_left=sum(t.sessions_left for t in tallies),
            sessions_completed=sum(t.sessions_completed for t in tallies),
            events=self._events(tallies),
            ads=_sum_of(AdTally, [t.ads for t in tallies]),
            quality=_sum_of(QualityTally, [t.quality for t in tallies]),
            **shown(self.named),
            lag=tuple(sorted(self.lag.values(), key=lambda lag: lag.partition)),
            watermark=iso_from_ms(max(marks)) if marks else None,
        )

    def minute(self, record: Audience) -> AudienceMinute | None:
        """Take a second's record; return the minute before when another begins."""
        start = self.minute_start
        done = None
        if start is None or start.tstamp[:16] != record.tstamp[:16]:
            done = None if start is None else self._close_minute(start, record)
            self.minute_start, self.seconds, self.viewers_peak = record, 0, 0
            self.minute_named = self.named
            self.peak, self.total = {}, {}
        self.seconds += 1
        for status, count in record.viewers.items():
            self.peak[status] = max(self.peak.get(status, 0), count)
        add_up(self.total, record.viewers)
        present = sum(n for s, n in record.viewers.items() if STATUS_RULES[s].present)
        self.viewers_peak = max(self.viewers_peak, present)
        return done

    def _close_minute(self, start: Audience, record: Audience) -> AudienceMinute:
        return AudienceMinute(
            tstamp=f"{start.tstamp[:16]}:00.000Z",
            seconds=self.seconds,
            peak=self.peak,
            mean={s: total / self.seconds for s, total in self.total.items()},
            viewers_peak=self.viewers_peak,
            titles=start.titles,
            sessions_started=record.sessions_started - start.sessions_started,
            sessions_left=record.sessions_left - start.sessions_left,
            sessions_completed=record.sessions_completed - start.sessions_completed,
            events=_less(record.events, start.events),
            ads=_less(record.ads, start.ads),
            quality=_less(record.quality, start.quality),
            **shown(grown(self.named, self.minute_named)),
        )

    def _events(self, tallies: list[ShardTally]) -> EventTally:
        dead_letters: dict[str, int] = {}
        shapes: dict[str, int] = {}
        for tally in tallies:
            add_up(dead_letters, tally.dead_letters)
            add_up(shapes, tally.shapes)
        return EventTally(
            received=self.received,
            used=sum(t.used for t in tallies),
            skipped=sum(t.skipped for t in tallies),
            late=sum(t.late for t in tallies),
            duplicate=sum(t.duplicate for t in tallies),
            dead_letters=dead_letters,
            shapes=shapes,
        )


_R = TypeVar("_R", EventTally, AdTally, QualityTally)


def _sum_of(kind: type[_T], parts: list[_T]) -> _T:
    names = kind.__struct_fields__
    return kind(**{name: sum(getattr(part, name) for part in parts) for name in names})


def _less(record: _R, start: _R) -> _R:
    """Return how much each count has grown."""
    more: dict[str, Any] = {}
    for name in record.__struct_fields__:
        new, old = getattr(record, name), getattr(start, name)
        if isinstance(new, dict):
            more[name] = {key: new[key] - old.get(key, 0) for key in new}
        else:
            more[name] = new - old
    return type(record)(**more)
