"""The audience: tallies of a shard and of the intake, and how they add up.

Each shard and each source partition sends its running tally, at most once a second; one
small step adds them up and emits an `Audience` record a second and a `AudienceMinute` a
minute. Counters (`events`, `ads`, ...) run from the first start of the flow and survive
restarts; a reader who wants a rate takes a difference.
"""

from typing import Final

import msgspec

from dataflows.playback.events import EventName
from dataflows.playback.profile import PlaybackStatus

__all__ = [
    "AD_COUNTS",
    "AD_QUARTILES",
    "NAMES_SHOWN",
    "QUALITY_COUNTS",
    "TITLES_SHOWN",
    "TITLE_CHARS",
    "AdTally",
    "Audience",
    "AudienceMinute",
    "EventTally",
    "PartitionLag",
    "QualityTally",
    "audience_from_json",
    "minute_from_json",
]

TITLES_SHOWN: Final = 100
"""How many titles an audience record names, largest first."""

NAMES_SHOWN: Final = 30
"""How many ads, breaks and errors it names, largest first."""

TITLE_CHARS: Final = 120
"""How much of a title is tallied: a hundred whole ones, which may be 4,096 characters
long each, are more than a broker takes as one message."""


class EventTally(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """What became of every message, as running counts.

    `received == used + skipped + late + duplicate + sum(dead_letters)` once the flow
    has caught up; `late` messages are in the dead letters topic too, under their
    reason, but are not counted in `dead_letters` a second time.
    """

    received: int = 0
    used: int = 0
    skipped: int = 0
    late: int = 0
    duplicate: int = 0
    dead_letters: dict[str, int] = {}
    shapes: dict[str, int] = {}


class AdTally(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Ad events used, as running counts."""

    starts: int = 0
    first_quartiles: int = 0
    midpoints: int = 0
    third_quartiles: int = 0
    completes: int = 0
    skips: int = 0
    clicks: int = 0
    breaks: int = 0


AD_COUNTS: Final = {
    "starts": EventName.AD_START,
    "completes": EventName.AD_COMPLETE,
    "skips": EventName.AD_SKIP,
    "clicks": EventName.AD_CLICK,
    "breaks": EventName.AD_BREAK_START,
}
"""The counts of `AdTally`, and the events that they count."""

AD_QUARTILES: Final = {"first_quartiles": 25, "midpoints": 50, "third_quartiles": 75}
"""Its other counts, and the percent that tells them apart, for one event tells all."""


class QualityTally(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Quality of experience, running: seconds played and stalled, and counts.

    `stalls` is how often a status became `BUFFERING`, as in the profiles.
    """

    time_played: float = 0.0
    time_buffering: float = 0.0
    stalls: int = 0
    errors: int = 0
    quality_changes: int = 0


QUALITY_COUNTS: Final = {
    "errors": EventName.ERROR,
    "quality_changes": EventName.QUALITY_CHANGE,
}
"""The counts of `QualityTally` that are of events, and the events."""


class PartitionLag(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """How far the flow is behind one source partition."""

    partition: str
    messages: int
    seconds: float


class Audience(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """The whole audience at one second of wall-clock time: a record of `live-audience`.

    `viewers` counts viewers by status and names every status but `LEFT`; `titles`
    counts the viewers of a title. `ads_by_id` has the ads with the most starts,
    `ads_by_break` is by where the break stands (`pre-roll`, `mid-roll`, `post-roll`, or
    the break's own name), `errors_by_code` by the error's code or name: running counts,
    of which one that was not counted for long may begin anew. `watermark` is the newest
    event time of all shards, `None` before the first event. The latencies are from
    Kafka's stamp of an event to the profile that it changed, half and 99 in a hundred
    took no longer lately; `None` when nothing changed.
    """

    tstamp: str
    viewers: dict[PlaybackStatus, int]
    titles: dict[str, int]
    other_titles: int = 0
    sessions_started: int = 0
    sessions_left: int = 0
    sessions_completed: int = 0
    events: EventTally = EventTally()
    ads: AdTally = AdTally()
    ads_by_id: dict[str, AdTally] = {}
    ads_by_break: dict[str, AdTally] = {}
    quality: QualityTally = QualityTally()
    errors_by_code: dict[str, int] = {}
    lag: tuple[PartitionLag, ...] = ()
    watermark: str | None = None
    latency_p50_ms: float | None = None
    latency_p99_ms: float | None = None


class AudienceMinute(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A minute of `Audience` records: a record of `live-audience-minutes`.

    `peak` and `mean` are of the viewers by status; `viewers_peak` is the most viewers
    at once, all statuses but `COMPLETED_VIDEO` and `LEFT`. The sums are of this minute.
    """

    tstamp: str
    seconds: int
    peak: dict[PlaybackStatus, int]
    mean: dict[PlaybackStatus, float]
    viewers_peak: int
    titles: dict[str, int]
    sessions_started: int
    sessions_left: int
    sessions_completed: int
    events: EventTally
    ads: AdTally
    quality: QualityTally
    ads_by_id: dict[str, AdTally] = {}
    ads_by_break: dict[str, AdTally] = {}
    errors_by_code: dict[str, int] = {}


_audience_decoder = msgspec.json.Decoder(Audience)
_minute_decoder = msgspec.json.Decoder(AudienceMinute)


def audience_from_json(data: bytes) -> Audience:
    """Return a record of `live-audience`.

    Raises:
        msgspec.DecodeError: `data` is not such a record.

    """
    return _audience_decoder.decode(data)


def minute_from_json(data: bytes) -> AudienceMinute:
    """Return a record of `live-audience-minutes`.

    Raises:
        msgspec.DecodeError: `data` is not such a record.

    """
    return _minute_decoder.decode(data)
