"""`panel serve dashboard` as a person starts it: a process of its own."""

import http.client
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from tests.stack.polling import until

__all__ = ["PATIENCE_S", "PanelServe", "panel_serve"]

_ROOT: Final = Path(__file__).parents[2]
PATIENCE_S: Final = 120.0
_ADDRESS: Final = re.compile(r"running at: http://[^:/]+:([0-9]+)/dashboard")


class PanelServe:
    """The process, and how to ask it; `log` is what it wrote so far."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self._process = process
        self._log = log

    @property
    def log(self) -> str:
        """Return what it wrote."""
        return self._log.read_text()

    @property
    def port(self) -> int:
        """Return the port, as the log tells it."""
        until(lambda: self._is_up() or self._process.poll() is not None, PATIENCE_S)
        told = _ADDRESS.search(self.log)
        assert told is not None, self.log
        return int(told[1])

    def exit_code(self) -> int:
        """Wait for its end, and return its exit code."""
        return self._process.wait(PATIENCE_S)

    def ask(self, path: str, **headers: str) -> tuple[int, http.client.HTTPMessage]:
        """Send a request, and return the status and the headers of the answer."""
        return self._send("GET", path, None, headers)

    def sign_in(self, password: str) -> dict[str, str]:
        """Sign in as a person does, and return the headers that show it."""
        form = urlencode({"username": "alice", "password": password})
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        _, answer = self._send("POST", "/login", form, headers)
        cookies = SimpleCookie("; ".join(answer.get_all("Set-Cookie", [])))
        told = {name: cookies[name].value for name in cookies.keys() & {"user"}}
        return {"Cookie": "; ".join(f"{n}={value}" for n, value in told.items())}

    def _send(
        self, method: str, path: str, body: str | None, headers: dict[str, str]
    ) -> tuple[int, http.client.HTTPMessage]:
        host = f"127.0.0.1:{self.port}"
        connection = http.client.HTTPConnection(host, timeout=PATIENCE_S)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            answer.read()
            return answer.status, answer.headers
        finally:
            connection.close()

    def _is_up(self) -> bool:
        return _ADDRESS.search(self.log) is not None


@contextmanager
def panel_serve(folder: Path, *options: str, **env: str) -> Iterator[PanelServe]:
    """Run it on a free port, without brokers, for the time of a `with`."""
    log = folder / "panel-serve.log"
    command = [sys.executable, "-m", "panel", "serve", "dashboard", "--port", "0"]
    # A port on which nobody listens, so that nobody else's brokers are asked.
    known = os.environ | {"KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1"}
    with (
        log.open("wb") as output,
        subprocess.Popen(
            [*command, *options],
            cwd=_ROOT,
            env=known | env,
            stdout=output,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        try:
            yield PanelServe(process, log)
        finally:
            process.kill()
