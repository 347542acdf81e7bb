"""The pure core by itself: no engine, no broker, no clock; and a yardstick beside it.

`python -m tests.benchmarks.core` prints how many times the yardstick's CPU time the
core takes for the same messages. The yardstick is a small fixed program of the same
kind, parsing, dicts and tuples, that never changes with the project. Both run in turn,
and the least time of each counts: what slows the machine slows both, so their ratio
says something where a time would not.
"""

import gc
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Final

import msgspec

from dataflows.playback.intake import SHARDS, Reach, decoded
from dataflows.playback.messages import RawBatch
from dataflows.playback.shard import Shard
from dataflows.playback.timing import Timing
from stack.collector.shapes import Shape
from tests.benchmarks.stream import SECONDS_BETWEEN_EVENTS, Crowd

__all__ = ["START_MS", "Core", "feed", "messages", "speeds"]

START_MS: Final = 1_795_000_000_000
_BATCH: Final = 1_000
_VIEWERS: Final = 500
_EVENTS: Final = 20_000
_REPEATS: Final = 7
_YARDSTICKS: Final = 5
"""How often the yardstick goes over the messages, so that it takes about as long."""


class Core:
    """All shards, fed with raw messages as the flow feeds them."""

    def __init__(self) -> None:
        self._shards = [Shard(Timing()) for _ in range(SHARDS)]
        self._reach = Reach(Timing())
        self._next = 0

    def take(self, values: Sequence[bytes], now: int) -> None:
        """Route, decode and apply one batch of a partition."""
        offsets = list(range(self._next, self._next + len(values)))
        self._next += len(values)
        raw = RawBatch("events", "0", offsets, list(values))
        for number, batch in self._reach.routed(raw, now).items():
            self._shards[number].apply(decoded(batch), now)

    def known(self) -> int:
        """Return how many viewers are known."""
        return sum(len(shard.viewer_ids()) for shard in self._shards)

    def pack(self) -> Iterator[bytes]:
        """Yield the snapshot of one shard after the other, each at an epoch's end."""
        for shard in self._shards:
            yield shard.pack()
            shard.end_epoch()


def messages(viewers: int, events: int) -> list[bytes]:
    """Return the same flat messages every time."""
    crowd = Crowd(Shape.FLAT, viewers)
    step_ms = SECONDS_BETWEEN_EVENTS * 1000 / viewers
    return [
        crowd.message(START_MS + int(serial * step_ms), serial)
        for serial in range(events)
    ]


def speeds() -> tuple[float, float]:
    """Return events a second of CPU time, and the ratio to the yardstick's time."""
    values = messages(_VIEWERS, _EVENTS)
    cores, yardsticks = [], []
    gc.disable()
    for _ in range(_REPEATS):
        yardsticks.append(_cpu_s(lambda: _yardstick(values)))
        cores.append(_cpu_s(lambda: feed(Core(), values)))
    gc.enable()
    return _EVENTS / min(cores), min(cores) / min(yardsticks)


def feed(core: Core, values: Sequence[bytes]) -> None:
    """Give messages to a core in batches; the clock stands past all of them."""
    for at in range(0, len(values), _BATCH):
        core.take(values[at : at + _BATCH], START_MS * 2)


def _cpu_s(work: Callable[[], None]) -> float:
    begun_s = time.process_time()
    work()
    return time.process_time() - begun_s


def _yardstick(values: Sequence[bytes]) -> None:
    for _ in range(_YARDSTICKS):
        sessions: dict[str, tuple[int, float, str]] = {}
        for value in values:
            event = msgspec.json.decode(value)
            at_s = datetime.fromisoformat(event["collector_tstamp"]).timestamp()
            events, last_s, _ = sessions.get(event["viewer_id"], (0, at_s, ""))
            last_s = max(last_s, at_s)
            sessions[event["viewer_id"]] = (events + 1, last_s, event["event_name"])


if __name__ == "__main__":
    sys.stdout.write(msgspec.json.encode(speeds()).decode())
