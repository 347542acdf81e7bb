"""What a player reports: one event of one viewer.

A `MediaEvent` holds numbers that can be trusted: the decoder has turned what is absent,
empty, not finite or absurd into `None`. Points in time are milliseconds since 1970 UTC.
"""

from dataclasses import dataclass
from typing import Any, Final

from msgspec.structs import astuple
from mypy_extensions import mypyc_attr

from dataflows.playback.short import NAME_NUMBERS, pack_id
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
    "Levels",
    "MediaEvent",
    "MediaPlayer",
    "MediaSession",
    "entity_fields",
    "error_code",
    "event_order",
]

# What another module holds is looked up by its name each time.
_NAME_NUMBERS: Final = NAME_NUMBERS

# Where a player's fields are in `astuple` of it: one call for all of them.
_FIELDS: Final = MediaPlayer.__struct_fields__
_CURRENT_TIME: Final[int] = _FIELDS.index("current_time")
_DURATION: Final[int] = _FIELDS.index("duration")
_PAUSED: Final[int] = _FIELDS.index("paused")
_ENDED: Final[int] = _FIELDS.index("ended")
_LIVESTREAM: Final[int] = _FIELDS.index("livestream")
_LABEL: Final[int] = _FIELDS.index("label")
_PLAYER_TYPE: Final[int] = _FIELDS.index("player_type")
_QUALITY: Final[int] = _FIELDS.index("quality")
_PLAYBACK_RATE: Final[int] = _FIELDS.index("playback_rate")


@mypyc_attr(acyclic=True)
class Levels:
    """How a player stands that tells more than where, and what it plays."""

    __slots__ = (
        "duration",
        "ended",
        "label",
        "livestream",
        "paused",
        "player_type",
        "quality",
    )

    def __init__(self, said: tuple[Any, ...]) -> None:
        """Take what a player says, in the order of its fields."""
        self.paused: bool = said[_PAUSED]
        self.ended = said[_ENDED] is True
        self.duration: float | None = said[_DURATION]
        self.livestream: bool | None = said[_LIVESTREAM]
        self.label: str | None = said[_LABEL]
        self.player_type: str | None = said[_PLAYER_TYPE]
        self.quality: str | None = said[_QUALITY]


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
        packed_id: bytes | None = None,
    ) -> None:
        self.viewer_id = viewer_id
        self.event_id = event_id
        self.name = name
        # Its place in `NAMES`: what hangs on the name is quicker found by it.
        self.number = _NAME_NUMBERS[name]
        self.time = time
        self.player = player
        self.session = session
        self.ad = ad
        self.ad_break = ad_break
        self.data = data
        self.dimensions = dimensions
        # The id as it is kept, and looked for: worked out unless it is known.
        self.packed_id = pack_id(event_id) if packed_id is None else packed_id
        # What is asked of the player again and again, which takes long of a Struct.
        self.current_time: float | None = None
        self.playback_rate: float | None = None
        self.levels: Levels | None = None
        if player is not None:
            said = astuple(player)
            self.current_time = said[_CURRENT_TIME]
            self.playback_rate = said[_PLAYBACK_RATE]
            if said[_PAUSED] is not None:
                self.levels = Levels(said)


def error_code(event: MediaEvent) -> str | None:
    """Return what tells the error of an event from others: its code, else its name."""
    data = event.data
    return None if data is None else data.error_code or data.error_name


def event_order(event: MediaEvent) -> tuple[int, int, str]:
    """Return the key that sorts a viewer's events: time, kind, `event_id`."""
    return event.time, event.number, event.event_id
