"""What a player reports: one event of one viewer.

A `MediaEvent` holds numbers that can be trusted: the decoder has turned what is absent,
empty, not finite or absurd into `None`. Points in time are milliseconds since 1970 UTC.
"""

from dataclasses import dataclass
from typing import Final

from mypy_extensions import mypyc_attr

from dataflows.playback.vocabulary import (
    AD_EVENTS,
    Ad,
    AdBreak,
    EventData,
    EventName,
    MediaPlayer,
    MediaSession,
    entity_fields,
)

__all__ = [
    "AD_EVENTS",
    "Ad",
    "AdBreak",
    "EventData",
    "EventName",
    "MediaEvent",
    "MediaPlayer",
    "MediaSession",
    "entity_fields",
    "error_code",
    "event_order",
    "order_of",
]

_RANK: Final = {name: rank for rank, name in enumerate(EventName)}


@mypyc_attr(acyclic=True)
@dataclass(init=False)
class MediaEvent:
    """One event of one viewer; never changed once it is there.

    `time` is event time in milliseconds: `derived_tstamp`, else `collector_tstamp`, and
    never after `collector_tstamp`, for nothing happens after it was received.
    `dimensions` are in the order of `decode.dimensions`, empty where none is known.
    """

    viewer_id: str
    event_id: str
    name: EventName
    time: int
    player: MediaPlayer | None
    session: MediaSession | None
    ad: Ad | None
    ad_break: AdBreak | None
    data: EventData | None
    dimensions: tuple[str | None, ...]

    # What a dataclass writes itself is not compiled, and one is made an event.
    def __init__(  # noqa: PLR0917, the fields
        self,
        viewer_id: str,
        event_id: str,
        name: EventName,
        time: int,
        player: MediaPlayer | None = None,
        session: MediaSession | None = None,
        ad: Ad | None = None,
        ad_break: AdBreak | None = None,
        data: EventData | None = None,
        dimensions: tuple[str | None, ...] = (),
    ) -> None:
        self.viewer_id = viewer_id
        self.event_id = event_id
        self.name = name
        self.time = time
        self.player = player
        self.session = session
        self.ad = ad
        self.ad_break = ad_break
        self.data = data
        self.dimensions = dimensions
        # The player where it tells how it stands, and not only where.
        has_levels = player is not None and player.paused is not None
        self.levels = player if has_levels else None


def error_code(event: MediaEvent) -> str | None:
    """Return what tells the error of an event from others: its code, else its name."""
    data = event.data
    return None if data is None else data.error_code or data.error_name


def event_order(event: MediaEvent) -> tuple[int, int, str]:
    """Return the key that sorts a viewer's events: time, kind, `event_id`."""
    return event.time, _RANK[event.name], event.event_id


def order_of(time: int, name: EventName, event_id: str) -> tuple[int, int, str]:
    """Return the `event_order` of an event of which this is known."""
    return time, _RANK[name], event_id
