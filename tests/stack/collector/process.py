"""The collector as a person starts it: a process of its own."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

__all__ = ["CollectorProcess", "running_collector"]

_ROOT: Final = Path(__file__).parents[3]
_PATIENCE_S: Final = 30.0


class CollectorProcess:
    """A collector and where it listens; `log` is what it wrote so far."""

    def __init__(self, process: subprocess.Popen[str], log: Path) -> None:
        assert process.stdout is not None
        self._process = process
        self._log = log
        self._is_asked = False
        said = process.stdout.readline().split()
        assert said[:1] == ["Collector"], self.log
        self.address = said[1]

    @property
    def log(self) -> str:
        """Return what it wrote to stderr."""
        return self._log.read_text()

    def ask_to_stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Ask it to end."""
        self._process.send_signal(number)
        self._is_asked = True

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to end, unless it was asked already, and return its exit code."""
        if not self._is_asked:
            self.ask_to_stop(number)
        return self._process.wait(timeout=_PATIENCE_S)


@contextmanager
def running_collector(
    folder: Path, bootstrap_servers: str, *options: str
) -> Iterator[CollectorProcess]:
    """Run a collector on a free port; it must end well when it is asked to."""
    log = folder / f"collector-{time.monotonic_ns()}.log"
    command = [sys.executable, "-m", "stack", "collector", "--port", "0"]
    command += ["--bootstrap-servers", bootstrap_servers, *options]
    with (
        log.open("wb") as stderr,
        subprocess.Popen(
            command, cwd=_ROOT, stdout=subprocess.PIPE, stderr=stderr, text=True
        ) as process,
    ):
        try:
            collector = CollectorProcess(process, log)
            yield collector
            assert collector.stop() == 0, collector.log
        finally:
            process.kill()
