"""Programs that a benchmark starts: never left behind, and watched through `/proc`."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from stack.demo import launch
from stack.demo.supervisor import last_lines
from tests.benchmarks.errors import BenchmarkError

__all__ = ["ROOT", "Process", "Usage", "running"]

ROOT: Final = Path(__file__).parents[2]
_TICKS: Final = os.sysconf("SC_CLK_TCK")
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")
# https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html, counted from the state
_PGRP, _UTIME, _STIME, _RSS = 2, 11, 12, 21


@dataclass(frozen=True)
class Usage:
    """What processes have used: seconds of CPU so far, resident bytes now."""

    cpu_s: float = 0.0
    rss_bytes: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        """Return what both have used."""
        return Usage(self.cpu_s + other.cpu_s, self.rss_bytes + other.rss_bytes)


class Process:
    """A running program with its log; those that it starts count as part of it."""

    def __init__(self, name: str, popen: "subprocess.Popen[bytes]", log: Path) -> None:
        self.name = name
        self.log = log
        self._popen = popen

    @property
    def pid(self) -> int:
        """Return its number, which is that of its group as well."""
        return self._popen.pid

    def check(self) -> None:
        """Look whether it runs.

        Raises:
            BenchmarkError: it has ended.

        """
        code = self._popen.poll()
        if code is not None:
            msg = f"`{self.name}` ended with {code}; its log ends:\n"
            raise BenchmarkError(msg + last_lines(self.log))

    def wait(self, within_s: float) -> int:
        """Return the code that it ends with.

        Raises:
            BenchmarkError: it does not end in time.

        """
        try:
            return self._popen.wait(within_s)
        except subprocess.TimeoutExpired as ex:
            msg = f"`{self.name}` must end in {within_s:.0f} s; it did not"
            raise BenchmarkError(msg) from ex

    def usage(self) -> Usage:
        """Return what it and its children use."""
        total = Usage()
        for path in Path("/proc").glob("[0-9]*/stat"):
            # A process may end while it is looked at.
            with suppress(FileNotFoundError, ProcessLookupError):
                stat = path.read_text().rpartition(")")[2].split()
                if int(stat[_PGRP]) == self.pid:
                    ticks = int(stat[_UTIME]) + int(stat[_STIME])
                    total += Usage(ticks / _TICKS, int(stat[_RSS]) * _PAGE)
        return total

    def kill(self) -> None:
        """End it and its children as a crash would."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._popen.wait()


@contextmanager
def running(
    name: str, command: Sequence[str], env: Mapping[str, str], folder: Path
) -> Iterator[Process]:
    """Run a program in the project's folder for the time of the block."""
    # Not even a SIGKILL of the benchmark leaves it behind.
    leash = [sys.executable, "-I", "-S", launch.__file__, str(os.getpid())]
    log = folder / f"{name}.log"
    with log.open("ab") as out:
        popen = subprocess.Popen(
            [*leash, *command],
            cwd=ROOT,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    process = Process(name, popen, log)
    try:
        yield process
    finally:
        process.kill()
