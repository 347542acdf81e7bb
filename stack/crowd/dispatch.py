"""The way from enrich to Kafka, with what goes wrong on it.

Messages come out of order, twice, far too late, or broken: each by a chance of its own,
and each counted by what the flow must make of it.
"""

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum, unique
from itertools import count
from random import Random
from typing import Final, NamedTuple

from dataflows.playback.errors import DeadLetterReason
from dataflows.playback.events import EventName, MediaEvent
from stack.collector.enriched import Row
from stack.collector.shapes import Shape, message
from stack.crowd.crowd import Happening
from stack.crowd.oddities import ODDITIES, odd_message
from stack.crowd.visit import row_of

__all__ = ["Kind", "Mischief", "Outgoing", "Tally", "dispatch"]

# From the collector to the topic.
_PIPELINE_MS: Final = (20, 200)
# How far beyond the lateness bound, in bounds: no watermark lags by as much.
_LATE: Final = (1.5, 2.5)
_ODD_KINDS: Final = list(ODDITIES)
_ODD_WEIGHTS: Final = [oddity.weight for oddity in ODDITIES.values()]


@unique
class Kind(StrEnum):
    """What a message is."""

    MEDIA = "media"
    """A sound media event, the first time, in time."""
    DUPLICATE = "duplicate"
    """One that was sent before."""
    LATE = "late"
    """A sound media event beyond the lateness bound."""
    NON_MEDIA = "non_media"
    """An event that says nothing of playback."""
    ODD = "odd"
    """One of `ODDITIES`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Mischief:
    """What goes wrong: shares are 0 to 1, of the media events."""

    disorder: float = 0.05
    """Share that is held up, so that others overtake it."""
    max_delay_s: float = 5.0
    """How long at most; also how long after the first a duplicate comes."""
    duplicates: float = 0.01
    late: float = 0.0005
    """Share that comes after the lateness bound."""
    lateness_s: float = 30.0
    """The flow's bound, `LATENESS_S`."""
    bad: float = 0.001
    """Odd messages beside each sound one."""

    def __post_init__(self) -> None:
        """Check the ranges.

        Raises:
            ValueError: a share is not 0 to 1, or disorder could pass for lateness.

        """
        for name in ("disorder", "duplicates", "late", "bad"):
            if not 0 <= (share := getattr(self, name)) <= 1:
                msg = f"`{name}` must be 0 to 1; got {share!r} instead"
                raise ValueError(msg)
        # A duplicate of an event that was held up is twice the delay behind.
        if not 0 <= 2 * self.max_delay_s < self.lateness_s:
            msg = (
                "`max_delay_s` must be less than half of the lateness bound of "
                f"{self.lateness_s:g} s; got {self.max_delay_s:g} instead"
            )
            raise ValueError(msg)


class Outgoing(NamedTuple):
    """A message and when it is due; `detail` is the kind of an odd one."""

    due_ms: int
    number: int
    kind: Kind
    detail: str
    viewer_id: str
    value: bytes


class Tally:
    """What was sent, and so what the flow must have counted once it has caught up."""

    def __init__(self) -> None:
        self.kinds: Counter[Kind] = Counter()
        self.odd: Counter[str] = Counter()

    def add(self, outgoing: Outgoing) -> None:
        """Count one message as sent."""
        self.kinds[outgoing.kind] += 1
        if outgoing.kind is Kind.ODD:
            self.odd[outgoing.detail] += 1

    def report(self) -> dict[str, object]:
        """Return the counts, and under `expected` what the flow must say of them."""
        outcomes: Counter[DeadLetterReason | None] = Counter()
        for name, sent in self.odd.items():
            outcomes[ODDITIES[name].outcome] += sent
        understood = outcomes.pop(None, 0)
        late = outcomes.pop(DeadLetterReason.LATE, 0)
        return {
            "sent": self.kinds.total(),
            **{str(kind): self.kinds[kind] for kind in Kind},
            "bad": dict(sorted(self.odd.items())),
            "expected": {
                "received": self.kinds.total(),
                "used": self.kinds[Kind.MEDIA] + understood,
                "skipped": self.kinds[Kind.NON_MEDIA],
                "late": self.kinds[Kind.LATE] + late,
                "duplicate": self.kinds[Kind.DUPLICATE],
                "dead_letters": {str(k): n for k, n in sorted(outcomes.items()) if k},
            },
        }


def dispatch(
    happenings: Iterable[Happening],
    mischief: Mischief,
    shapes: list[Shape],
    seed: int,
) -> Iterator[Outgoing]:
    """Yield the messages of a crowd in the order in which they reach the topic.

    Args:
        happenings: in order of event time.
        mischief: what goes wrong.
        shapes: of the messages; of several, each message has one by chance.
        seed: decides all that is left to chance.

    """
    waiting: list[Outgoing] = []
    # A stream of chance of its own: the crowd's would give the same ids once more.
    mangler = _Mangler(mischief, shapes, Random(f"dispatch {seed}"))
    for happening in happenings:
        while waiting and waiting[0].due_ms <= happening.event.time:
            yield heapq.heappop(waiting)
        for outgoing in mangler.messages(happening):
            heapq.heappush(waiting, outgoing)
    while waiting:
        yield heapq.heappop(waiting)


class _Mangler:
    """Makes messages of an event, and the mischief among them."""

    def __init__(self, mischief: Mischief, shapes: list[Shape], rng: Random) -> None:
        self._mischief = mischief
        self._shapes = shapes
        self._rng = rng
        self._numbers = count()
        self._owed = 0

    def messages(self, happening: Happening) -> Iterator[Outgoing]:
        event, visit = happening
        rng, mischief = self._rng, self._mischief
        row = row_of(event, visit)
        value = message(row, self._shape())
        due_ms = row["collector_tstamp"] + rng.randint(*_PIPELINE_MS)
        if not isinstance(event, MediaEvent):
            yield self._outgoing(due_ms, Kind.NON_MEDIA, visit.viewer_id, value)
            return
        if rng.random() < mischief.late:
            due_ms += round(mischief.lateness_s * rng.uniform(*_LATE) * 1000)
            yield self._outgoing(due_ms, Kind.LATE, visit.viewer_id, value)
            return
        if rng.random() < mischief.disorder:
            due_ms += self._delay_ms()
        yield self._outgoing(due_ms, Kind.MEDIA, visit.viewer_id, value)
        if rng.random() < mischief.duplicates:
            again_ms = due_ms + 1 + self._delay_ms()
            yield self._outgoing(again_ms, Kind.DUPLICATE, visit.viewer_id, value)
        yield from self._odd(event, row, due_ms)

    def _odd(self, event: MediaEvent, row: Row, due_ms: int) -> Iterator[Outgoing]:
        """Make an odd message if one is due: of a ping, which changes nothing."""
        self._owed += self._rng.random() < self._mischief.bad
        if not self._owed or event.name is not EventName.PING:
            return
        self._owed -= 1
        (name,) = self._rng.choices(_ODD_KINDS, _ODD_WEIGHTS)
        value = odd_message(name, row, self._rng)
        yield self._outgoing(due_ms, Kind.ODD, event.viewer_id, value, name)

    def _shape(self) -> Shape:
        return (
            self._shapes[0]
            if len(self._shapes) == 1
            else self._rng.choice(self._shapes)
        )

    def _delay_ms(self) -> int:
        return round(self._rng.uniform(0, self._mischief.max_delay_s) * 1000)

    def _outgoing(
        self, due_ms: int, kind: Kind, viewer_id: str, value: bytes, detail: str = ""
    ) -> Outgoing:
        return Outgoing(due_ms, next(self._numbers), kind, detail, viewer_id, value)
