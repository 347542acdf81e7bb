"""A page's server that keeps what the page's tracker sends, and reads it as we do."""

import asyncio
import time
from collections.abc import Iterable
from concurrent.futures import Future
from pathlib import Path
from threading import Thread

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler, StaticFileHandler

from dataflows.playback.decode import decode
from dataflows.playback.events import MediaEvent
from stack.collector.enriched import Row, enriched_json
from stack.collector.tracking import Request
from stack.collector.translation import translate
from tests.stack.collector.posting import TP2

__all__ = ["Collecting", "names"]

_FIRST_BYTES = 33_000


class _Post(RequestHandler):
    def initialize(self, kept: list[Request]) -> None:
        self._kept = kept

    def post(self) -> None:
        request = self.request
        self._kept.append(
            Request(
                method="POST",
                path=request.path,
                headers=dict(request.headers.get_all()),
                body=request.body,
                arrival_ms=time.time_ns() // 1_000_000,
                ip=request.remote_ip,
            )
        )
        self.write("ok")


class _StalledClip(RequestHandler):
    """A clip whose most waits to be released: a network that stalls."""

    def initialize(self, folder: Path, released: asyncio.Event) -> None:
        self._folder = folder
        self._released = released

    async def get(self, name: str) -> None:
        clip = (self._folder / "clips" / name).read_bytes()
        self.set_header("Content-Type", "video/webm")
        self.set_header("Content-Length", len(clip))
        # Chromium begins to play once it has 32 KiB.
        self.write(clip[:_FIRST_BYTES])
        await self.flush()
        await self._released.wait()
        self.write(clip[_FIRST_BYTES:])


class Collecting:
    """Serve the page of `folder` from a thread, and keep the tracker's requests."""

    def __init__(self, folder: Path, vendored: Path) -> None:
        self.requests: list[Request] = []
        self._released = asyncio.Event()
        static = {"default_filename": "index.html"}
        stalled = {"folder": folder, "released": self._released}
        self._app = Application(
            [
                (TP2, _Post, {"kept": self.requests}),
                (r"/vendor/(.*)", StaticFileHandler, {"path": vendored}),
                (r"/stalled/clips/(.*)", _StalledClip, stalled),
                (r"/stalled/vendor/(.*)", StaticFileHandler, {"path": vendored}),
                (r"/stalled/(.*)", StaticFileHandler, {"path": folder, **static}),
                (r"/(.*)", StaticFileHandler, {"path": folder, **static}),
            ]
        )
        self._port: Future[int] = Future()
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_until_complete, args=[self._run()])
        self._thread.start()
        self.origin = f"http://127.0.0.1:{self._port.result(10)}"
        self.url = f"{self.origin}/"

    async def _run(self) -> None:
        self._stopping = asyncio.Event()
        (socket,) = bind_sockets(0, "127.0.0.1")
        server = HTTPServer(self._app)
        server.add_socket(socket)
        self._port.set_result(socket.getsockname()[1])
        await self._stopping.wait()
        server.stop()
        await server.close_all_connections()

    def release(self) -> None:
        """Let the rest of a stalled clip go."""
        self._loop.call_soon_threadsafe(self._released.set)

    def stop(self) -> None:
        """End the server."""
        self.release()
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join()
        self._loop.close()

    def rows(self) -> list[Row]:
        """Return what was sent, enriched, in the order of the page's clock."""
        translations = [translate(request) for request in list(self.requests)]
        assert [each.bad_rows for each in translations if each.bad_rows] == []
        rows = [row for each in translations for row in each.rows]
        return sorted(rows, key=lambda row: row["dvce_created_tstamp"])

    def events(self) -> list[MediaEvent]:
        """Return the media events among it, as the flow reads them."""
        decoded = [decode(enriched_json(row)) for row in self.rows()]
        return [event for event in decoded if isinstance(event, MediaEvent)]


def names(events: Iterable[MediaEvent], *without: str) -> list[str]:
    """Return what events are called, less their common ending."""
    short = [event.name.removesuffix("_event") for event in events]
    return [name for name in short if name not in without]
