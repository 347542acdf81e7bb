"""What comes to a shard, and what it hands on."""

import msgspec

from dataflows.playback.errors import DeadLetterReason
from dataflows.playback.events import MediaEvent
from dataflows.playback.profile import HistoryItem, ViewerProfile
from dataflows.playback.tallies import ShardTally

__all__ = ["Arrival", "Refused", "ShardBatch", "ShardOutput"]


class Arrival(msgspec.Struct, frozen=True, gc=False):
    """An event as it came: its message's offset and untouched bytes are beside it."""

    event: MediaEvent
    offset: int
    raw: bytes


class ShardBatch(msgspec.Struct, frozen=True):
    """What one source partition has for one shard.

    `every` names all partitions when this is the word of a partition on itself (see
    `Watermark.hear`), and is empty when it only brings events.
    """

    partition: str
    arrivals: list[Arrival] = []
    every: tuple[str, ...] = ()
    idle: bool = False
    topic: str = ""

    def refuse(
        self, arrival: Arrival, reason: DeadLetterReason, detail: str
    ) -> "Refused":
        """Hand one of the arrivals back."""
        return Refused(arrival, self.topic, self.partition, reason, detail)


class Refused(msgspec.Struct, frozen=True, gc=False):
    """A sound event that came at a wrong time, and why that is."""

    arrival: Arrival
    topic: str
    partition: str
    reason: DeadLetterReason
    detail: str


class ShardOutput(msgspec.Struct):
    """What a batch or a tick brought about.

    `history` holds the newest word on each key: the item, or None of one that is not
    so. `gone` are viewers whose closed session's retention is over.
    """

    profiles: list[ViewerProfile] = []
    gone: list[str] = []
    history: dict[tuple[str, str], HistoryItem | None] = {}
    refused: list[Refused] = []
    tally: ShardTally | None = None
