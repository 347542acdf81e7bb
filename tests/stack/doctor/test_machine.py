"""This machine's versions and ports."""

import platform
import socket
from importlib.metadata import PackageNotFoundError

import pytest

from stack.demo.parts import Demo
from stack.doctor.finding import Level
from stack.doctor.machine import check_ports, check_versions
from stack.services.ports import HOST
from tests.stack.doctor.samples import context


def test_versions() -> None:
    """The versions that a report of a fault needs are all in one line."""
    (finding,) = check_versions(context())

    assert finding.level is Level.OK
    for part in (f"Python {platform.python_version()}", "bytewax 0.", "librdkafka 2."):
        assert part in finding.found


def test_package_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A package that is not installed is a problem with the command to mend it."""

    def version(package: str) -> str:
        raise PackageNotFoundError(package)

    monkeypatch.setattr("stack.doctor.machine.version", version)

    (finding,) = check_versions(context())

    assert finding.level is Level.PROBLEM
    assert "`make setup`" in finding.cure


def test_port_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """A port that the demo wants and somebody has is a note, not a problem."""
    with socket.create_server((HOST, 0)) as server:
        port = server.getsockname()[1]
        monkeypatch.setattr(Demo, "port", port)

        (finding,) = check_ports(context())

    assert finding.level is Level.NOTE
    assert f"{port} (the dashboard)" in finding.found


def test_ports_are_free(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ports that nobody has are well."""
    monkeypatch.setattr("stack.doctor.machine.is_free", lambda _: True)

    (finding,) = check_ports(context())

    assert (finding.level, finding.found[:11]) == (Level.OK, "9092, 8000,")
