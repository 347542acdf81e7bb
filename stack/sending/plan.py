"""What a simulated crowd sends, and the sending of it."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice, takewhile
from typing import Final

from rich.console import Console

from stack.collector.shapes import Shape
from stack.crowd.crowd import Crowd
from stack.crowd.dispatch import Mischief, Outgoing, Tally, dispatch
from stack.crowd.habits import Habits
from stack.sending.meter import Meter
from stack.sending.outbox import Outbox
from stack.sending.pace import Pace, interruptible

__all__ = ["Plan", "run_crowd"]

_POLL_EVERY: Final = 500


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What to send: all that decides the bytes, but for when they leave."""

    habits: Habits = field(default_factory=Habits)
    mischief: Mischief = field(default_factory=Mischief)
    shapes: tuple[Shape, ...] = (Shape.FLAT_SUPERSET,)
    viewers: int = 2000
    seed: int = 0
    start_ms: int
    seconds: float = math.inf
    events: int | None = None

    def crowd(self) -> Crowd:
        """Return the crowd at its start."""
        return Crowd(
            habits=self.habits,
            viewers=self.viewers,
            seed=self.seed,
            start_ms=self.start_ms,
        )

    def messages(self, crowd: Crowd) -> Iterator[Outgoing]:
        """Yield its messages, up to the bounds."""
        until_ms = self.start_ms + self.seconds * 1000
        sent = dispatch(crowd.happenings(), self.mischief, list(self.shapes), self.seed)
        due = takewhile(lambda outgoing: outgoing.due_ms <= until_ms, sent)
        return islice(due, self.events)


def run_crowd(plan: Plan, speed: float, outbox: Outbox, console: Console) -> Tally:
    """Send a crowd until its bounds or an interruption; return what was sent."""
    tally, crowd = Tally(), plan.crowd()
    total = plan.events or (plan.seconds * 1000 if plan.seconds < math.inf else None)
    pace = Pace(speed, plan.start_ms)
    with interruptible(), Meter(console, "Crowd", total) as meter:
        for outgoing in plan.messages(crowd):
            pace.wait(outgoing.due_ms, outbox.poll)
            outbox.send(outgoing.value, outgoing.viewer_id)
            tally.add(outgoing)
            sent = tally.kinds.total()
            passed = sent if plan.events else outgoing.due_ms - plan.start_ms
            meter.show(sent, passed, f"{crowd.live:,} viewers")
            if sent % _POLL_EVERY == 0:
                outbox.poll()
    return tally
