"""Start programs, wait until each is ready, watch them, and leave none behind.

A child is started in a session of its own, so that Ctrl-C in a terminal reaches only
the supervisor, which then stops all in reverse order: SIGTERM to the child's group,
SIGKILL after a grace. A supervisor that is itself killed takes its children along; see
`launch.py`, and note that Linux goes by the *thread* that started the child: start
children from one that lives as long as they should.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from stack.demo import launch
from stack.errors import ChildFailedError

__all__ = ["Child", "Supervisor", "last_lines", "one_signal_interrupts"]

_POLL_S: Final = 0.1
_LAST_LINES: Final = 15
_TAIL_BYTES: Final = 16_384


@dataclass(frozen=True, kw_only=True)
class Child:
    """A program to start.

    `ready` tells whether it does its work by now; it is asked a few times a second
    until `ready_within_s` have passed, and should not block for long. A child that
    `may_end` is done, not broken, when it ends with code 0.
    """

    name: str
    command: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)
    ready: Callable[[], bool] | None = None
    ready_within_s: float = 60.0
    may_end: bool = False


class Supervisor:
    """Keep a few named children; a context manager that stops them all.

    `folder` holds a log a child; `grace_s` is how long a child has between SIGTERM and
    SIGKILL.
    """

    def __init__(self, folder: Path, *, grace_s: float = 8.0) -> None:
        self.folder = folder
        self._grace_s = grace_s
        self._running: dict[str, tuple[Child, subprocess.Popen[bytes]]] = {}

    def __enter__(self) -> Self:
        """Return the supervisor itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop all children."""
        self.stop()

    def log_of(self, name: str) -> Path:
        """Return where the output of a child goes."""
        return self.folder / f"{name}.log"

    def start(self, child: Child) -> None:
        """Start a child and return at once; a missing program is one that ends."""
        self.folder.mkdir(parents=True, exist_ok=True)
        leash = [sys.executable, "-I", "-S", launch.__file__, str(os.getpid())]
        with self.log_of(child.name).open("ab") as log:
            process = subprocess.Popen(
                [*leash, *child.command],
                env={**os.environ, **child.env},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._running[child.name] = (child, process)

    def wait_ready(self, *names: str) -> None:
        """Wait until the named children are ready, all of them when none is named.

        Raises:
            ChildFailedError: a child ended, or was not ready in time.

        """
        since = time.monotonic()
        waiting = [self._running[name][0] for name in names or self._running]
        while True:
            self.check()
            waiting = [child for child in waiting if child.ready and not child.ready()]
            if not waiting:
                return
            for child in waiting:
                if time.monotonic() - since > child.ready_within_s:
                    self._fail(child, f"was not ready in {child.ready_within_s:g} s")
            time.sleep(_POLL_S)

    def run(self, child: Child) -> None:
        """Start a child that does one thing and wait until it ends.

        Raises:
            ChildFailedError: it ended with another code than 0, or too late.

        """
        self.start(child)
        process = self._running[child.name][1]
        try:
            code = process.wait(timeout=child.ready_within_s)
        except subprocess.TimeoutExpired:
            self._fail(child, f"did not end in {child.ready_within_s:g} s")
        if code:
            self._fail(child, f"ended with code {code}")
        del self._running[child.name]

    def check(self) -> None:
        """Look whether all children still do what they should.

        Raises:
            ChildFailedError: one does not; the message names it, its code and its log.

        """
        for child, process in self._running.values():
            code = process.poll()
            if code is not None and not (child.may_end and code == 0):
                self._fail(child, f"ended {_how(code)}")

    def has_ended(self, name: str) -> bool:
        """Return whether a child is done."""
        return self._running[name][1].poll() is not None

    def stop(self) -> None:
        """End all children, the last started first; return when none is left."""
        while self._running:
            name = next(reversed(self._running))
            process = self._running[name][1]
            _signal_group(process, signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=self._grace_s)
            # Also for what the child itself started and left in its group.
            _signal_group(process, signal.SIGKILL)
            process.wait()
            del self._running[name]

    def _fail(self, child: Child, what: str) -> None:
        log = self.log_of(child.name)
        msg = f"`{child.name}` {what}; its log is {log}, which ends:\n{last_lines(log)}"
        raise ChildFailedError(msg)


def _how(code: int) -> str:
    if code < 0:
        return f"by signal {signal.Signals(-code).name}"
    return f"with code {code}"


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    # The child leads its group: `start_new_session` gave both the same number.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def last_lines(path: Path) -> str:
    """Return the end of a log, enough to see why its program ended."""
    with path.open("rb") as log:
        log.seek(max(0, path.stat().st_size - _TAIL_BYTES))
        lines = log.read().decode(errors="replace").splitlines()
    return "\n".join(lines[-_LAST_LINES:]) or "(empty)"


@contextlib.contextmanager
def one_signal_interrupts() -> Iterator[None]:
    """Let the first SIGINT, SIGTERM or SIGHUP raise KeyboardInterrupt, no later one.

    The way out takes its time, a few seconds at most; a second Ctrl-C must not end it
    halfway. Only the main thread may do this.
    """
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def interrupt(_number: int, _frame: object) -> None:
        for number in numbers:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
