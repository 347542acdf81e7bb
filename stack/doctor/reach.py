"""Whether Kafka answers at an address: asked at the socket, without any client.

A client keeps trying and says little of why; a socket fails at once, and for a reason
that has a cure.
"""

import socket
import ssl
import struct
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

__all__ = ["Apis", "Unreachable", "reach"]

_TIMEOUT_S: Final = 3.0
_LARGEST_ANSWER: Final = 65_536

# https://kafka.apache.org/protocol.html#The_Messages_ApiVersions, version 0
_API_VERSIONS: Final = 18
_CORRELATION: Final = 7
_CLIENT: Final = b"doctor"
_HEADER: Final = struct.Struct(">ihi")
_RANGE: Final = struct.Struct(">hhh")

Apis = dict[int, tuple[int, int]]
"""The lowest and highest version that a broker speaks, by the API's number."""


@dataclass(frozen=True)
class Unreachable:
    """Why an address does not answer as Kafka, and the cure."""

    why: str
    cure: str


_UNKNOWN_NAME: Final = Unreachable(
    "its name can't be resolved on this machine",
    "use a name or address that this machine knows; a name of a Docker network is "
    "known only inside of it",
)
_REFUSED: Final = Unreachable(
    "it refuses connections: nothing listens there",
    "start Kafka (on a laptop `python -m stack services`), or correct the port",
)
_SILENT: Final = Unreachable(
    f"it does not answer within {_TIMEOUT_S:g} s",
    "look for a firewall or security group in between, and whether the host is up",
)
_NOT_KAFKA: Final = Unreachable(
    "something listens there, but does not answer as Kafka would",
    "correct the port, or set `KAFKA_SECURITY_PROTOCOL` as this listener has it",
)
_UNTRUSTED: Final = Unreachable(
    "its certificate is not trusted, or is for another name",
    "set `KAFKA_SSL_CA_LOCATION` to the CA that signed it, and use the name in it",
)


def reach(
    servers: Iterable[str], tls: ssl.SSLContext | None = None
) -> dict[str, Apis | Unreachable]:
    """Ask each `host:port` which APIs it speaks, all at once, within seconds.

    Args:
        servers: of the cluster, or said to be.
        tls: where they want it; to log in is not needed for this question.

    """
    found: dict[str, Apis | Unreachable] = dict.fromkeys(servers, _SILENT)

    def ask(server: str) -> None:
        found[server] = _ask(server, tls)

    # Nothing bounds a look-up of names: a thread that hangs in one is left behind.
    threads = [threading.Thread(target=ask, args=(s,), daemon=True) for s in found]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(2 * _TIMEOUT_S)
    return dict(found)


def _ask(server: str, tls: ssl.SSLContext | None) -> Apis | Unreachable:
    name, _, port = server.rpartition(":")
    host = name.strip("[]")
    try:
        connection = socket.create_connection((host, int(port)), _TIMEOUT_S)
    except OSError as ex:
        return _cause(ex)
    with connection:
        return _answer(connection, host, tls)


def _cause(fault: OSError) -> Unreachable:
    if isinstance(fault, socket.gaierror):
        return _UNKNOWN_NAME
    return _REFUSED if isinstance(fault, ConnectionRefusedError) else _SILENT


def _answer(
    connection: socket.socket, host: str, tls: ssl.SSLContext | None
) -> Apis | Unreachable:
    try:
        if tls is None:
            return _apis(connection)
        with tls.wrap_socket(connection, server_hostname=host) as private:
            return _apis(private)
    except ssl.SSLCertVerificationError:
        return _UNTRUSTED
    except (OSError, struct.error):
        return _NOT_KAFKA


def _apis(connection: socket.socket) -> Apis:
    body = struct.pack(">hhih", _API_VERSIONS, 0, _CORRELATION, len(_CLIENT)) + _CLIENT
    connection.sendall(struct.pack(">i", len(body)) + body)
    with connection.makefile("rb") as answers:
        (size,) = struct.unpack(">i", answers.read(4))
        answer = answers.read(max(0, min(size, _LARGEST_ANSWER)))
    correlation, _, count = _HEADER.unpack_from(answer)
    if correlation != _CORRELATION:
        raise struct.error
    ranges = answer[_HEADER.size : _HEADER.size + count * _RANGE.size]
    return {api: (low, high) for api, low, high in _RANGE.iter_unpack(ranges)}
