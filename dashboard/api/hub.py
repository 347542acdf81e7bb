"""Who listens to /ws, and what they are told: each change once for all of them.

The feed's thread only notes who changed; the server's loop looks at their newest
profiles a few times a second, makes each into a message, and gives the same messages to
every client. What a client does not take waits for it up to a bound; then the client is
dropped, and nobody else notices.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from threading import Lock
from typing import Final, Protocol

from tornado.ioloop import PeriodicCallback

from dashboard.api.messages import changed, forgotten, framed, listed
from dataflows.playback.profile import ViewerProfile

__all__ = ["Batch", "Changes", "Client", "Hub", "Viewers"]

TICK_S: Final = 0.25
"""A viewer is told of at most four times a second."""
_AT_ONCE: Final = 2_000
"""Viewers told of in a tick. When everybody changes at once, as when the topic is read
from its beginning, it takes a few ticks more, and neither loop nor clients choke."""

Changes = Callable[[Iterable[str]], None]
"""Is told the viewers that changed, in the thread that changed them."""


class Viewers(Protocol):
    """What is asked of the live viewers."""

    def subscribe(self, listener: Changes) -> Callable[[], None]:
        """Tell `listener` of changes until what is returned is called."""
        ...

    def get(self, viewer_id: str) -> ViewerProfile | None:
        """Return the newest profile that is known of a viewer."""
        ...

    def live(self) -> Sequence[ViewerProfile]:
        """Return the profiles of the sessions that are not over."""
        ...


class Batch:
    """Messages of one tick, made once, in the shapes that clients ask for."""

    def __init__(self, messages: Sequence[bytes]) -> None:
        self.messages = messages
        self.size = sum(map(len, messages))
        self._frames: dict[int, bytes] = {}

    def frames(self, batch: int) -> bytes:
        """Return the messages one by one (0), or in lists of up to `batch`."""
        if batch not in self._frames:
            self._frames[batch] = b"".join(map(framed, self._shaped(batch)))
        return self._frames[batch]

    def _shaped(self, batch: int) -> Iterable[bytes]:
        if batch == 0:
            return self.messages
        starts = range(0, len(self.messages), batch)
        return (listed(self.messages[at : at + batch]) for at in starts)


class Client(Protocol):
    """One who listens."""

    def offer(self, batch: Batch) -> None:
        """Take note of a batch, without waiting for it to be sent."""
        ...


class Hub:
    """The clients of /ws, and what waits to be told to them.

    Used on the server's loop, but for what the live viewers call.
    """

    def __init__(
        self, viewers: Viewers, *, most_clients: int, most_waiting_bytes: int
    ) -> None:
        self.viewers = viewers
        self.most_waiting_bytes = most_waiting_bytes
        self.ticks = self.told = self.told_bytes = self.dropped = self.refused = 0
        self._most_clients = most_clients
        self._clients: set[Client] = set()
        self._lock = Lock()
        self._changed: dict[str, None] = {}
        self._unsubscribe: Callable[[], None] | None = None
        self._ticking = PeriodicCallback(self.tick, TICK_S * 1000)

    @property
    def clients(self) -> int:
        """Return how many listen."""
        return len(self._clients)

    @property
    def is_full(self) -> bool:
        """Return whether there is no room for one more."""
        return len(self._clients) >= self._most_clients

    def join(self, client: Client) -> Sequence[ViewerProfile]:
        """Tell a client from now on, and return who is there before that."""
        if self._unsubscribe is None:
            self._unsubscribe = self.viewers.subscribe(self._note)
            self._ticking.start()
        self._clients.add(client)
        return self.viewers.live()

    def leave(self, client: Client) -> None:
        """Tell a client no more; one that has left already may leave again."""
        self._clients.discard(client)
        if not self._clients and self._unsubscribe is not None:
            self._ticking.stop()
            self._unsubscribe()
            self._unsubscribe = None
            with self._lock:
                self._changed.clear()

    def tick(self) -> None:
        """Tell every client what changed since the last tick."""
        self.ticks += 1
        viewers = self._take()
        if not viewers:
            return
        batch = Batch([self._message(viewer_id) for viewer_id in viewers])
        self.told += len(viewers)
        for client in list(self._clients):
            client.offer(batch)

    def _message(self, viewer_id: str) -> bytes:
        # The newest, whatever it was when the change was noted: so none goes back.
        profile = self.viewers.get(viewer_id)
        return forgotten(viewer_id) if profile is None else changed(profile)

    def _note(self, viewers: Iterable[str]) -> None:
        with self._lock:
            self._changed.update(dict.fromkeys(viewers))

    def _take(self) -> list[str]:
        """Return who changed, those first who have waited longest."""
        with self._lock:
            taken = list(islice(self._changed, _AT_ONCE))
            for viewer_id in taken:
                del self._changed[viewer_id]
        return taken
