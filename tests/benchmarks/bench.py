"""What all cases share: the services, the sizes, and topics that are filled once."""

import dataclasses
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Final

from rich.console import Console

from dataflows.settings import Settings
from stack.collector.shapes import Shape
from stack.services.running import Services
from tests.benchmarks import topics
from tests.benchmarks.stream import SECONDS_BETWEEN_EVENTS, Crowd

__all__ = ["Bench", "Source", "Wanted"]

_EVENTS_A_VIEWER: Final = 6
_SLOWEST_EPS: Final = 10_000
_LONGEST_PATIENCE_S: Final = 900.0


@dataclass(frozen=True)
class Source:
    """A filled source topic: so many events of so many viewers in one shape."""

    shape: Shape
    viewers: int
    events: int

    @property
    def topic(self) -> str:
        """Return the name of the topic."""
        return f"{self.shape}-{self.viewers}-{self.events}"

    def messages(self, end_ms: int) -> Iterator[tuple[bytes, bytes]]:
        """Yield keys and messages, whose times are as if they had been live until then.

        The keys are random, as Snowbridge's are: a viewer's events go anywhere. First
        comes one event of each, so that all are there; then whoever chance picks.
        """
        crowd = Crowd(self.shape, self.viewers)
        step_ms = SECONDS_BETWEEN_EVENTS * 1000 / self.viewers
        start_ms = end_ms - step_ms * self.events
        for serial in range(self.events):
            first = serial if serial < self.viewers else None
            message = crowd.message(int(start_ms + serial * step_ms), serial, first)
            # Hashed to a partition, which makes it as good as random.
            yield serial.to_bytes(8, "big"), message


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a run of the benchmark is to measure."""

    shapes: tuple[Shape, ...] = (Shape.FLAT, Shape.TSV, Shape.ENRICHED_JSON)
    viewers: tuple[int, ...] = (10_000, 100_000, 1_000_000)
    processes: tuple[int, ...] = (1, 2)
    engines: tuple[str, ...] = ("ours", "raw", "naive", "peers")
    events: int = 4_000_000
    """In the flat shape; the enriched ones, six to eight times its size, a quarter.

    Where the viewers are so many that this would be too few of each, there are more.
    """
    repeat: int = 3
    longest_s: float = 20.0
    """How long another program is watched that does not come to the end before."""
    patience_s: float = 100.0
    """The same, of the flow; more where there is more to do, see `patience`."""
    dynamodb_s: float = 8.0
    """How long batches are written to DynamoDB; the flow writes twice as long."""
    rates: tuple[float, float] = (1_350.0, 10_000.0)
    """Events a second where latency is measured: 300 changes, and 2,222."""
    warm_up_s: float = 15.0
    """Before a latency: JVMs compile meanwhile, on the processors that all share."""
    latency_s: float = 30.0
    """How long a latency is measured, after the warm-up."""
    written_s: float = 54.0
    """How long it is watched what epochs write: three rounds of eight, and more."""
    turnovers: int = 10
    """How often all viewers of the core leave and others come."""
    profile_s: int = 8
    """How long a profile is taken."""
    peers: Path | None = None

    def but(self, changes: Mapping[str, object]) -> "Wanted":
        """Return the same with changes; what is empty or `None` changes nothing."""
        told = {name: value for name, value in changes.items() if value}
        return dataclasses.replace(self, **told)  # type: ignore[arg-type]

    def words(self) -> dict[str, str]:
        """Return what was asked for, in words; where the peers are is nobody's."""
        names = ("repeat", "events", "latency_s", "dynamodb_s", "written_s")
        return {name: str(getattr(self, name)) for name in names}

    @property
    def middle(self) -> int:
        """Return the number of viewers where nothing else is asked for."""
        return self.viewers[len(self.viewers) // 2]

    def source(self, shape: Shape, viewers: int) -> Source:
        """Return the topic of a shape and a number of viewers."""
        if shape is not Shape.FLAT:
            return Source(shape, viewers, self.events // 4)
        return Source(shape, viewers, max(self.events, viewers * _EVENTS_A_VIEWER))

    def patience(self, source: Source) -> float:
        """Return how long the flow may take for a topic, in seconds."""
        more_s = (source.events + source.viewers) / _SLOWEST_EPS
        return min(self.patience_s + more_s, _LONGEST_PATIENCE_S)


@dataclass
class Bench:
    """The services of a run, and what has been made on them."""

    services: Services
    folder: Path
    wanted: Wanted
    console: Console
    failed: dict[str, str] = field(default_factory=dict)
    """What could not be measured, and why; it does not stop the rest."""
    _end_ms: dict[Source, int] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=count)

    def unique(self, what: str) -> str:
        """Return a name that nothing else of this run has."""
        return f"{what}-{next(self._numbers)}"

    def say(self, text: str) -> None:
        """Tell the person who waits."""
        self.console.print(text, style="dim", highlight=False, soft_wrap=True)

    def fail(self, what: str, why: Exception) -> None:
        """Tell that something could not be measured, and remember it."""
        self.failed[what] = str(why)
        self.console.print(f"{what} failed: {why}", style="red", markup=False)

    def filled(self, source: Source) -> str:
        """Return the name of a source's topic, filling it the first time."""
        if source not in self._end_ms:
            servers = self.services.bootstrap_servers
            topics.create(servers, source.topic)
            since = time.monotonic()
            end_ms = int(time.time() * 1000)
            topics.fill(servers, source.topic, source.messages(end_ms))
            took_s = time.monotonic() - since
            self.say(f"filled {source.topic} in {took_s:.0f} s")
            self._end_ms[source] = end_ms
        return source.topic

    def end_ms(self, source: Source) -> int:
        """Return the event time of the last event of a filled topic."""
        return self._end_ms[source]

    def env(self, more: Mapping[str, str]) -> dict[str, str]:
        """Return the environment of a program; the developer's settings stay out."""
        ours = {
            name
            for setting in dataclasses.fields(Settings)
            for name in setting.metadata["names"]
        }
        theirs = {k: v for k, v in os.environ.items() if k not in ours}
        return {**theirs, "RUST_BACKTRACE": "0", **self.services.env, **more}
