"""The command that sends a crowd, and the outbox that it sends through."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
import typer
from confluent_kafka import KafkaError, Message
from typer.testing import CliRunner, Result

from dataflows.playback.decode import decode
from dataflows.playback.events import MediaEvent
from stack.sending.outbox import DeliveryError, Key, Outbox
from stack.services.light import mock_kafka
from stack.simulate import simulate
from tests.stack.topic import messages_on

TOPIC = "snowplow-enriched-good"
Delivered = Callable[[KafkaError | None, Any], None]
_MESSAGE: Final[Any] = None


class FakeProducer:
    """Keeps what is produced; fails or is full as told."""

    def __init__(self, *, full: int = 0, error: KafkaError | None = None) -> None:
        self.keys: list[bytes] = []
        self.open = 0
        self._full = full
        self._error = error
        self._reports: list[Delivered] = []

    def produce(
        self,
        topic: str,
        value: bytes,
        key: bytes,
        *,
        on_delivery: Callable[[KafkaError | None, Message], None],
    ) -> None:
        assert topic
        assert value
        if self._full:
            raise BufferError
        self.keys.append(key)
        self._reports.append(on_delivery)

    def poll(self, timeout: float) -> int:
        assert timeout >= 0
        self._full = max(0, self._full - 1)
        return 0

    def flush(self, timeout: float) -> int:
        assert timeout > 0
        for report in self._reports:
            report(self._error, _MESSAGE)
        return self.open


def run(*options: str) -> Result:
    """Return what the command does with these options."""
    app = typer.Typer()
    app.command()(simulate)
    return CliRunner().invoke(app, options)


def test_command(tmp_path: Path) -> None:
    """What the report says was sent is what is on the topic."""
    report = tmp_path / "report.json"
    with mock_kafka() as servers:
        result = run(
            *("--viewers", "100", "--rate", "50", "--seconds", "20", "--bad", "0.05"),
            *("--speed", "max", "--shape", "mixed", "--report", str(report)),
            *("--bootstrap-servers", servers),
        )
        assert result.exit_code == 0
        counts = json.loads(report.read_text())
        values = messages_on(servers, TOPIC, counts["sent"])

    events = [event for event in map(decode, values) if isinstance(event, MediaEvent)]
    future = counts["expected"]["dead_letters"].get("future_timestamp", 0)
    assert len(events) == future + sum(
        counts["expected"][name] for name in ("used", "late", "duplicate")
    )
    assert counts["sent"] == pytest.approx(1000, rel=0.25)


def test_same_seed_and_start_send_the_same() -> None:
    """With a start the command is deterministic to the byte."""
    sent = []
    for _ in range(2):
        with mock_kafka() as servers:
            result = run(
                *(
                    "--viewers",
                    "20",
                    "--events",
                    "200",
                    "--speed",
                    "max",
                    "--seed",
                    "7",
                ),
                *("--start", "2026-11-23T05:00:00", "--bootstrap-servers", servers),
            )
            assert result.exit_code == 0
            sent.append(sorted(messages_on(servers, TOPIC, 200)))

    assert sent[0] == sent[1]


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--shape", "round"], "must be mixed or one of"),
        (["--skip", "2"], "`skip` must be 0 to 1"),
        (["--max-delay-s", "20"], "`max_delay_s` must be less than half"),
        (["--speed", "max"], "needs `--seconds` or `--start`"),
        (["--speed", "slow"], "must be a number above 0"),
        (["--viewers", "0"], "should be greater than or equal to 1"),
    ],
)
def test_wrong_options(options: list[str], complaint: str) -> None:
    """A wrong option is refused with what it must be, before anything is sent."""
    result = run(*options)

    assert result.exit_code == 2
    words = result.output.replace("│", " ").split()
    assert complaint in " ".join(words)


def test_full_queue_is_waited_for() -> None:
    """A full queue delays a message and loses none."""
    producer = FakeProducer(full=3)
    outbox = Outbox(producer, TOPIC, Key.VIEWER)
    outbox.send(b"x", "viewer")
    outbox.close()

    assert (producer.keys, outbox.acknowledged) == ([b"viewer"], 1)


@pytest.mark.parametrize("viewer_id", ["viewer", None])
def test_random_keys(viewer_id: str | None) -> None:
    """Random keys differ from message to message; so do those of nobody."""
    producer = FakeProducer()
    outbox = Outbox(producer, TOPIC, Key.RANDOM if viewer_id else Key.VIEWER)
    for _ in range(10):
        outbox.send(b"x", viewer_id)

    assert len(set(producer.keys)) == 10


def test_refused_message_is_an_error() -> None:
    """A message that Kafka refuses makes the sending fail, with the reason."""
    error = KafkaError(KafkaError.MSG_SIZE_TOO_LARGE)
    outbox = Outbox(FakeProducer(error=error), TOPIC, Key.RANDOM)
    outbox.send(b"x", None)

    with pytest.raises(DeliveryError, match="1 messages were not acknowledged: Broker"):
        outbox.close()


def test_unanswered_message_is_an_error() -> None:
    """A message that nobody answered for is not taken for sent."""
    producer = FakeProducer()
    producer.open = 2

    with pytest.raises(DeliveryError, match=r"2 messages .* no answer in time"):
        Outbox(producer, TOPIC, Key.RANDOM).close()
