"""/ws, as clients see it."""

import asyncio
from typing import Any

import msgspec
import pytest
from tornado.websocket import WebSocketClientConnection

from dashboard.api.stream import TOO_SLOW
from dashboard.settings import DashboardSettings
from dataflows.playback.profile import ViewerProfile
from tests.dashboard.api.serving import PATIENCE_S, Server, drain, run, serving
from tests.dashboard.records import profile, stamp
from tests.stack.polling import until


def _change(server: Server, *profiles: ViewerProfile) -> None:
    server.model.viewers.apply([(p.viewer_id, p) for p in profiles])


async def _next(client: WebSocketClientConnection) -> Any:
    async with asyncio.timeout(PATIENCE_S):
        message = await client.read_message()
    return None if message is None else msgspec.json.decode(message)


def _joined(server: Server, clients: int = 1) -> None:
    until(lambda: server.service.hub.clients == clients)


@pytest.mark.parametrize("path", ["/ws", "/api/ws"])
def test_snapshot_then_changes(server: Server, path: str) -> None:
    """A client is told who is there, one object a message, then what changes."""
    _change(server, profile("alice"), profile("bob"))

    async def story() -> list[Any]:
        async with server.listening(path) as client:
            told = [await _next(client), await _next(client)]
            _change(server, profile("alice", version="2"))
            told.append(await _next(client))
            _change(server, profile("alice", version="3", session_end=stamp()))
            told.append(await _next(client))
            server.model.viewers.apply([("alice", None)])
            return [*told, await _next(client)]

    told = run(story())
    assert [(m["viewer_id"], m["change"]) for m in told] == [
        ("alice", "snapshot"),
        ("bob", "snapshot"),
        ("alice", "changed"),
        ("alice", "left"),
        ("alice", "forgotten"),
    ]
    assert [m["remaining"] for m in told[:2]] == [1, 0]


def test_topic_that_begins_anew(server: Server) -> None:
    """Where everything is forgotten at once, each viewer is told as forgotten."""
    _change(server, profile("alice"), profile("bob"))

    async def story() -> list[Any]:
        async with server.listening() as client:
            await _next(client)
            await _next(client)
            server.model.clear()
            return [await _next(client), await _next(client)]

    told = run(story())
    assert {(m["viewer_id"], m["change"]) for m in told} == {
        ("alice", "forgotten"),
        ("bob", "forgotten"),
    }


def test_lists(server: Server) -> None:
    """A client that asks for `batch` is told in lists, of the snapshot and changes."""
    _change(server, *(profile(f"v{n}") for n in range(3)))

    async def story() -> list[Any]:
        async with server.listening("/ws?batch=2") as client:
            told = [await _next(client), await _next(client)]
            _change(server, profile("v0", version="2"))
            return [*told, await _next(client)]

    assert [len(messages) for messages in run(story())] == [2, 1, 1]


def test_empty_list(server: Server) -> None:
    """A client that asks for lists is told of nobody, too: so it knows that much."""

    async def story() -> Any:
        async with server.listening("/ws?batch=2") as client:
            return await _next(client)

    assert run(story()) == []


def test_what_a_client_says(server: Server) -> None:
    """What a client says changes nothing."""

    async def story() -> Any:
        async with server.listening() as client:
            await client.write_message("anything")
            _joined(server)
            _change(server, profile())
            return await _next(client)

    assert run(story())["viewer_id"] == "alice"


def test_client_that_leaves(server: Server) -> None:
    """A client that closes is told no more, and leaves nothing behind."""

    async def story() -> None:
        async with server.listening():
            _joined(server)

    run(story())
    _joined(server, 0)
    until(lambda: not asyncio.all_tasks(server.loop))


def test_slow_client() -> None:
    """A client that takes nothing is dropped with a code; the others miss nothing."""
    # The client of Tornado takes nothing from its socket until it is asked to read.
    with serving(DashboardSettings(ws_queue_mib=1)) as server:

        async def story() -> tuple[int | None, list[str]]:
            seen: list[str] = []
            async with server.listening() as deaf, server.listening() as client:
                _joined(server, 2)
                while not server.service.hub.dropped:
                    viewers = [f"v{len(seen) + number}" for number in range(250)]
                    _change(server, *(profile(v, label="x" * 4_000) for v in viewers))
                    told = [await _next(client) for _ in viewers]
                    seen += [message["viewer_id"] for message in told]
                return await drain(deaf), seen

        code, seen = run(story())

    assert code == TOO_SLOW
    assert seen == [f"v{number}" for number in range(len(seen))]
    assert server.service.hub.dropped == 1


def test_stalled_client(monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that takes nothing of the snapshot for long is dropped."""
    monkeypatch.setattr("dashboard.api.stream._STALLED_S", 0.05)
    with serving() as server:
        many = (profile(f"v{n}", label="x" * 4_000) for n in range(4_000))
        _change(server, *many)

        async def story() -> int | None:
            async with server.listening() as deaf:
                await asyncio.to_thread(until, lambda: server.service.hub.dropped > 0)
                return await drain(deaf)

        assert run(story()) == TOO_SLOW


def test_no_room() -> None:
    """One more client than there is room for is told to try again later."""
    with serving(DashboardSettings(ws_clients=1)) as server:

        async def story() -> int:
            async with server.listening():
                _joined(server)
                return await server.handshake()

        assert run(story()) == 503
        assert server.service.hub.refused == 1


@pytest.mark.parametrize("path", ["/ws?batch=-1", "/ws?what=1"])
def test_wrong_parameter(server: Server, path: str) -> None:
    """A parameter that breaks its rule is refused before there is a WebSocket."""
    assert run(server.handshake(path)) == 400


def test_no_websocket(server: Server) -> None:
    """Who asks for a page there is told that it is a WebSocket."""
    answer = server.ask("/ws")

    assert (answer.status, answer.headers["Upgrade"]) == (426, "websocket")
    assert answer.json["subject"] == "Upgrade"


def test_pages_of_this_server(server: Server) -> None:
    """A page of the server itself may listen."""
    assert run(server.handshake(Origin=f"http://{server.host}")) == 101


def test_pages_that_are_named() -> None:
    """A page of where `--allow-websocket-origin` says may listen."""
    with serving(origins=["tv.example:80"]) as server:
        assert run(server.handshake(Origin="http://tv.example")) == 101


def test_pages_of_others(server: Server) -> None:
    """A page of anybody else's may not."""
    assert run(server.handshake(Origin="http://evil.example")) == 403


def test_name_of_somebody_else(server: Server) -> None:
    """A name bound to this machine by somebody else does not make a page ours."""
    headers = {"Origin": "http://evil.example", "Host": "evil.example"}

    assert run(server.handshake(**headers)) == 421
