"""What was counted over a span of time that a person picks, once for all sessions.

Up to an hour it comes from the records of each second, a day from those of each minute,
so the whole day's figures are of whole minutes.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from enum import StrEnum, unique
from itertools import groupby, pairwise
from threading import Lock
from typing import Final, Protocol, TypeVar

from dashboard.rates import Growth, growth_between, total
from dataflows.playback.audience import Audience, AudienceMinute
from dataflows.playback.profile import iso_from_ms, ms_from_iso

__all__ = ["DETAIL_STEPS", "SPANS", "STEPS", "Minutes", "Seconds", "Span", "Spans"]

_R = TypeVar("_R")


@unique
class Span(StrEnum):
    """How far back; the value is what an address says."""

    FIVE_MINUTES = "5m"
    HOUR = "1h"
    DAY = "24h"


SPANS: Final = {
    Span.FIVE_MINUTES: timedelta(minutes=5),
    Span.HOUR: timedelta(hours=1),
    Span.DAY: timedelta(hours=24),
}
STEPS: Final = {
    Span.FIVE_MINUTES: timedelta(seconds=10),
    Span.HOUR: timedelta(seconds=10),
    Span.DAY: timedelta(minutes=1),
}
"""How long a step of a line is."""
DETAIL_STEPS: Final = {
    Span.FIVE_MINUTES: timedelta(minutes=1),
    Span.HOUR: timedelta(minutes=1),
    Span.DAY: timedelta(minutes=10),
}
"""How long a step is of which ads, breaks and error codes are known."""

_MINUTE_CHARS: Final = len("2026-11-23T12:00")
_TEN_SECOND_CHARS: Final = len("2026-11-23T12:00:0")
_TEN_MINUTE_CHARS: Final = len("2026-11-23T12:0")


class Seconds(Protocol):
    """Records of `live-audience`, of which the first of a minute keep all they had."""

    @property
    def newest(self) -> Audience | None:
        """Return the newest record, whole."""

    def records(self) -> list[Audience]:
        """Return the records, oldest first."""


class Minutes(Protocol):
    """Records of `live-audience-minutes`."""

    @property
    def version(self) -> int:
        """Return a number that grows with every change."""

    def records(self) -> list[AudienceMinute]:
        """Return the minutes, oldest first."""


class Spans:
    """Growths over the spans, each worked out once for all who ask; thread-safe."""

    def __init__(self, seconds: Seconds, minutes: Minutes) -> None:
        self._seconds = seconds
        self._minutes = minutes
        self._lock = Lock()
        self._known: dict[tuple[str, Span], tuple[object, object]] = {}

    def growth(self, span: Span) -> Growth | None:
        """Return what was counted in the span; `None` where no two records tell."""
        if span is Span.DAY:
            return self._once("growth", span, self._day, lambda: total(self._parts()))
        return self._once("growth", span, self._second, lambda: self._since(span))

    def steps(self, span: Span) -> list[Growth]:
        """Return the steps of the span, oldest first; ads and codes are not in them."""
        if span is Span.DAY:
            return self._once("steps", span, self._day, self._parts)
        return self._once(
            "steps", span, self._ten_seconds, lambda: self._cut(span, _TEN_SECOND_CHARS)
        )

    def samples(self, span: Span) -> list[Audience]:
        """Return the first record of every ten seconds of the last hour, or less."""
        return self._once(
            "samples",
            span,
            self._ten_seconds,
            lambda: list(_firsts(self._in(span), _TEN_SECOND_CHARS)),
        )

    def detail_steps(self, span: Span) -> list[Growth]:
        """Return longer steps, with all that was counted; the last is still growing."""
        if span is Span.DAY:
            return self._once("detail", span, self._day, self._ten_minutes)
        return self._once(
            "detail", span, self._second, lambda: self._cut(span, _MINUTE_CHARS)
        )

    def _once(
        self,
        what: str,
        span: Span,
        moment: Callable[[], object],
        make: Callable[[], _R],
    ) -> _R:
        with self._lock:
            now = moment()
            known = self._known.get((what, span))
            if known is None or known[0] != now:
                known = now, make()
                self._known[what, span] = known
            answer: _R = known[1]  # type: ignore[assignment]
            return answer

    def _second(self) -> object:
        newest = self._seconds.newest
        return newest and newest.tstamp

    def _ten_seconds(self) -> object:
        newest = self._seconds.newest
        return newest and newest.tstamp[:_TEN_SECOND_CHARS]

    def _day(self) -> object:
        return self._minutes.version

    def _parts(self) -> list[Growth]:
        return [Growth.of_minute(minute) for minute in self._minutes.records()]

    def _ten_minutes(self) -> list[Growth]:
        groups = groupby(self._parts(), lambda part: part.start[:_TEN_MINUTE_CHARS])
        return [whole for _, parts in groups if (whole := total(list(parts)))]

    def _since(self, span: Span) -> Growth | None:
        newest = self._seconds.newest
        whole = _firsts(self._in(span), _MINUTE_CHARS)
        if newest is None or not whole or whole[0].tstamp >= newest.tstamp:
            return None
        return growth_between(whole[0], newest)

    def _cut(self, span: Span, chars: int) -> list[Growth]:
        newest = self._seconds.newest
        marks = _firsts(self._in(span), chars)
        if chars == _MINUTE_CHARS and newest is not None:
            marks = [*(m for m in marks if m.tstamp < newest.tstamp), newest]
        return [growth_between(old, new) for old, new in pairwise(marks)]

    def _in(self, span: Span) -> Iterable[Audience]:
        """Return the records of the span, and of the minute that it begins in."""
        newest = self._seconds.newest
        if newest is None:
            return []
        first_ms = ms_from_iso(newest.tstamp) - SPANS[span] // timedelta(milliseconds=1)
        first = iso_from_ms(first_ms)[:_MINUTE_CHARS]
        return [r for r in self._seconds.records() if r.tstamp >= first]


def _firsts(records: Iterable[Audience], chars: int) -> Sequence[Audience]:
    """Return the first record of each stretch whose stamps begin alike."""
    groups = groupby(records, lambda record: record.tstamp[:chars])
    return [next(group) for _, group in groups]
