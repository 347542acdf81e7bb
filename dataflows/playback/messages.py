"""What comes to a shard, and what it hands on."""

import msgspec

from dataflows.playback.errors import DeadLetterReason
from dataflows.playback.events import MediaEvent
from dataflows.playback.latency import Latencies
from dataflows.playback.profile import HistoryItem, ViewerProfile
from dataflows.playback.tallies import ShardTally

__all__ = [
    "DeadLetter",
    "RawBatch",
    "ShardBatch",
    "ShardOutput",
]


class DeadLetter(msgspec.Struct, frozen=True, gc=False):
    """A message that was not used: its bytes, where it came from, and why."""

    raw: bytes
    topic: str
    partition: str
    offset: int
    reason: DeadLetterReason
    detail: str


class ShardBatch(msgspec.Struct, frozen=True):
    """What one source partition has for one shard, decoded.

    Of each message the event, its offset and its untouched bytes; `None` is one that
    can't be used. The `letters` tell of those, but for how many were `skipped`, for
    they say nothing of playback. `shapes` tells how many came in each; `every`, `idle`
    and `reached` are those of `RawBatch`.
    """

    partition: str
    events: list[MediaEvent | None] = []
    offsets: list[int] = []
    values: list[bytes] = []
    every: tuple[str, ...] = ()
    idle: bool = False
    topic: str = ""
    letters: list[DeadLetter] = []
    skipped: int = 0
    shapes: dict[str, int] = {}
    reached: list[int] = []

    def refuse(self, at: int, reason: DeadLetterReason, detail: str) -> DeadLetter:
        """Return the letter of the event at a place, which came at a wrong time."""
        value, offset = self.values[at], self.offsets[at]
        return DeadLetter(value, self.topic, self.partition, offset, reason, detail)


class RawBatch(msgspec.Struct, frozen=True):
    """Messages of one source partition in their order, as they came.

    A batch without messages is the partition's word on itself: `every` names all
    partitions there are, and `idle` says that this one's end has been reached. Once
    routed, `reached` tells how far the partition was in event time before each message,
    of a word how far it is; see `Reach`. `lag_messages` are still to be read, and the
    last that was is `lag_ms` old, or the broker silent for as long.
    `stamped_ms` is when Kafka was given the first message, 0 where that is not known.
    `epoch` counts the epochs of the source since it started, each of which has a word.
    When resumed it goes back to the beginning of its last `reread` ones: what came
    before must be saved. `replayed` tells that messages were read before, by a run that
    has ended, or that a word is followed by such. `shard` is where a batch is routed.
    `decoded` is what the messages say, where somebody has looked; it stays behind when
    a batch goes to another process, for it takes longer to send than to decode again.
    """

    topic: str
    partition: str
    offsets: list[int] = []
    values: list[bytes] = []
    every: tuple[str, ...] = ()
    idle: bool = False
    reached: list[int] = []
    lag_messages: int = 0
    lag_ms: int = 0
    stamped_ms: int = 0
    epoch: int = 0
    reread: int = 0
    replayed: bool = False
    shard: int = 0
    decoded: ShardBatch | None = None

    def __reduce__(self) -> tuple[type["RawBatch"], tuple[object, ...]]:
        """Pickle all but what is decoded."""
        return RawBatch, msgspec.structs.astuple(self)[:-1]


class ShardOutput(msgspec.Struct):
    """What a batch or a tick brought about.

    `history` holds the newest word on each key: the item, or None of one that is not
    so. `gone` are viewers whose closed session's retention is over. `latencies` tell
    how long events took to show, since the tally before. `saved` is the packed shard
    with its number, where it was its turn.
    """

    profiles: list[ViewerProfile] = []
    gone: list[str] = []
    history: dict[tuple[str, str], HistoryItem | None] = {}
    letters: list[DeadLetter] = []
    tally: ShardTally | None = None
    latencies: Latencies | None = None
    saved: tuple[int, bytes] | None = None

    def says(self) -> bool:
        """Return whether anything came about."""
        return bool(
            self.profiles
            or self.gone
            or self.history
            or self.letters
            or self.tally is not None
            or self.saved is not None
        )
