"""Whether Kafka answers is asked at the socket, and each failure has its own cure."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

import pytest

from stack.doctor.reach import Unreachable, reach
from stack.services.ports import HOST, free_ports


@contextmanager
def answering(answer: bytes) -> Iterator[str]:
    """Keep a server that says this to its first client, and no more."""

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(1024)
            connection.sendall(answer)

    with socket.create_server((HOST, 0)) as listener:
        thread = Thread(target=serve)
        thread.start()
        yield f"{HOST}:{listener.getsockname()[1]}"
        thread.join()


def why(answer: object) -> str:
    """Return why an address does not answer."""
    assert isinstance(answer, Unreachable)
    return answer.why


def test_broker_tells_its_apis(servers: str) -> None:
    """Of a broker that answers, the versions of each API are known."""
    apis = reach([servers])[servers]

    assert isinstance(apis, dict)
    low, high = apis[1]  # Fetch
    assert 0 <= low < high


def test_nobody_listens() -> None:
    """A port without a server refuses."""
    server = f"{HOST}:{free_ports(1)[0]}"

    assert "refuses connections" in why(reach([server])[server])


def test_unknown_name() -> None:
    """A name that can't be resolved is told as such; `.invalid` never can."""
    assert "can't be resolved" in why(
        reach(["kafka.invalid:9092"])["kafka.invalid:9092"]
    )


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b"\x00\x00\x00\x0a" + b"\x09" * 10,
        b"\x00\x00\x00\x02\x00\x00",
    ],
)
def test_something_else_listens(answer: bytes) -> None:
    """What does not answer in Kafka's protocol is not taken for Kafka."""
    with answering(answer) as server:
        assert "not answer as Kafka" in why(reach([server])[server])


def test_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that takes the connection and says nothing is not waited for."""
    monkeypatch.setattr("stack.doctor.reach._TIMEOUT_S", 0.1)
    with socket.create_server((HOST, 0)) as listener:
        server = f"{HOST}:{listener.getsockname()[1]}"

        assert "not answer as Kafka" in why(reach([server])[server])


def test_hung_look_up_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that hangs in the resolver does not keep the others waiting."""
    monkeypatch.setattr("stack.doctor.reach._TIMEOUT_S", 0.05)
    hold = Event()
    done = Event()

    def hang(*_: object) -> None:
        hold.wait()
        done.set()
        raise OSError

    monkeypatch.setattr(socket, "create_connection", hang)
    found = reach(["slow:9092"])
    hold.set()

    assert "does not answer within" in why(found["slow:9092"])
    assert done.wait(30)


def test_plain_listener_has_no_tls() -> None:
    """Asked with TLS, a listener without it does not answer as Kafka."""
    with answering(b"plain") as server:
        found = reach([server], ssl.create_default_context())

        assert "not answer as Kafka" in why(found[server])
