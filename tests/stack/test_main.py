"""The commands are there, and say plainly what is wrong."""

import sys

import pytest
from typer.testing import CliRunner

from stack.__main__ import app, main
from stack.services.light import mock_dynamodb, mock_kafka
from stack.services.ports import HOST, free_ports


def test_every_command_is_told() -> None:
    """The help names every command."""
    result = CliRunner().invoke(app, ["--help"])

    for name in (
        "services",
        "topics",
        "demo",
        "simulate",
        "replay",
        "collector",
        "doctor",
    ):
        assert name in result.output


def test_topics_shows_what_was_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """`topics` goes by the environment and shows every topic and table."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "local")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")
    monkeypatch.setenv("COLUMNS", "120")
    (port,) = free_ports(1)
    with mock_kafka() as servers, mock_dynamodb(port) as url:
        monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", servers)
        monkeypatch.setenv("AWS_ENDPOINT_URL", url)
        result = CliRunner().invoke(app, ["topics"])

    assert result.exit_code == 0, result.output
    for name in ("snowplow-enriched-good", "live-viewer-profiles", "video_events"):
        assert name in result.output
    assert result.output.count("created") == 7


def test_wrong_setting_is_said_without_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A setting that breaks its rule ends the command with its message alone."""
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "nowhere")
    monkeypatch.setattr(sys, "argv", ["stack", "topics"])

    with pytest.raises(SystemExit) as caught:
        main()

    said = capsys.readouterr().err
    assert caught.value.code == 1
    assert said.startswith("Error: `KAFKA_BOOTSTRAP_SERVERS` must be host:port")
    assert "Traceback" not in said


def test_no_broker_is_said_without_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without Kafka the command ends with what to look at."""
    monkeypatch.setattr("stack.services.topics._TIMEOUT_S", 0.2)
    server = f"{HOST}:{free_ports(1)[0]}"
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", server)
    monkeypatch.setattr(sys, "argv", ["stack", "topics"])

    with pytest.raises(SystemExit):
        main()

    assert f"can't set up topics at `{server}`" in capsys.readouterr().err
