"""How much the running counts have grown between two moments, and shares of that.

Audience records hold counts since the flow's first start; minutes hold a minute's. Both
become a `Growth`, which is what the pages show. What can't be known is `None`.
"""

from collections.abc import Sequence
from typing import Any, Final, Protocol, TypeVar

import msgspec

from dataflows.playback.audience import (
    NAMES_SHOWN,
    AdTally,
    Audience,
    AudienceMinute,
    EventTally,
    QualityTally,
)
from dataflows.playback.profile import iso_from_ms, ms_from_iso

__all__ = [
    "Growth",
    "Watched",
    "grown",
    "growth_between",
    "rate",
    "rebuffer_ratio",
    "share",
    "total",
    "watched_s",
]

_T = TypeVar("_T")


class Growth(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """What came to be counted from `start` to `end`, points in time as records have.

    `seconds` is how much of that time was seen: less, where records are missing.
    """

    start: str
    end: str
    seconds: float
    sessions_started: int = 0
    sessions_left: int = 0
    sessions_completed: int = 0
    events: EventTally = EventTally()
    ads: AdTally = AdTally()
    ads_by_id: dict[str, AdTally] = {}
    ads_by_break: dict[str, AdTally] = {}
    quality: QualityTally = QualityTally()
    errors_by_code: dict[str, int] = {}

    @classmethod
    def of_minute(cls, minute: AudienceMinute) -> "Growth":
        """Return the minute's own sums."""
        end = iso_from_ms(ms_from_iso(minute.tstamp) + 60_000)
        sums = {name: getattr(minute, name) for name in _COUNTS}
        return cls(start=minute.tstamp, end=end, seconds=float(minute.seconds), **sums)


_COUNTS: Final = tuple(
    name for name in Growth.__struct_fields__ if name not in {"start", "end", "seconds"}
)


_NAMED: Final = ("ads_by_id", "ads_by_break", "errors_by_code")


def growth_between(old: Audience, new: Audience) -> Growth:
    """Return how much the counts of `new` are above those of an older record."""
    counts = {name: grown(getattr(new, name), getattr(old, name)) for name in _COUNTS}
    for name in _NAMED:
        known = getattr(old, name)
        if len(known) >= NAMES_SHOWN:
            # Who was not among the largest then may have counted long before.
            counts[name] = {k: v for k, v in counts[name].items() if k in known}
    seconds = (ms_from_iso(new.tstamp) - ms_from_iso(old.tstamp)) / 1000
    return Growth(start=old.tstamp, end=new.tstamp, seconds=seconds, **counts)


def grown(new: _T, old: _T | None) -> _T:
    """Return how much a count, or each count of a tally or of a dict, has grown.

    A count that is not half of what it was began anew, and has grown by all it is. One
    that is a little less was taken back, by a late event or by what the flow reads
    again after a restart: it has not grown.
    """
    more: _T = _grown(new, old)
    return more


def total(growths: Sequence[Growth]) -> Growth | None:
    """Return the sum of growths in the order of time; `None` of none."""
    if not growths:
        return None
    counts = {name: _sum([getattr(g, name) for g in growths]) for name in _COUNTS}
    seconds = sum(growth.seconds for growth in growths)
    start, end = growths[0].start, growths[-1].end
    return Growth(start=start, end=end, seconds=seconds, **counts)


def share(part: float | None, whole: float | None) -> float | None:
    """Return which share of the whole a part is; `None` of nothing."""
    return None if part is None or not whole else part / whole


class Watched(Protocol):
    """What was played, and how long that stalled, in seconds."""

    @property
    def time_played(self) -> float:
        """Return how long content played."""

    @property
    def time_buffering(self) -> float:
        """Return how long it stalled."""


def watched_s(watched: Watched) -> float:
    """Return for how long somebody sat before content, played or stalled."""
    return watched.time_played + watched.time_buffering


def rebuffer_ratio(watched: Watched) -> float | None:
    """Return which share of the time before content it stalled; `None` of nothing."""
    return share(watched.time_buffering, watched_s(watched))


def rate(part: float, whole: float) -> float | None:
    """Return which share of what began came so far; `None` of nothing.

    Where more came than began, some began before the span: then it is not known.
    """
    found = share(part, whole)
    return None if found is not None and found > 1 else found


def _grown(new: Any, old: Any) -> Any:  # noqa: ANN401, numbers, tallies and dicts of them
    if isinstance(new, dict):
        before = old or {}
        return {key: _grown(count, before.get(key)) for key, count in new.items()}
    if isinstance(new, msgspec.Struct):
        names = new.__struct_fields__
        return type(new)(
            **{n: _grown(getattr(new, n), getattr(old, n, None)) for n in names}
        )
    if old is None or 2 * new < old:
        return new
    return max(new - old, type(new)(0))


def _sum(values: list[Any]) -> Any:  # noqa: ANN401, of the same
    # Column by column: a day of minutes is 1,440 tallies of each of a hundred ads.
    first = values[0]
    if isinstance(first, dict):
        by_key: dict[str, list[Any]] = {}
        for value in values:
            for key, count in value.items():
                by_key.setdefault(key, []).append(count)
        return {key: _sum(counts) for key, counts in by_key.items()}
    if isinstance(first, msgspec.Struct):
        names = first.__struct_fields__
        return type(first)(**{n: _sum([getattr(v, n) for v in values]) for n in names})
    return sum(values)
