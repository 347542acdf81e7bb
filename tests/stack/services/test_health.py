"""A probe says yes to a server that works and no, without raising, to any other."""

import socketserver
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from stack.services.health import dynamodb_answers, http_answers, kafka_answers
from stack.services.ports import HOST, free_ports


class Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        """Know one page."""
        self.send_response(200 if self.path == "/here" else 404)
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        """Stay silent."""


class Rude(socketserver.BaseRequestHandler):
    """Hang up on everyone."""


@pytest.fixture(params=[Page, Rude])
def stranger(request: pytest.FixtureRequest) -> Iterator[int]:
    """Serve something that is neither Kafka nor DynamoDB."""
    with socketserver.TCPServer((HOST, 0), request.param) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


def test_page_answers() -> None:
    """A page is up once it comes with status 200, and no other status will do."""
    with HTTPServer((HOST, 0), Page) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        here = http_answers(server.server_port, "/here")
        elsewhere = http_answers(server.server_port, "/elsewhere")
        server.shutdown()
        thread.join()

    assert here
    assert not elsewhere


def test_nobody_answers() -> None:
    """Where nobody listens no probe says yes."""
    (port,) = free_ports(1)

    assert not kafka_answers(port)
    assert not dynamodb_answers(port)
    assert not http_answers(port, "/")


def test_stranger_is_no_service(stranger: int) -> None:
    """Another server on the port is not taken for the one that is waited for."""
    assert not kafka_answers(stranger)
    assert not dynamodb_answers(stranger)
