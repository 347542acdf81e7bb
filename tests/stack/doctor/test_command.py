"""The command reports, and tells a script by its exit code."""

import json
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from dataflows.settings import Settings
from stack.__main__ import app
from stack.services.light import mock_dynamodb
from stack.services.ports import HOST, free_ports
from stack.services.tables import ensure_tables, local_client, tables_of
from stack.services.topics import ensure_topics, topics_of


def run(*arguments: str) -> Result:
    """Run the command."""
    return CliRunner().invoke(app, ["doctor", *arguments])


def levels_of(result: Result) -> dict[tuple[str, str], str]:
    """Return the level of each finding in the JSON, by check and subject."""
    told: dict[str, Any] = json.loads(result.stdout)
    assert told["exit_code"] == result.exit_code
    return {(f["check"], f["subject"]): f["level"] for f in told["findings"]}


def test_help_tells_the_exit_codes() -> None:
    """A script's author finds the exit codes in the help."""
    told = run("--help").output

    assert told.index("Exit code:") < told.index("0: there is no problem")


def test_without_a_flow(servers: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A system that is set up, and where nothing runs, lacks just the flow."""
    (port,) = free_ports(1)
    with mock_dynamodb(port) as url:
        monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", servers)
        monkeypatch.setenv("AWS_ENDPOINT_URL", url)
        ensure_topics(servers, topics_of(Settings(), 4))
        client = local_client(url)
        ensure_tables(client, tables_of(Settings()))
        client.close()

        result = run("--json")

    levels = levels_of(result)
    assert result.exit_code == 1
    assert [key for key, level in levels.items() if level == "problem"] == [
        ("the flow", "flow")
    ]
    assert levels["events", "arrival"] == "warning"


def test_dead_services(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing answers, both services are problems, and there is no traceback."""
    kafka, dynamodb = free_ports(2)
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", f"{HOST}:{kafka}")
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{HOST}:{dynamodb}")

    result = run("--json")

    levels = levels_of(result)
    assert result.exit_code == 1
    assert levels["brokers", f"{HOST}:{kafka}"] == "problem"
    assert levels["tables", "DynamoDB"] == "problem"
    assert levels["not looked at", "the rest"] == "unchecked"


def test_bad_setting_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable that is wrong is told as all the rest is, for a person too."""
    monkeypatch.setenv("SOURCE_TOPIC", "a b")
    monkeypatch.setenv("COLUMNS", "200")

    result = run()

    assert result.exit_code == 1
    assert "`SOURCE_TOPIC` must be a Kafka topic name" in result.output
    assert "Begin with `SOURCE_TOPIC`" in result.output


def test_wrong_option() -> None:
    """An option that is wrong is exit code 2."""
    assert run("--newest", "none").exit_code == 2
