"""/ws: who is there, then what changes, to whoever listens.

Each client has a task of its own that sends; what the client does not take waits here,
in order, up to a bound.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from http import HTTPStatus
from itertools import islice
from typing import Any, Final

import msgspec
from tornado.iostream import StreamClosedError
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from dashboard.api.door import allows
from dashboard.api.handlers import ServiceSource
from dashboard.api.hub import Batch
from dashboard.api.messages import framed, listed, snapshot
from dashboard.api.parameters import StreamParameters
from dashboard.api.problems import MEDIA_TYPE, Refusal, problem_of
from dashboard.api.reading import read_parameters
from dataflows.playback.profile import ViewerProfile

__all__ = ["TOO_SLOW", "StreamHandler"]

TOO_SLOW: Final = 1013
"""The close code of a client that is dropped: "try again later".

https://www.iana.org/assignments/websocket/websocket.xhtml#close-code-number
"""

_CHUNK_BYTES: Final = 65_536
_STALLED_S: Final = 30.0
"""What a client may take for a write."""
_PING_S: Final = 20.0


class StreamHandler(WebSocketHandler):
    """A client of /ws. What it says is ignored, as the original does."""

    def initialize(self, service: ServiceSource) -> None:
        """Take the service from the route."""
        self.source = service
        self._waiting: deque[Batch] = deque()
        self._waiting_bytes = 0
        self._some = asyncio.Event()
        self._batch = 0
        self._sending: asyncio.Task[None] | None = None

    @property
    def ping_interval(self) -> float:
        """Return how often, in seconds, the client is asked whether it is there."""
        return _PING_S

    async def prepare(self) -> None:
        """Refuse who may not come in, and one more than there is room for."""
        service = self.source()
        # A browser says where its page is from, and shows its cookie; a program that
        # says nothing has to show the token.
        by_browser = "Origin" in self.request.headers
        await service.door.admit(self, cookie=by_browser)
        if self.request.headers.get("Upgrade", "").lower() != "websocket":
            raise Refusal(HTTPStatus.UPGRADE_REQUIRED, "Upgrade", "be `websocket`")
        asked = read_parameters(StreamParameters, self.request.query_arguments)
        self._batch = asked.batch
        if service.hub.is_full:
            service.hub.refused += 1
            raise Refusal(
                HTTPStatus.SERVICE_UNAVAILABLE,
                "DASHBOARD_WS_CLIENTS",
                "leave room for one more client",
                cure="try again later",
            )

    def check_origin(self, origin: str) -> bool:
        """Take pages of this server, and of where `--allow-websocket-origin` says."""
        page = origin.partition("://")[2].lower()
        return page == self.request.host.lower() or allows(self, page)

    def write_error(self, status_code: int, **kwargs: Any) -> None:  # noqa: ANN401, Tornado's
        """Send a problem, where it is no WebSocket yet."""
        if status_code == HTTPStatus.UPGRADE_REQUIRED:
            self.set_header("Upgrade", "websocket")
        self.set_header("Content-Type", MEDIA_TYPE)
        error = kwargs.get("exc_info", (None, None, None))[1]
        self.finish(msgspec.json.encode(problem_of(status_code, error)))

    def open(self, *_args: str, **_kwargs: str) -> None:
        """Begin to send."""
        self.set_nodelay(True)
        live = self.source().hub.join(self)
        self._sending = asyncio.create_task(self._send(live))

    def on_message(self, message: str | bytes) -> None:
        """Ignore what the client says."""

    def on_close(self) -> None:
        """Stop sending."""
        self.source().hub.leave(self)
        self._some.set()

    def offer(self, batch: Batch) -> None:
        """Let a batch wait to be sent; drop the client where too much does already."""
        most = self.source().hub.most_waiting_bytes
        if self._waiting_bytes > most:
            self._drop(f"more than {most} bytes wait")
            return
        self._waiting.append(batch)
        self._waiting_bytes += batch.size
        self._some.set()

    def _drop(self, reason: str) -> None:
        hub = self.source().hub
        hub.dropped += 1
        hub.leave(self)
        self.close(TOO_SLOW, f"too slow: {reason}")

    async def _send(self, live: Sequence[ViewerProfile]) -> None:
        """Send until the connection is closed, when writing to it fails."""
        with contextlib.suppress(StreamClosedError, WebSocketClosedError):
            for frames in _chunks(_snapshot(live, self._batch)):
                await self._write(frames)
            del live
            while self.ws_connection is not None:
                await self._some.wait()
                self._some.clear()
                await self._send_waiting()

    async def _send_waiting(self) -> None:
        while self._waiting:
            batch = self._waiting[0]
            await self._write(batch.frames(self._batch))
            self._waiting.popleft()
            self._waiting_bytes -= batch.size

    async def _write(self, frames: bytes) -> None:
        """Write frames, and wait until the client's connection has taken them."""
        connection = self.ws_connection
        if connection is None or connection.is_closing() or connection.stream is None:
            raise WebSocketClosedError
        # Not by a timeout, which would cancel what Tornado waits for itself.
        stalled = asyncio.get_running_loop().call_later(
            _STALLED_S, self._drop, f"took nothing for {_STALLED_S:.0f} s"
        )
        try:
            # Not by `write_message`, which would frame the same for each client anew,
            # and ask the kernel for each.
            await connection.stream.write(frames)
        finally:
            stalled.cancel()
        self.source().hub.told_bytes += len(frames)


def _snapshot(live: Sequence[ViewerProfile], batch: int) -> Iterator[bytes]:
    """Yield the messages of who is there, each made when there is room for it."""
    lasts = range(len(live) - 1, -1, -1)
    messages = map(snapshot, live, lasts)
    if batch == 0:
        yield from messages
    else:
        # An empty list, too, tells that the snapshot is over.
        for _ in range(max(1, -(-len(live) // batch))):
            yield listed(islice(messages, batch))


def _chunks(messages: Iterable[bytes]) -> Iterator[bytes]:
    """Yield frames of messages, as many as are worth a write."""
    chunk = bytearray()
    for message in messages:
        chunk += framed(message)
        if len(chunk) >= _CHUNK_BYTES:
            yield bytes(chunk)
            chunk.clear()
    yield bytes(chunk)
