"""Waiting for what another process does, without guessing how long it takes."""

import os
import time
from collections.abc import Callable
from typing import Final

__all__ = ["is_alive", "until"]

_DEADLINE_S: Final = 30.0
_POLL_S: Final = 0.02


def until(condition: Callable[[], bool], within_s: float = _DEADLINE_S) -> None:
    """Return once the condition holds; fail when it does not come to."""
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, f"{condition} never came to hold"
        time.sleep(_POLL_S)


def is_alive(pid: int) -> bool:
    """Return whether a process runs; one that has ended unnoticed does not."""
    try:
        os.kill(pid, 0)
        with open(f"/proc/{pid}/stat") as stat:  # noqa: PTH123, a file of the kernel
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False
