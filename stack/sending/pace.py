"""How fast recorded or simulated time passes, and who waits for it."""

import contextlib
import math
import signal
import time
from collections.abc import Callable, Iterator

import typer

__all__ = ["MAX_SPEED", "Pace", "interruptible", "parse_speed"]

MAX_SPEED = "max"


def parse_speed(value: str) -> float:
    """Return a speed; 1 is the clock's own, infinity is as fast as can be.

    Raises:
        typer.BadParameter: it is neither a number above 0 nor `max`.

    """
    try:
        speed = math.inf if value == MAX_SPEED else float(value)
    except ValueError:
        speed = math.nan
    if not speed > 0:
        msg = f"must be a number above 0, or {MAX_SPEED}; got {value!r} instead"
        raise typer.BadParameter(msg)
    return speed


class Pace:
    """Tells when a moment of simulated time has come; time begins at `first_ms`."""

    def __init__(
        self,
        speed: float,
        first_ms: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._speed = speed
        self._first_ms = first_ms
        self._clock = clock
        self._began_s = clock()

    def seconds_until(self, due_ms: float) -> float:
        """Return how long it is until then; not above 0 if it is now or past."""
        due_s = (due_ms - self._first_ms) / 1000 / self._speed
        return due_s - (self._clock() - self._began_s)

    def wait(self, due_ms: float, meanwhile: Callable[[float], None]) -> None:
        """Wait until then, in `meanwhile`, which takes how many seconds at most."""
        while (seconds := self.seconds_until(due_ms)) > 0:
            meanwhile(min(seconds, 0.1))


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """Let Ctrl-C and a supervisor's SIGTERM end the body early and in order."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with contextlib.suppress(KeyboardInterrupt):
            yield
    finally:
        signal.signal(signal.SIGTERM, before)
