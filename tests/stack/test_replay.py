"""Recorded events and requests, sent again."""

import gzip
import json
import math
import shutil
from collections.abc import Iterable
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from dataflows.playback.decode import decode
from dataflows.playback.events import MediaEvent
from stack.collector.shapes import Shape, message
from stack.replay import Span, replay, shift_to_now, span_of
from stack.sending.pace import Pace, parse_speed
from stack.sending.recording import Recorded, recorded
from stack.services.light import mock_kafka
from tests.stack.captures import CAPTURES, rows_of
from tests.stack.topic import messages_on

DAY_MS = 86_400_000


@pytest.fixture
def app() -> typer.Typer:
    """Return a program of which replay is the one command."""
    app = typer.Typer()
    app.command()(replay)
    return app


def media_events(messages: Iterable[bytes]) -> list[MediaEvent]:
    """Return the media events among messages."""
    decoded = map(decode, messages)
    return [event for event in decoded if isinstance(event, MediaEvent)]


def recording_of(folder: Path, shape: Shape) -> Path:
    """Return a file of the captured events in a shape, one a line."""
    file = folder / "events.txt"
    file.write_bytes(b"\n".join(message(row, shape) for row in rows_of("main")) + b"\n")
    return file


def test_requests_become_events() -> None:
    """A capture's requests are translated, of the chosen run alone."""
    messages = list(recorded(CAPTURES, Shape.TSV, "main"))

    assert len(messages) == 81
    assert {"viewer-alice", "viewer-bob", "viewer-carol"} == {
        recorded.viewer_id for recorded in messages
    }


@pytest.mark.parametrize("shape", Shape)
def test_events_stay_as_they_are(shape: Shape, tmp_path: Path) -> None:
    """Recorded events of any shape are sent byte for byte, due by their own time."""
    messages = list(recorded(recording_of(tmp_path, shape), Shape.TSV))
    time_of = "collector_tstamp" if shape is Shape.FLAT else "derived_tstamp"

    assert [
        Recorded(row[time_of], row["user_id"], message(row, shape))
        for row in rows_of("main")
    ] == messages


@pytest.mark.parametrize("shape", Shape)
def test_shifted_events(shape: Shape, tmp_path: Path) -> None:
    """A shift moves when events happened, and nothing else of them."""
    file = recording_of(tmp_path, shape)
    kept = media_events(found.value for found in recorded(file, shape))
    moved = media_events(
        found.value for found in recorded(file, shape, shift_ms=DAY_MS)
    )

    assert [event.time + DAY_MS for event in kept] == [event.time for event in moved]
    assert [event.player for event in kept] == [event.player for event in moved]


def test_shifted_requests_equal_shifted_events(tmp_path: Path) -> None:
    """It is the same whether requests are shifted or the events that they hold."""
    file = recording_of(tmp_path, Shape.TSV)

    assert [found.value for found in recorded(CAPTURES, Shape.TSV, "main", DAY_MS)] == [
        found.value for found in recorded(file, Shape.TSV, shift_ms=DAY_MS)
    ]


def test_gzip(tmp_path: Path) -> None:
    """A packed recording is as good as a plain one."""
    packed = tmp_path / "captures.jsonl.gz"
    with gzip.open(packed, "wb") as out, CAPTURES.open("rb") as plain:
        shutil.copyfileobj(plain, out)

    assert list(recorded(CAPTURES, Shape.FLAT)) == list(recorded(packed, Shape.FLAT))


@pytest.mark.parametrize(
    "line", [b"noise", b"{", b'{"collector_tstamp":5}', b"a\tb", b"\xff" + b"\t" * 130]
)
def test_odd_lines_are_sent_too(line: bytes, tmp_path: Path) -> None:
    """What can't be read is sent as it is, shifted or not: the flow must stand it."""
    file = tmp_path / "odd"
    file.write_bytes(line + b"\n\n")

    (found,) = recorded(file, Shape.TSV, shift_ms=DAY_MS)

    assert (found.due_ms, found.viewer_id) == (None, None)
    assert found.value.split() == line.split()


def test_bad_rows_are_told(tmp_path: Path) -> None:
    """An event that can't be translated is no message, but is told."""
    file = tmp_path / "requests"
    request = {
        "method": "POST",
        "path": "/com.snowplowanalytics.snowplow/tp2",
        "arrival_ms": 5,
    }
    file.write_text(json.dumps(request))

    (found,) = recorded(file, Shape.TSV)

    assert found.value == b""
    assert found.bad.startswith("bad_body: ")


def test_span() -> None:
    """A recording reaches from its earliest to its latest stamp, whatever the order."""
    messages = [Recorded(due_ms, None, b"") for due_ms in (7, None, 3, 5)]

    assert span_of(messages) == Span(4, 3, 7)


@pytest.mark.parametrize(
    ("span", "speed", "shift_ms"),
    [
        (Span(2, 1_000, 5_000), 1.0, 9_000),
        (Span(2, 1_000, 5_000), 0.5, 9_000),
        (Span(2, 1_000, 5_000), 4.0, 6_000),
        (Span(2, 1_000, 5_000), math.inf, 5_000),
        (Span(1), 1.0, 0),
    ],
)
def test_shift_to_now(span: Span, speed: float, shift_ms: int) -> None:
    """No event is ahead of the clock at the moment that it is sent."""
    assert shift_ms == shift_to_now(span, speed, now_ms=10_000)


def test_pace() -> None:
    """At double speed a recorded second takes half of one."""
    seconds = iter([100.0, 100.0, 100.4, 101.0])
    pace = Pace(2.0, 5_000, clock=lambda: next(seconds))
    waited: list[float] = []
    pace.wait(6_000, waited.append)

    assert waited == pytest.approx([0.1, 0.1])


@pytest.mark.parametrize("value", ["0", "-1", "fast", "nan"])
def test_no_speed(value: str) -> None:
    """A speed is above 0, or `max`."""
    with pytest.raises(typer.BadParameter, match="must be a number above 0, or max"):
        parse_speed(value)


def test_command(app: typer.Typer) -> None:
    """Every event arrives in Kafka, and the command says so."""
    with mock_kafka() as servers:
        result = CliRunner().invoke(
            app,
            [
                *(str(CAPTURES), "--run", "main", "--speed", "max", "--keep-times"),
                *("--key", "viewer", "--bootstrap-servers", servers),
            ],
        )
        values = messages_on(servers, "snowplow-enriched-good", 81)

    assert result.exit_code == 0
    assert "81 messages acknowledged, 0 failed, 0 events not translated" in (
        " ".join(result.output.split())
    )
    assert sorted(values) == sorted(message(row, Shape.TSV) for row in rows_of("main"))
