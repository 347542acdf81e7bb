"""The health checks that are written in Bash, for images that promise no more."""

import re
import socket
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

import pytest

from tests.stack.docker.files import services

PROBED: Final = ("collector", "enrich")


class _Answer(BaseHTTPRequestHandler):
    status = 200

    def do_GET(self) -> None:
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    """Run a server that answers every GET with the status of its handler."""

    class Handler(_Answer):
        pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def probe(name: str, port: int) -> int:
    """Run a service's health check, at another port; return its exit code."""
    _, *command = services()[name]["healthcheck"]["test"]
    command[-1] = re.sub(r"(/dev/tcp/127\.0\.0\.1)/\d+", rf"\1/{port}", command[-1])
    return subprocess.run(command, capture_output=True, check=False).returncode


@pytest.mark.parametrize("name", PROBED)
@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1)])
def test_probe(name: str, status: int, code: int, server: ThreadingHTTPServer) -> None:
    """The health checks in Bash tell a server that is well from one that is not."""
    server.RequestHandlerClass.status = status  # type: ignore[attr-defined]

    assert code == probe(name, server.server_port)


@pytest.mark.parametrize("name", PROBED)
def test_probe_of_nothing(name: str) -> None:
    """A server that is not there is not well."""
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))

        assert probe(name, deaf.getsockname()[1]) != 0
