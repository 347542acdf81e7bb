"""The pure core while all of its viewers leave and others come, again and again.

VIEWERS=1000000 TURNOVERS=10 python -m tests.benchmarks.programs.core_turnovers

Prints a line of JSON a turnover, and one after everybody has gone. The collector of
cycles is off: what a closed session took must be free without it.
"""

import gc
import os
import sys
from collections import deque
from itertools import islice
from pathlib import Path
from typing import Final

import msgspec

from dataflows.playback.timing import Timing
from stack.collector.shapes import Shape
from tests.benchmarks.core import START_MS, Core, feed
from tests.benchmarks.stream import SECONDS_BETWEEN_EVENTS, Crowd

__all__ = ["main"]

_CHUNK: Final = 100_000
_EVENTS_A_VIEWER: Final = 2
_EPOCHS: Final = 3
"""Departures wait for so many snapshots until they are told."""
_LAST: Final = 10_000
"""The viewers at whose events the others are found to have gone."""
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")


def main() -> None:
    """Turn over as often as was asked."""
    viewers, turnovers = int(os.environ["VIEWERS"]), int(os.environ["TURNOVERS"])
    timing, core = Timing(), Core()
    # All have left, and what is kept of them after that is over.
    gone_ms = timing.gap_paused + timing.closed_retention + timing.settling
    turn_ms = gone_ms + int(_EVENTS_A_VIEWER * SECONDS_BETWEEN_EVENTS * 1000)
    gc.disable()
    _tell("0", core)
    for number in range(turnovers):
        _live(core, f"turn{number}", viewers, START_MS + number * turn_ms)
        _tell(str(number + 1), core)
    for number in range(2):  # they leave, and then are forgotten
        at_ms = START_MS + (turnovers + number) * turn_ms
        _live(core, f"last{number}", _LAST, at_ms)
    _tell("all gone", core)


def _live(core: Core, name: str, viewers: int, start_ms: int) -> None:
    """Let so many new viewers send their events."""
    crowd = Crowd(Shape.FLAT, viewers, name=name)
    step_ms = SECONDS_BETWEEN_EVENTS * 1000 / viewers
    messages = (
        crowd.message(start_ms + int(serial * step_ms), serial, serial % viewers)
        for serial in range(viewers * _EVENTS_A_VIEWER)
    )
    while chunk := list(islice(messages, _CHUNK)):
        feed(core, chunk)
    for _ in range(_EPOCHS):
        deque(core.pack(), maxlen=0)


def _tell(turnover: str, core: Core) -> None:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    line = {"turnover": turnover, "known": core.known(), "rss_mb": pages * _PAGE / 1e6}
    sys.stdout.write(msgspec.json.encode(line).decode() + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
