"""`panel serve dashboard` as a person runs it, once it knows a crowd."""

import json
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.error import URLError
from urllib.request import urlopen

from stack.services.ports import HOST, free_ports
from tests.benchmarks.processes import Process, running
from tests.stack.polling import until

__all__ = ["DashboardServer", "serving"]

_START_S: Final = 180.0


@dataclass(frozen=True)
class DashboardServer:
    """A server that knows all viewers, `loaded_s` after its start."""

    process: Process
    url: str
    loaded_s: float

    def page(self, name: str, query: str = "") -> str:
        """Return a page's address."""
        return f"{self.url}/dashboard?page={name}{query}"


@contextmanager
def serving(
    env: Mapping[str, str], viewers: int, folder: Path
) -> Iterator[DashboardServer]:
    """Run the server, and wait until it knows all viewers."""
    (port,) = free_ports(1)
    url = f"http://{HOST}:{port}"
    command = [sys.executable, "-m", "panel", "serve", "dashboard"]
    command += ["--address", HOST, "--port", str(port)]

    def knows_all() -> bool:
        process.check()
        try:
            with urlopen(f"{url}/api/viewers?size=1", timeout=20) as answer:  # noqa: S310, our own server
                return bool(json.load(answer)["live"] == viewers)
        except (URLError, TimeoutError):
            return False

    with running("dashboard", command, env, folder) as process:
        began = time.monotonic()
        until(knows_all, _START_S)
        yield DashboardServer(process, url, time.monotonic() - began)
