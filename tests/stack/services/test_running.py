"""Services say where they are, and what a program needs to use them."""

import io
from pathlib import Path

from rich.console import Console

from dataflows.settings import Settings
from stack.services.health import dynamodb_answers, kafka_answers
from stack.services.ports import free_ports
from stack.services.running import Kind, pick_port, run_folder, running_services


def port_of(place: str) -> int:
    """Return the port at the end of a place."""
    return int(place.rpartition(":")[2])


def test_light_services_answer(tmp_path: Path) -> None:
    """The stand-ins answer while they run, where they say they are."""
    with running_services(Kind.LIGHT, tmp_path, dynamodb_port=0) as services:
        services.check()
        assert kafka_answers(port_of(services.bootstrap_servers))
        assert dynamodb_answers(port_of(services.dynamodb_url))


def test_environment_is_what_the_settings_read(tmp_path: Path) -> None:
    """The settings of a flow with this environment point at the services."""
    with running_services(Kind.LIGHT, tmp_path, dynamodb_port=0) as services:
        settings = Settings.from_env(services.env)

    assert settings.bootstrap_servers == services.bootstrap_servers
    assert settings.aws_endpoint_url == services.dynamodb_url


def test_taken_port_is_said(tmp_path: Path) -> None:
    """When the wanted port is taken another is used, and that is said."""
    out = io.StringIO()
    console = Console(file=out)
    with running_services(Kind.LIGHT, tmp_path, dynamodb_port=0) as first:
        taken = port_of(first.dynamodb_url)
        with running_services(
            Kind.LIGHT, tmp_path, dynamodb_port=taken, console=console
        ) as second:
            assert second.dynamodb_url != first.dynamodb_url

    other = port_of(second.dynamodb_url)
    assert f"Port {taken} is taken; DynamoDB is on {other} instead." in out.getvalue()


def test_free_port_is_not_talked_about() -> None:
    """A wanted port that is free is used without a word."""
    out = io.StringIO()
    (port,) = free_ports(1)

    assert pick_port("Kafka", port, Console(file=out)) == port
    assert not out.getvalue()


def test_run_folders_differ(tmp_path: Path) -> None:
    """Two runs at the same moment have folders of their own, with full paths."""
    first, second = run_folder(tmp_path / "runs"), run_folder(tmp_path / "runs")

    assert first != second
    assert first.is_absolute()
