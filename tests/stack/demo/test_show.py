"""The demo starts all, shows the figures, says what fails, and leaves nobody."""

import dataclasses
import io
import socket
import sys
from pathlib import Path

import pytest
from rich.console import Console

from stack.demo.parts import Demo
from stack.demo.show import run_demo
from stack.demo.supervisor import Child
from stack.errors import ChildFailedError, UnsupportedError
from stack.services.ports import HOST, is_listening
from stack.services.running import Kind

# What a flow would do, as far as the demo can see: a record of the audience.
FLOW = """
import os, pathlib, signal, sys, msgspec
from confluent_kafka import Producer
from dataflows.playback.audience import Audience, EventTally
producer = Producer({"bootstrap.servers": os.environ["KAFKA_BOOTSTRAP_SERVERS"]})
second = 0
while True:
    second += 1
    tally = EventTally(received=100 * second, used=100 * second)
    stamp = f"2026-11-23T12:00:{second % 60:02}.000Z"
    record = Audience(tstamp=stamp, viewers={}, titles={}, events=tally)
    producer.produce("live-audience", msgspec.json.encode(record), partition=0)
    producer.flush(5)
    pathlib.Path(sys.argv[1]).touch()
    signal.sigtimedwait([], 0.2)
"""
BREAKS = "import sys; print('no such module'); sys.exit(3)"


def demo(folder: Path, seconds: float) -> Demo:
    """Return a demo that takes no fixed port."""
    return Demo(
        kind=Kind.LIGHT,
        port=0,
        metrics_port=0,
        dynamodb_port=0,
        seconds=seconds,
        browser=False,
        data_dir=folder,
    )


def python(name: str, code: str, *, may_end: bool = False) -> Child:
    """Return a child that runs a few lines of Python."""
    return Child(name=name, command=[sys.executable, "-c", code], may_end=may_end)


def flow(folder: Path) -> Child:
    """Return a stand-in for the flow, ready when its first record is out."""
    mark = folder / "mark"
    command = [sys.executable, "-c", FLOW, str(mark)]
    return Child(name="flow", command=command, ready=mark.exists)


def test_shows_figures_and_ends_by_itself(tmp_path: Path) -> None:
    """The URL is shown, the flow's figures are summed, and the time ends it."""
    out = io.StringIO()
    ports = []

    def stubs(show: Demo, folder: Path) -> list[Child]:
        ports.append(show.port)
        return [flow(folder), python("crowd", "", may_end=True)]

    run_demo(demo(tmp_path, 3), Console(file=out, width=200), stubs)

    assert f"http://{HOST}:{ports[0]}/dashboard" in out.getvalue()
    assert "00 used, 0 skipped" in out.getvalue()
    assert f"Logs: {tmp_path}" in out.getvalue()


def test_child_that_breaks_ends_the_demo(tmp_path: Path) -> None:
    """A part that ends by itself ends all, and the error shows the end of its log."""

    def stubs(_demo: Demo, folder: Path) -> list[Child]:
        return [flow(folder), python("dashboard", BREAKS)]

    with pytest.raises(ChildFailedError, match=r"`dashboard` ended(.|\n)*no such mod"):
        run_demo(demo(tmp_path, 60), Console(file=io.StringIO()), stubs)


def test_services_are_gone_afterwards(tmp_path: Path) -> None:
    """Nothing listens any more when the demo has ended, however it ended."""
    ports = []

    def stubs(_demo: Demo, folder: Path) -> list[Child]:
        code = "import os; print(os.environ['AWS_ENDPOINT_URL'], flush=True)"
        ports.append(folder / "flow.log")
        return [python("flow", code)]

    with pytest.raises(ChildFailedError):
        run_demo(demo(tmp_path, 60), Console(file=io.StringIO()), stubs)
    port = ports[0].read_text().strip().rpartition(":")[2]
    assert not is_listening(int(port))


def test_web_shows_every_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a player there is a page of both, and one of each, on ports of their own."""
    monkeypatch.setattr("stack.demo.show.ensure_tracker_files", lambda _console: None)
    out = io.StringIO()
    shown = []

    def stubs(show: Demo, folder: Path) -> list[Child]:
        shown.append(show)
        return [flow(folder)]

    asked = dataclasses.replace(demo(tmp_path, 1), web=True, player_port=0)
    run_demo(asked, Console(file=out, width=200), stubs)

    assert shown[0].port != shown[0].player_port
    for url in (shown[0].url, shown[0].player_url, shown[0].dashboard_url):
        assert f"{url} " in out.getvalue()


def test_taken_ports_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page whose port is taken is on another, and the console says so."""
    monkeypatch.setattr("stack.demo.show.ensure_tracker_files", lambda _console: None)
    out = io.StringIO()
    shown = []

    def stubs(show: Demo, folder: Path) -> list[Child]:
        shown.append(show)
        return [flow(folder)]

    with socket.socket() as server:
        server.bind((HOST, 0))
        server.listen()
        taken = server.getsockname()[1]
        asked = dataclasses.replace(demo(tmp_path, 1), web=True, player_port=taken)
        run_demo(asked, Console(file=out, width=200), stubs)

    said = f"Port {taken} is taken; the player is on {shown[0].player_port} instead."
    assert said in out.getvalue()


def test_without_npm_nothing_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without npm the demo tells the cure, before anything is made or started."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", str(tmp_path))
    runs = tmp_path / "runs"
    asked = dataclasses.replace(demo(runs, 60), web=True)

    with pytest.raises(UnsupportedError, match="install Node"):
        run_demo(asked, Console(file=io.StringIO()))

    assert not runs.exists()
