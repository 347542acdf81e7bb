"""/api/viewers.csv: all that match, as a file."""

import csv
import io

from tests.dashboard.api.serving import Answer, Server
from tests.dashboard.records import profile


def _viewers(answer: Answer) -> list[str]:
    text = answer.body.decode("utf-8-sig")
    return [row["viewer_id"] for row in csv.DictReader(io.StringIO(text, newline=""))]


def test_all_that_match_are_sent(server: Server) -> None:
    """The file holds every page of what matches, in the order that is asked for."""
    rows = [profile(f"v{n:04}", since=-n) for n in range(1_200)]
    server.model.viewers.apply([(row.viewer_id, row) for row in rows])

    answer = server.ask("/api/viewers.csv?text=v1&order=viewer_id&descending=false")

    assert _viewers(answer) == [f"v{n:04}" for n in range(1_000, 1_200)]
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="vie')


def test_file_without_viewers(server: Server) -> None:
    """Nobody is a file of a header."""
    answer = server.ask("/api/viewers.csv")

    assert (answer.status, _viewers(answer)) == (200, [])


def test_head_sends_no_file(server: Server) -> None:
    """Who asks for the headers gets those alone."""
    answer = server.ask("/api/viewers.csv", "HEAD")

    assert (answer.status, answer.body) == (200, b"")


def test_what_is_no_filter_is_refused(server: Server) -> None:
    """A page makes no sense of a file of all."""
    assert server.ask("/api/viewers.csv?page=2").status == 400
