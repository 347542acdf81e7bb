"""A taken port is told from a free one, and another is found."""

import socket
from collections.abc import Iterator

import pytest

from stack.services.ports import HOST, choose_port, free_ports, is_free, is_listening


@pytest.fixture
def taken() -> Iterator[int]:
    """Listen on a port for the time of the test."""
    with socket.create_server((HOST, 0)) as server:
        yield server.getsockname()[1]


def test_listening_port_is_not_free(taken: int) -> None:
    """A port that a server listens on is taken, and seen to be listened on."""
    assert not is_free(taken)
    assert is_listening(taken)


def test_free_port_is_free() -> None:
    """A port that the system gave out and took back is free, with nobody on it."""
    (port,) = free_ports(1)

    assert is_free(port)
    assert not is_listening(port)


def test_free_ports_differ() -> None:
    """Ports asked for together are all different."""
    assert len(set(free_ports(20))) == 20


def test_wanted_port_is_kept_when_free() -> None:
    """A free port is had for the asking."""
    (port,) = free_ports(1)

    assert choose_port(port) == port


@pytest.mark.parametrize("any_port", [False, True])
def test_another_port_is_chosen(taken: int, *, any_port: bool) -> None:
    """When the wanted port is taken, or any will do, a free one is chosen."""
    port = choose_port(0 if any_port else taken)

    assert port not in {0, taken}
    assert is_free(port)
