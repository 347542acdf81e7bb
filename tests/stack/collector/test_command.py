"""The collector as a command."""

import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from stack.collector.command import collector
from stack.errors import StackError
from stack.services.light import mock_kafka
from stack.services.ports import HOST, is_listening
from tests.stack.collector.kafka import running_broker
from tests.stack.collector.posting import TP2
from tests.stack.collector.process import running_collector
from tests.stack.collector.serving import Client, body_of
from tests.stack.collector.topics import messages_of
from tests.stack.polling import until

VIEW = {"e": "pv", "uid": "u"}


@pytest.fixture
def app() -> typer.Typer:
    """Return an application of this one command."""
    app = typer.Typer()
    app.command()(collector)
    return app


def test_collects_until_it_is_stopped(tmp_path: Path) -> None:
    """It tells its address, collects, and at the end tells what it collected."""
    with mock_kafka() as servers:
        with running_collector(tmp_path, servers) as running:
            with Client(running.address) as client:
                assert client.post(VIEW, "bad").status == 200
            assert running.stop(signal.SIGINT) == 0
        events = messages_of(servers, "snowplow-enriched-good")
        bad_rows = messages_of(servers, "snowplow-bad-rows")

    assert [event.key() for event in events] == [b"u"]
    assert len(bad_rows) == 1
    assert "requests=1 events=1 bad_rows=1 not_stored=0" in running.log


def test_ends_what_it_has_accepted(tmp_path: Path) -> None:
    """A request that waits for Kafka as the collector is stopped is answered."""
    with running_broker() as broker:
        with (
            running_collector(tmp_path, broker.servers) as running,
            Client(running.address) as client,
            Client(running.address) as other,
        ):
            assert client.post(VIEW).status == 200
            broker.pause()
            client.send("POST", TP2, body_of(VIEW))
            # What is answered here was sent later.
            assert other.ask("GET", "/health").status == 200
            running.ask_to_stop()
            port = int(running.address.rpartition(":")[2])
            until(lambda: not is_listening(port))
            broker.resume()
            answer = client.receive()
            assert running.stop() == 0
        events = messages_of(broker.servers, "snowplow-enriched-good")

    assert (answer.status, answer.headers["Connection"]) == (200, "close")
    assert len(events) == 2


def test_shape_and_topics(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Shape and topics can be chosen, that of the bad rows by the environment too."""
    monkeypatch.setenv("BAD_ROWS_TOPIC", "my-bad-rows")
    options = ("--shape", "enriched-json", "--topic", "my-events")
    with mock_kafka() as servers:
        with (
            running_collector(tmp_path, servers, *options) as running,
            Client(running.address) as client,
        ):
            client.post(VIEW, "bad")
        (event,) = messages_of(servers, "my-events")
        bad_rows = messages_of(servers, "my-bad-rows")

    assert (event.value() or b"").startswith(b'{"')
    assert len(bad_rows) == 1


def test_vendor_brings_the_page(tmp_path: Path) -> None:
    """With a folder of the tracker's files the player's page is served, else not."""
    (tmp_path / "browser-tracker.js").write_text("tracker")
    statuses = []
    with mock_kafka() as servers:
        for options in (["--vendor", str(tmp_path)], []):
            with (
                running_collector(tmp_path, servers, *options) as running,
                Client(running.address) as client,
            ):
                paths = ("/", "/vendor/browser-tracker.js")
                statuses.append([client.ask("GET", path).status for path in paths])

    assert statuses == [[200, 200], [404, 404]]


def test_taken_port() -> None:
    """A port that is taken is said plainly, with the cure."""
    with mock_kafka() as servers, socket.socket() as taken:
        taken.bind((HOST, 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        options = ["--port", port, "--bootstrap-servers", servers]
        done = subprocess.run(
            [sys.executable, "-m", "stack", "collector", *options],
            capture_output=True,
            text=True,
            check=False,
        )

    assert done.returncode == 1
    said = f"`--port` must be free on `--host`; got {port} on {HOST} instead (it is"
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_one_topic_for_both(app: typer.Typer) -> None:
    """Events and bad rows can't share a topic."""
    result = CliRunner().invoke(app, ["--topic", "a", "--bad-rows", "a"])

    assert isinstance(result.exception, StackError)
    assert "`--bad-rows` must differ from `--topic`" in str(result.exception)


def test_help_says_what_it_is_not(app: typer.Typer) -> None:
    """The help tells that this is for development, and no replacement of Snowplow's."""
    said = " ".join(CliRunner().invoke(app, ["--help"]).output.split())

    assert "For development" in said
    assert "no replacement of Snowplow's collector" in said
