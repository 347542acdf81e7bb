"""What all handlers of /api have in common."""

import dataclasses
from typing import Any

import pytest

from dashboard.api.service import Service
from tests.dashboard.api.serving import Server, serving
from tests.stack.polling import until


def test_headers(server: Server) -> None:
    """Answers are kept by nobody, and are what they say."""
    headers = server.ask("/api/viewers").headers

    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Type"] == "application/json"


def test_head(server: Server) -> None:
    """HEAD is answered as GET is, without the body."""
    answer = server.ask("/api/viewers", "HEAD")

    assert (answer.status, answer.body) == (200, b"")


@pytest.mark.parametrize("path", ["/api/viewers", "/api/health", "/metrics"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "WHAT"])
def test_other_methods(server: Server, path: str, method: str) -> None:
    """Nothing can be changed: other methods are told which there are."""
    answer = server.ask(path, method)

    assert answer.status == 405
    assert answer.headers["Allow"] == "GET, HEAD"
    assert answer.json["title"] == "Method Not Allowed"


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/viewer", "/api/viewers/a/b"])
def test_nothing_there(server: Server, path: str) -> None:
    """A path that is not there is told as a problem, too."""
    answer = server.ask(path)

    assert answer.status == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json["got"] == path


def test_fault_of_ours(caplog: pytest.LogCaptureFixture) -> None:
    """A fault of ours is logged; who asks is told no more than that it is ours."""

    def broken(service: Service) -> Service:
        model: Any = object()
        return dataclasses.replace(service, model=model)

    with serving(change=broken) as server:
        answer = server.ask("/api/audience")

    assert answer.status == 500
    assert answer.json.keys() == {"title", "status", "detail"}
    # The answer may be here before the log is written.
    until(lambda: "AttributeError" in caplog.text)
