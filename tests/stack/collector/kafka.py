"""A broker in a process of its own, which can be stopped in the midst of its work."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

__all__ = ["Broker", "running_broker"]

_PROGRAM: Final = """
import sys
from stack.services.light import mock_kafka
with mock_kafka() as servers:
    print(servers, flush=True)
    sys.stdin.read()
"""


class Broker:
    """librdkafka's mock cluster behind a process."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        self._process = process
        self.servers = process.stdout.readline().strip()

    def pause(self) -> None:
        """Let it answer nothing from now on, with its connections open."""
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on where it was."""
        self._process.send_signal(signal.SIGCONT)


@contextmanager
def running_broker() -> Iterator[Broker]:
    """Keep a broker for the time of a `with`."""
    command = [sys.executable, "-c", _PROGRAM]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield Broker(process)
        finally:
            process.kill()
