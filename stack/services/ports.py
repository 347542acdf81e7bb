"""Ports on the loopback: whether one is free, and which to take instead."""

import contextlib
import socket
from typing import Final

__all__ = ["HOST", "choose_port", "free_ports", "is_free", "is_listening"]

HOST: Final = "127.0.0.1"
"""Everything the stack starts listens here, where it can be told to."""

_CONNECT_TIMEOUT_S: Final = 0.5


def is_free(port: int) -> bool:
    """Return whether a server could listen on `port` now."""
    with socket.socket() as server:
        # As servers do; without it a port whose last connection has just closed
        # looks taken for a minute.
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            server.bind((HOST, port))
        except OSError:
            return False
    return True


def is_listening(port: int) -> bool:
    """Return whether a server takes connections on `port`."""
    try:
        socket.create_connection((HOST, port), timeout=_CONNECT_TIMEOUT_S).close()
    except OSError:
        return False
    return True


def free_ports(count: int) -> list[int]:
    """Return `count` different ports that are free now, chosen by the system."""
    with contextlib.ExitStack() as held:
        # All are held until the last is known: else one could be given out twice.
        servers = [held.enter_context(socket.socket()) for _ in range(count)]
        for server in servers:
            server.bind((HOST, 0))
        return [server.getsockname()[1] for server in servers]


def choose_port(wanted: int) -> int:
    """Return `wanted` when it is free, else another that is; 0 wants any."""
    if wanted and is_free(wanted):
        return wanted
    return free_ports(1)[0]
