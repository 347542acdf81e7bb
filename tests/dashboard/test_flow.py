"""Asking the flow's processes for their metrics."""

import re
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from dashboard.flow import FlowMetrics, FlowState
from tests.stack.polling import until

_URL = "http://a.test:3030/metrics"


def _text(snapshots: int, batches: int = 0) -> str:
    return (
        "# TYPE live_viewers_snapshot_seconds histogram\n"
        f'live_viewers_snapshot_seconds_bucket{{le="+Inf"}} {snapshots}\n'
        f"live_viewers_snapshot_seconds_count {snapshots}\n"
        "# TYPE live_viewers_sink_batches_total counter\n"
        f'live_viewers_sink_batches_total{{to="t"}} {batches}\n'
    )


class _Flow:
    """A process whose answers a test sets, and a clock that it moves."""

    def __init__(self) -> None:
        self.answer: str | Exception = _text(1)
        self.now = 0.0
        self.metrics = FlowMetrics([_URL], self._fetch, lambda: self.now)

    def _fetch(self, url: str) -> str:
        assert url == _URL
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def ask(self, answer: str | Exception, at: float) -> None:
        self.answer, self.now = answer, at
        self.metrics.ask()


def test_nothing_is_asked_unless_configured() -> None:
    """Without addresses there is no process, and no thread to ask one."""
    metrics = FlowMetrics()
    metrics.start()
    metrics.stop()

    assert (metrics.configured, metrics.processes) == (False, ())


def test_process_not_asked_yet() -> None:
    """Before the first answer nothing is known, and that is said."""
    (process,) = FlowMetrics([_URL]).processes

    assert (process.state, process.newest) == (FlowState.UNASKED, None)


def test_first_answer_has_nothing_to_compare_with() -> None:
    """One answer tells counts, but not how they grow."""
    flow = _Flow()
    flow.ask(_text(5), at=0)
    (process,) = flow.metrics.processes

    assert process.state is FlowState.ANSWERS
    assert process.before is None


def test_answers_are_compared_over_minutes() -> None:
    """The newest answer stands beside the oldest of the last five minutes."""
    flow = _Flow()
    for at in range(0, 401, 50):
        flow.ask(_text(at), at=at)
    (process,) = flow.metrics.processes

    assert process.newest is not None
    assert process.before is not None
    assert (process.newest.snapshots, process.before.snapshots) == (400, 100)
    assert process.apart_s == 300


@pytest.mark.parametrize("anew", [_text(1, 9), _text(9, 1), "live_viewers_up 1\n"])
def test_process_that_began_anew(anew: str) -> None:
    """Counts that fell are of another life of the process, and not compared."""
    flow = _Flow()
    flow.ask(_text(5, 5), at=0)
    flow.ask(anew, at=5)
    (process,) = flow.metrics.processes

    assert (process.state, process.before) == (FlowState.ANSWERS, None)


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (OSError("nobody there"), FlowState.UNREACHABLE),
        (TimeoutError("timed out"), FlowState.UNREACHABLE),
        ("<html>", FlowState.UNREADABLE),
        (IndexError("of a parser"), FlowState.UNREADABLE),
    ],
)
def test_process_that_does_not_answer(answer: str | Exception, state: str) -> None:
    """What was known before is not shown as if it were now; the reason is told."""
    flow = _Flow()
    flow.ask(_text(5), at=0)
    flow.ask(answer, at=5)
    (process,) = flow.metrics.processes

    assert (process.state, process.newest, process.url) == (state, None, _URL)
    assert process.detail


@pytest.fixture
def endpoint() -> Iterator[Callable[[], str]]:
    """Return what starts a server that answers as the flow does, and its address."""
    servers: list[HTTPServer] = []

    def _start() -> str:
        server = HTTPServer(("127.0.0.1", 0), _Answering)
        servers.append(server)
        Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}/metrics"

    yield _start
    for server in servers:
        server.shutdown()
        server.server_close()


class _Answering(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/metrics" else 404)
        self.end_headers()
        self.wfile.write(_text(3).encode())

    def log_message(self, *_: object) -> None:
        pass


def test_thread_asks_over_http(endpoint: Callable[[], str]) -> None:
    """Each address is asked by itself; one that is wrong leaves the others alone."""
    url = endpoint()
    metrics = FlowMetrics([url, f"{url}/wrong"])
    metrics.start()
    until(lambda: metrics.processes[1].state is FlowState.UNREACHABLE)
    metrics.stop()
    right, wrong = metrics.processes

    assert right.newest is not None
    assert right.newest.snapshots == 3
    assert re.search("404|Not Found", wrong.detail)
