"""Who listens to /ws, and what they are told."""

from collections.abc import Callable, Iterable, Sequence

import msgspec
import pytest

from dashboard.api.hub import Batch, Changes, Hub
from dataflows.playback.profile import ViewerProfile
from tests.dashboard.api.serving import run
from tests.dashboard.records import profile


class _Viewers:
    def __init__(self) -> None:
        self.known: dict[str, ViewerProfile] = {}
        self.listeners: list[Changes] = []

    def subscribe(self, listener: Changes) -> Callable[[], None]:
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)

    def get(self, viewer_id: str) -> ViewerProfile | None:
        return self.known.get(viewer_id)

    def live(self) -> Sequence[ViewerProfile]:
        return list(self.known.values())

    def change(self, *profiles: ViewerProfile) -> None:
        self.known |= {p.viewer_id: p for p in profiles}
        self.tell(p.viewer_id for p in profiles)

    def tell(self, viewers: Iterable[str]) -> None:
        for listener in self.listeners:
            listener(viewers)


class _Listener:
    def __init__(self) -> None:
        self.batches: list[Batch] = []

    def offer(self, batch: Batch) -> None:
        self.batches.append(batch)


def _told(batch: Batch) -> list[tuple[str, str]]:
    told = [msgspec.json.decode(message) for message in batch.messages]
    return [(message["viewer_id"], message["change"]) for message in told]


@pytest.fixture
def viewers() -> _Viewers:
    """Return viewers of whom none is known yet."""
    return _Viewers()


@pytest.fixture
def hub(viewers: _Viewers) -> Hub:
    """Return a hub with room for two clients."""
    return Hub(viewers, most_clients=2, most_waiting_bytes=1_000)


async def _join(hub: Hub, *clients: _Listener) -> Sequence[ViewerProfile]:
    return [live for client in clients for live in hub.join(client)]


def test_who_was_there_before(hub: Hub, viewers: _Viewers) -> None:
    """Whoever joins is given those who are there, and told of no change before that."""
    viewers.change(profile())
    client = _Listener()

    assert run(_join(hub, client)) == [profile()]
    hub.tick()
    assert client.batches == []


def test_changes_are_made_once(hub: Hub, viewers: _Viewers) -> None:
    """All clients are given the same batch of a tick: it is encoded once."""
    clients = _Listener(), _Listener()
    run(_join(hub, *clients))
    viewers.change(profile("alice"), profile("bob"))
    hub.tick()

    assert _told(clients[0].batches[0]) == [("alice", "changed"), ("bob", "changed")]
    assert clients[0].batches[0] is clients[1].batches[0]


def test_changes_of_a_viewer_are_one(hub: Hub, viewers: _Viewers) -> None:
    """A viewer who changes often between two ticks is told of once, as the newest."""
    client = _Listener()
    run(_join(hub, client))
    for version in "123":
        viewers.change(profile(version=version))
    hub.tick()

    (message,) = client.batches[0].messages
    assert msgspec.json.decode(message)["version"] == "3"


def test_forgotten_viewer(hub: Hub, viewers: _Viewers) -> None:
    """A viewer who is known no more when the tick comes is told as forgotten."""
    client = _Listener()
    run(_join(hub, client))
    viewers.tell(["alice"])
    hub.tick()

    assert _told(client.batches[0]) == [("alice", "forgotten")]


def test_quiet_tick(hub: Hub) -> None:
    """A tick in which nothing changed tells nothing."""
    client = _Listener()
    run(_join(hub, client))
    hub.tick()

    assert client.batches == []


def test_nobody_listens(hub: Hub, viewers: _Viewers) -> None:
    """With the last client gone nothing is noted any more, and nothing is left over."""
    client = _Listener()

    async def come_and_go() -> None:
        hub.join(client)
        viewers.change(profile())
        hub.leave(client)
        hub.leave(client)

    run(come_and_go())
    assert viewers.listeners == []
    run(_join(hub, client))
    hub.tick()
    assert client.batches == []


def test_room(hub: Hub) -> None:
    """The hub is full with as many clients as it has room for."""
    run(_join(hub, _Listener()))
    assert not hub.is_full

    run(_join(hub, _Listener()))
    assert hub.is_full


def test_frames_of_messages() -> None:
    """A batch gives its messages one by one or in lists, and makes them once."""
    batch = Batch([b"1", b"2", b"3"])

    assert batch.frames(0) == b"\x81\x011\x81\x012\x81\x013"
    assert batch.frames(2) == b"\x81\x05[1,2]\x81\x03[3]"
    assert batch.frames(2) is batch.frames(2)
    assert batch.size == 3


def test_burst(hub: Hub, viewers: _Viewers) -> None:
    """When everybody changes at once, it is told over some ticks, all of it."""
    client = _Listener()
    run(_join(hub, client))
    viewers.change(*(profile(f"v{n}") for n in range(4_500)))
    for _ in range(4):
        hub.tick()

    told = [viewer for batch in client.batches for viewer, _ in _told(batch)]
    assert told == [f"v{n}" for n in range(4_500)]
    assert len(client.batches) == 3
