"""The Live page's figures: how many and how well, now and before.

Pure functions of audience records. What can't be known is `None`.
"""

from collections.abc import Callable
from typing import Final, NamedTuple

from dashboard.history import AudienceHistory
from dashboard.rates import growth_between, rebuffer_ratio, share
from dataflows.playback.audience import Audience
from dataflows.playback.profile import STATUS_RULES, PlaybackStatus

__all__ = [
    "BEFORE_S",
    "FIGURES",
    "LiveFigure",
    "concurrent",
    "live_figures",
    "record_count",
]

BEFORE_S: Final = (300, 3_600)
"""How many seconds ago a figure is compared with."""

_PER: Final = 1_000
"""Viewers that errors are told for."""
_MINUTE_S: Final = 60
_EVENTS_S: Final = 10
_CONCURRENT: Final = tuple(
    status
    for status, rules in STATUS_RULES.items()
    if rules.present and status is not PlaybackStatus.PAUSED_VIDEO
)

Look = Callable[[Audience, Audience], float | None]
"""What two records tell, the newer one first."""


class LiveFigure(NamedTuple):
    """A figure now, and what it was `BEFORE_S` ago."""

    now: float | None
    before: tuple[float | None, ...]


def concurrent(record: Audience) -> int | None:
    """Return how many are there and have not paused."""
    counts = [record.viewers.get(status) for status in _CONCURRENT]
    return sum(known) if (known := [c for c in counts if c is not None]) else None


def _count(status: PlaybackStatus) -> Look:
    return lambda new, _: record_count(new, status)


def record_count(record: Audience, status: PlaybackStatus) -> int | None:
    """Return how many are in a status; `None` where the record does not tell."""
    return record.viewers.get(status)


def _starts(new: Audience, old: Audience) -> float | None:
    grown = growth_between(old, new)
    return share(grown.sessions_started * _MINUTE_S, grown.seconds)


def _exits(new: Audience, old: Audience) -> float | None:
    grown = growth_between(old, new)
    over = grown.sessions_left + grown.sessions_completed
    return share(over * _MINUTE_S, grown.seconds)


def _rebuffer_ratio(new: Audience, old: Audience) -> float | None:
    return rebuffer_ratio(growth_between(old, new).quality)


def _error_rate(new: Audience, old: Audience) -> float | None:
    grown = growth_between(old, new)
    a_minute = share(grown.quality.errors * _MINUTE_S, grown.seconds)
    return share(None if a_minute is None else a_minute * _PER, concurrent(new))


def _events(new: Audience, old: Audience) -> float | None:
    grown = growth_between(old, new)
    return share(grown.events.received, grown.seconds)


FIGURES: Final[dict[str, tuple[Look, int]]] = {
    "concurrent": (lambda new, _: concurrent(new), 0),
    "paused": (_count(PlaybackStatus.PAUSED_VIDEO), 0),
    "in_ads": (_count(PlaybackStatus.WATCHING_AD), 0),
    "buffering": (_count(PlaybackStatus.BUFFERING), 0),
    "starts": (_starts, _MINUTE_S),
    "exits": (_exits, _MINUTE_S),
    "rebuffer_ratio": (_rebuffer_ratio, _MINUTE_S),
    "error_rate": (_error_rate, _MINUTE_S),
    "events_per_second": (_events, _EVENTS_S),
}
"""By the name of their definition: what they look at, and how many seconds back."""


def live_figures(history: AudienceHistory) -> dict[str, LiveFigure]:
    """Return the figures of the newest record, beside those of before."""
    return {
        name: LiveFigure(
            _figure(history, look, 0, span_s),
            tuple(_figure(history, look, ago_s, span_s) for ago_s in BEFORE_S),
        )
        for name, (look, span_s) in FIGURES.items()
    }


def _figure(
    history: AudienceHistory, look: Look, ago_s: int, span_s: int
) -> float | None:
    new, old = history.ago(ago_s), history.ago(ago_s + span_s)
    return None if new is None or old is None else look(new, old)
