"""Who goes on sending when a topic is done, and who tells that a restart works."""

import time
from typing import Final

from confluent_kafka import Consumer, Producer

from dataflows.playback.intake import SHARDS, shard_of
from stack.collector.shapes import Shape
from tests.benchmarks import topics
from tests.benchmarks.bench import Bench
from tests.benchmarks.stamps import stamped
from tests.benchmarks.stream import Crowd

__all__ = ["Answers", "EventTime", "Sender", "one_of_each_shard"]

_TICK_S: Final = 0.05
# So many viewers that each shard has some of them.
_MANY: Final = 10_000


class EventTime:
    """Event time that goes on from where a topic ends, for all who send to it then.

    A leap would be a silence of all the others, and end their sessions; whoever began
    again at the topic's end would be late.
    """

    def __init__(self, end_ms: int) -> None:
        self._end_ms = end_ms
        self._begun_s = time.monotonic()

    def now_ms(self) -> int:
        """Return the event time of now."""
        return self._end_ms + int((time.monotonic() - self._begun_s) * 1000)


class Sender:
    """A crowd that sends at a pace to a topic that is done."""

    def __init__(
        self, bench: Bench, topic: str, at: EventTime, crowd: Crowd, rate: float
    ) -> None:
        self._topic, self._at = topic, at
        self._producer: Producer = topics.fast_producer(
            bench.services.bootstrap_servers
        )
        self._begun_s = time.monotonic()
        self._crowd, self._rate, self._sent = crowd, rate, 0
        self._serials = stamped()

    def send_due(self) -> None:
        """Wait a moment, then send what is due by now."""
        self._producer.poll(_TICK_S)
        passed_s = time.monotonic() - self._begun_s
        due = int(passed_s * self._rate)
        for serial, _ in zip(self._serials, range(due - self._sent), strict=False):
            message = self._crowd.message(self._at.now_ms(), serial)
            self._producer.produce(self._topic, message, serial.to_bytes(8, "big"))
        self._sent = max(due, self._sent)
        self._producer.flush(_TICK_S)


def one_of_each_shard(bench: Bench, topic: str, at: EventTime) -> None:
    """Send the first event of a new viewer for each shard."""
    crowd = Crowd(Shape.FLAT, _MANY, name=bench.unique("new"))
    producer = topics.fast_producer(bench.services.bootstrap_servers)
    missing = set(range(SHARDS))
    for viewer, serial in zip(range(_MANY), stamped(), strict=False):
        shard = shard_of(crowd.viewer_id(viewer).decode())
        if shard in missing:
            missing.discard(shard)
            producer.produce(topic, crowd.message(at.now_ms(), serial, viewer))
    producer.flush()


class Answers:
    """The shards whose profiles have come, and when the first and the last did."""

    def __init__(self, profiles: Consumer) -> None:
        self._profiles = profiles
        self._shards: set[int] = set()
        self._begun_s = time.monotonic()
        self._seen_s: list[float] = []

    @property
    def all_there(self) -> bool:
        """Return whether every shard has answered."""
        return len(self._shards) == SHARDS

    def look(self) -> None:
        """Take what is there."""
        for message in self._profiles.consume(_MANY, timeout=_TICK_S):
            shard = shard_of((message.key() or b"").decode())
            if message.error() is None and shard not in self._shards:
                self._shards.add(shard)
                self._seen_s.append(time.monotonic() - self._begun_s)

    def figures(self) -> dict[str, float]:
        """Return the seconds from the start; not those of what has not come."""
        figures: dict[str, float] = {"shards": len(self._shards)}
        if self._seen_s:
            figures["restart_s"] = self._seen_s[0]
        if self.all_there:
            figures["all_loaded_s"] = self._seen_s[-1]
        return figures
