"""What ends the flow when the time of day is set back.

Bytewax wakes sources and shards at times of day. When the clock goes back by a minute,
nobody is woken for a minute: the flow stands still, and looks well. Started again it
goes on at once.
"""

import logging
import os
import signal
import time
from collections.abc import Callable
from threading import Thread
from typing import Final

__all__ = ["guard_clock", "watch"]

_EVERY_S: Final = 1.0
_BACK_MOST_S: Final = 2.0

_log = logging.getLogger(__name__)


def guard_clock() -> Thread:
    """Watch the clock for this process, from a thread, and interrupt it if need be."""
    clocks = time.time, time.monotonic, time.sleep
    thread = Thread(target=watch, args=(*clocks, _interrupt), daemon=True)
    thread.start()
    return thread


def watch(
    wall: Callable[[], float],
    steady: Callable[[], float],
    sleep: Callable[[float], None],
    interrupt: Callable[[], None],
) -> None:
    """Interrupt, once, when the wall clock goes back beside the steady one."""
    ahead = _ahead(wall, steady)
    while True:
        sleep(_EVERY_S)
        before, ahead = ahead, _ahead(wall, steady)
        back = before - ahead
        if back > _BACK_MOST_S:
            _log.critical(
                "clock of this machine must not go back while the flow runs; got %.1f "
                "s back instead, for which it would stand still; start the flow, which "
                "ends now, again: it goes on where it was",
                back,
            )
            interrupt()
            return


def _ahead(wall: Callable[[], float], steady: Callable[[], float]) -> float:
    # Who is held up between the two reads too little, but hardly twice.
    return max(wall() - steady() for _ in range(2))


def _interrupt() -> None:
    os.kill(os.getpid(), signal.SIGINT)
