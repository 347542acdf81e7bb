"""The smoke test's two halves: the story goes out, the profile is waited for."""

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from moto import mock_aws

from dataflows.settings import Settings
from stack.services.tables import client_of, ensure_tables, tables_of
from stack.snowplow import smoke
from stack.snowplow.smoke import (
    ENDING,
    SmokeError,
    play,
    profile_in_table,
    wait_for,
)
from stack.snowplow.viewer import TP2
from tests.stack.snowplow.test_viewer import STORY

FAST = 100_000.0


class Collector(ThreadingHTTPServer):
    """Answers POSTs with one status, and keeps their paths and bodies."""

    status = 200
    posts: list[tuple[str, bytes]]

    @property
    def url(self) -> str:
        """Return where it is."""
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Collector

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.posts.append((self.path, body))
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def collector() -> Iterator[Collector]:
    """Run a collector that keeps what it gets."""
    server = Collector(("127.0.0.1", 0), _Handler)
    server.posts = []
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_play(collector: Collector) -> None:
    """Every event is posted once, in order, as the new viewer's, with an id as new."""
    assert play(collector.url, STORY, "me", FAST) == len(STORY)

    events = [json.loads(body)["data"][0] for _, body in collector.posts]
    assert {path for path, _ in collector.posts} == {TP2}
    assert {event["uid"] for event in events} == {"me"}
    assert len({event["eid"] for event in events}) == len(STORY)
    assert [e.get("ue_pr") for e in events] == [t.fields.get("ue_pr") for t in STORY]
    assert all(int(event["dtm"]) <= int(event["stm"]) for event in events)


def test_play_refused(collector: Collector) -> None:
    """A collector that refuses an event fails the test at once."""
    collector.status = 503

    with pytest.raises(SmokeError, match="must answer 200; got 503 instead"):
        play(collector.url, STORY, "me", FAST)
    assert len(collector.posts) == 1


def test_play_to_nobody() -> None:
    """A collector that is not there fails the test."""
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}"

        with pytest.raises(SmokeError, match="does not answer"):
            play(url, STORY, "me", FAST)


def test_profile_in_table() -> None:
    """The viewer's item is read as plain values; without one there is nothing."""
    with mock_aws():
        settings = Settings()
        client = client_of(settings)
        ensure_tables(client, tables_of(settings))
        client.put_item(
            TableName=settings.profiles_table,
            Item={"viewer_id": {"S": "me"}, "adsClicked": {"N": "1"}},
        )
        client.close()

        assert profile_in_table(settings, "me") == {"viewer_id": "me", "adsClicked": 1}
        assert profile_in_table(settings, "you") is None


def test_table_that_cannot_be_read() -> None:
    """A missing table fails the test, and is named."""
    with mock_aws(), pytest.raises(SmokeError, match="`viewer_profiles`"):
        profile_in_table(Settings(), "me")


def test_wait_for(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It looks until the story's end is told, and prints each change on the way."""
    monkeypatch.setattr(smoke, "_POLL_S", 0)
    end = {"status": "COMPLETED_VIDEO", "adsClicked": 1, "adsSkipped": 1, "events": 50}
    looks = iter([None, {"status": "WATCHING_AD"}, end])

    found = wait_for("Kafka", lambda: next(looks), 60)

    assert found == end
    assert [
        line.split("status")[1][4:15] for line in capsys.readouterr().out.splitlines()
    ] == ["WATCHING_AD", "COMPLETED_V"]


def test_wait_for_in_vain() -> None:
    """After the deadline it fails, and says what it found instead."""
    with pytest.raises(SmokeError, match=r"Kafka must say .* got .*WATCHING_AD"):
        wait_for("Kafka", lambda: {**ENDING, "status": "WATCHING_AD"}, 0)
