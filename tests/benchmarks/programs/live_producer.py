"""Events as they happen: so many a second, each stamped at the moment it is sent.

BOOTSTRAP=... IN_TOPIC=... RATE=1350 VIEWERS=10000 \
    python -m tests.benchmarks.programs.live_producer

Every viewer sends one event first, as fast as it goes, so that all are there. The last
twelve hex digits of an event's id are the microsecond in which it was sent.
"""

import os
import time
from typing import Final

from confluent_kafka import Producer

from stack.collector.shapes import Shape
from tests.benchmarks.stamps import stamped
from tests.benchmarks.stream import Crowd
from tests.benchmarks.topics import fast_producer

__all__ = ["main"]

_TICK_S: Final = 0.001


def main() -> None:
    """Send until killed."""
    rate, viewers = float(os.environ["RATE"]), int(os.environ["VIEWERS"])
    crowd = Crowd(Shape.FLAT, viewers, name=os.environ["IN_TOPIC"])
    # As short as it goes: what is measured begins with the call. A request a message
    # would take the broker, and with it the machine, at the higher rate.
    servers = os.environ["BOOTSTRAP"]
    producer = fast_producer(servers, {"linger.ms": 2, "compression.type": "none"})
    serials = stamped()
    for viewer in range(viewers):
        _send(producer, crowd, next(serials), viewer)
    producer.flush()
    begun_s, sent = time.monotonic(), 0
    while True:
        due = int((time.monotonic() - begun_s) * rate)
        for _ in range(due - sent):
            _send(producer, crowd, next(serials))
        sent = max(due, sent)
        producer.poll(_TICK_S)


def _send(
    producer: Producer, crowd: Crowd, serial: int, viewer: int | None = None
) -> None:
    message = crowd.message(int(time.time() * 1000), serial, viewer)
    key = serial.to_bytes(8, "big")
    producer.produce(os.environ["IN_TOPIC"], message, key)


if __name__ == "__main__":
    main()
