"""A dashboard server and a real browser that looks at it."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, expect, sync_playwright
from rich.console import Console

from stack.errors import UnsupportedError
from stack.vendoring import ensure_tracker_files
from tests.dashboard.cluster import MockCluster
from tests.stack.polling import until

_ROOT = Path(__file__).parents[2]
_EXPECT_MS = 20_000
_START_S = 120.0
# As `.ci/chromium` looks for it.
_NAMES = ("chromium", "chromium-browser", "google-chrome")
_QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class DashboardServer:
    """`panel serve dashboard` in a process of its own, fed by a mock broker."""

    def __init__(self, cluster: MockCluster, log: Path) -> None:
        self.cluster = cluster
        self._log = log
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}/dashboard"
        command = [sys.executable, "-m", "panel", "serve", "dashboard"]
        self._command = [*command, "--address", "127.0.0.1", "--port", str(port)]
        self.start()

    def start(self) -> None:
        """Start the process, again where it was stopped, and wait for its answer."""
        with self._log.open("ab") as output:
            self._process = subprocess.Popen(
                self._command,
                cwd=_ROOT,
                env=os.environ | {"KAFKA_BOOTSTRAP_SERVERS": self.cluster.servers},
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        until(self._answers, _START_S)

    def kafka_clients(self) -> int:
        """Return how many Kafka clients the process has: one thread `rdk:main` each."""
        tasks = Path(f"/proc/{self._process.pid}/task")
        names = [comm.read_text().strip() for comm in tasks.glob("*/comm")]
        return names.count("rdk:main")

    def stop(self) -> None:
        """End the process."""
        self._process.terminate()
        self._process.wait(timeout=20)

    def _answers(self) -> bool:
        try:
            with urlopen(self.url, timeout=10) as answer:  # noqa: S310, our own server
                return bool(answer.status == 200)
        except OSError:  # nobody listens yet, or a busy machine takes its time
            assert self._process.poll() is None, "the server ended"
            return False


@pytest.fixture
def server(tmp_path: Path) -> Iterator[DashboardServer]:
    """Return a dashboard server with an empty broker behind it."""
    cluster = MockCluster()
    dashboard = DashboardServer(cluster, tmp_path / "server.log")
    yield dashboard
    dashboard.stop()
    cluster.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return the machine's Chromium."""
    chromium = next(filter(None, map(shutil.which, _NAMES)), None)
    if chromium is None:
        pytest.skip("no chromium on the path")
    # A busy machine needs more than the 5 s that are the default.
    expect.set_options(timeout=_EXPECT_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=list(_QUIET)
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def vendored() -> Path:
    """Return the folder with the tracker's files."""
    try:
        return ensure_tracker_files(Console(stderr=True))
    except UnsupportedError as ex:
        pytest.skip(str(ex))


@pytest.fixture(scope="session")
def artifacts() -> Path:
    """Return the folder that keeps the screenshots."""
    folder = _ROOT / "tests" / "artifacts"
    folder.mkdir(exist_ok=True)
    return folder
