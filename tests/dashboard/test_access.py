"""Where the server listens, and when it refuses to."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest
from bokeh.server import server
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.ioloop import IOLoop
from tornado.websocket import websocket_connect

from dashboard.access import (
    AccessError,
    check_access,
    exposed_addresses,
    listen_on_loopback_by_default,
)
from dashboard.settings import DashboardSettings
from tests.dashboard.api.serving import drain, run
from tests.dashboard.panel_serve import PanelServe, panel_serve

_TOKEN: Final = "0123456789-token"
_BEARER: Final = {"Authorization": f"Bearer {_TOKEN}"}
_GUARDED: Final = ("/dashboard", "/api/viewers", "/metrics")


@pytest.fixture(autouse=True)
def _nobody_signs_in(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PANEL_BASIC_AUTH", "PANEL_OAUTH_PROVIDER", "PANEL_COOKIE_SECRET"):
        monkeypatch.delenv(name, raising=False)


@contextmanager
def _listening(address: str) -> Iterator[IOLoop]:
    """Listen with a loop that never runs."""
    loop = IOLoop(make_current=False)
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as sock:
        sock.bind((address, 0))
        sock.listen()
        loop.add_handler(sock, lambda _sock, _events: None, IOLoop.READ)
        yield loop
        loop.remove_handler(sock)
    loop.close()


@pytest.mark.parametrize("address", ["127.0.0.1", "127.0.0.9", "::1"])
def test_loopback(address: str) -> None:
    """On the loopback nobody else can reach it: it needs no sign-in."""
    with _listening(address) as loop:
        assert exposed_addresses(loop) == []
        check_access(loop, DashboardSettings())


@pytest.mark.parametrize("address", ["0.0.0.0", "::"])
def test_every_address(address: str) -> None:
    """On every address it refuses, and tells the address and the cures."""
    with _listening(address) as loop, pytest.raises(AccessError) as refused:
        check_access(loop, DashboardSettings(api_token=_TOKEN))

    assert f"got {address} without a sign-in" in str(refused.value)
    assert "--address 127.0.0.1" in str(refused.value)


def test_connections_are_no_exposure() -> None:
    """A socket that is connected, not listening, exposes nothing."""
    with _listening("127.0.0.1") as loop, socket.socket() as other:
        other.bind(("0.0.0.0", 0))
        loop.add_handler(other, lambda _sock, _events: None, IOLoop.READ)
        assert exposed_addresses(loop) == []
        loop.remove_handler(other)


def test_open_by_choice() -> None:
    """With `DASHBOARD_ACCESS=open` it listens wherever it is told to."""
    with _listening("0.0.0.0") as loop:
        check_access(loop, DashboardSettings(access="open"))


@pytest.mark.parametrize("variable", ["PANEL_BASIC_AUTH", "PANEL_OAUTH_PROVIDER"])
def test_sign_in(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where people sign in it listens wherever it is told to, cookies being signed."""
    monkeypatch.setenv(variable, "generic")
    with _listening("0.0.0.0") as loop:
        with pytest.raises(AccessError, match="--cookie-secret"):
            check_access(loop, DashboardSettings())
        monkeypatch.setenv("PANEL_COOKIE_SECRET", "a secret")
        check_access(loop, DashboardSettings())


def test_default_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bokeh listens on the loopback where no address is given, else where it is."""
    asked: list[str | None] = []

    def bind(address: str | None, port: int) -> tuple[list[socket.socket], int]:
        asked.append(address)
        return [], port

    monkeypatch.setattr(server, "bind_sockets", bind)
    listen_on_loopback_by_default()
    listen_on_loopback_by_default()
    for address in (None, "", "10.1.2.3"):
        server.bind_sockets(address, 0)  # type: ignore[attr-defined]

    assert asked == ["localhost", "localhost", "10.1.2.3"]


async def _handshake(served: PanelServe, **headers: str) -> int:
    request = HTTPRequest(f"ws://127.0.0.1:{served.port}/ws", headers=headers)
    try:
        client = await websocket_connect(request)
    except HTTPClientError as ex:
        return ex.code
    client.close()
    await drain(client)
    return 101


def test_served_to_this_machine(tmp_path: Path) -> None:
    """`panel serve dashboard` as it stands serves pages, /api and /ws, here only."""
    with panel_serve(tmp_path) as served:
        assert served.ask("/api/health")[0] == 503
        assert [served.ask(path)[0] for path in _GUARDED] == [200] * 3
        assert served.ask("/dashboard/viewers.csv")[0] == 200
        alien = [served.ask(path, Host="evil.example")[0] for path in _GUARDED]
        assert alien == [421] * 3
        assert run(_handshake(served)) == 101
        assert f"http://localhost:{served.port}/dashboard" in served.log
        assert _listens_on(served.port) <= {"127.0.0.1", "::1"}


def _listens_on(port: int) -> set[str]:
    """Return where anybody listens on a port, as the kernel tells it."""
    listening, addresses = "0A", set()
    for table, size in (("tcp", 8), ("tcp6", 32)):
        path = Path(f"/proc/net/{table}")
        for line in path.read_text().splitlines()[1:] if path.exists() else ():
            host, _, number = line.split()[1].partition(":")
            if int(number, 16) == port and line.split()[3] == listening:
                words = bytes.fromhex(host)
                raw = b"".join(words[i : i + 4][::-1] for i in range(0, size // 2, 4))
                family = socket.AF_INET if size == 8 else socket.AF_INET6
                addresses.add(socket.inet_ntop(family, raw))
    return addresses


@pytest.mark.parametrize(
    ("options", "env", "told"),
    [
        (("--address", "0.0.0.0"), {}, "got 0.0.0.0 without a sign-in"),
        ((), {"DASHBOARD_ACCESS": "all"}, "`DASHBOARD_ACCESS` must be local or open"),
    ],
)
def test_refuses_to_serve(
    tmp_path: Path, options: tuple[str, ...], env: dict[str, str], told: str
) -> None:
    """Where it must not be served, the process ends and says why."""
    with panel_serve(tmp_path, *options, **env) as served:
        assert served.exit_code() == 1
        assert "can't be served: " in served.log
        assert told in served.log


def test_one_door(tmp_path: Path) -> None:
    """Where people sign in, pages, /api and /ws let in the same, and nobody else."""
    options = "--basic-auth", "a password", "--cookie-secret", "a secret"
    with panel_serve(tmp_path, *options, DASHBOARD_API_TOKEN=_TOKEN) as served:
        origin = {"Origin": f"http://127.0.0.1:{served.port}"}
        signed_in = served.sign_in("a password")
        told = {
            "nobody": [served.ask(path)[0] for path in _GUARDED],
            "wrong": [served.ask(p, **served.sign_in("x"))[0] for p in _GUARDED],
            "signed in": [served.ask(path, **signed_in)[0] for path in _GUARDED],
            "token": [served.ask(path, **_BEARER)[0] for path in _GUARDED],
        }
        sockets = [
            run(_handshake(served, **headers))
            for headers in (origin, origin | signed_in, _BEARER)
        ]
        assert served.ask("/api/health")[0] == 503

    # A page sends whoever has not signed in to the form; a token is for programs.
    assert told == {
        "nobody": [302, 401, 401],
        "wrong": [302, 401, 401],
        "signed in": [200, 200, 200],
        "token": [302, 200, 200],
    }
    assert sockets == [401, 101, 101]
