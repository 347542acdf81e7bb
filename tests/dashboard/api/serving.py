"""The API on a Bokeh server for the time of a `with`, and plain clients of it."""

import asyncio
import http.client
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final, TypeVar

import msgspec
from bokeh.application import Application
from bokeh.application.handlers.function import FunctionHandler
from bokeh.server.auth_provider import AuthProvider, NullAuth
from bokeh.server.tornado import BokehTornado
from bokeh.server.urls import per_app_patterns
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.httpserver import HTTPServer
from tornado.ioloop import IOLoop
from tornado.netutil import bind_sockets
from tornado.web import create_signed_value
from tornado.websocket import WebSocketClientConnection, websocket_connect

from dashboard.api.pages import page_routes
from dashboard.api.routes import routes
from dashboard.api.service import HistoryReader, Service, service_of
from dashboard.model import AudienceModel
from dashboard.settings import DashboardSettings
from dashboard.tables import HistoryPage

__all__ = ["Answer", "Server", "drain", "run", "serving", "signed_in"]

T = TypeVar("T")

SECRET: Final = "a secret of cookies"
PATIENCE_S: Final = 20.0


def no_history(viewer_id: str, *, before: str | None) -> HistoryPage:
    """Read a history table that holds nothing."""
    del viewer_id, before
    return HistoryPage()


def signed_in(user: str = "alice") -> dict[str, str]:
    """Return the headers of somebody who has signed in."""
    value = create_signed_value(SECRET, "user", user).decode()
    return {"Cookie": f"user={value}"}


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def json(self) -> Any:
        """Return what the body says."""
        return msgspec.json.decode(self.body)


@dataclass
class Server:
    """A server of the API, and what it serves."""

    port: int
    model: AudienceModel
    service: Service
    loop: asyncio.AbstractEventLoop

    @property
    def host(self) -> str:
        """Return the address, as a browser names it."""
        return f"127.0.0.1:{self.port}"

    def ask(self, path: str, method: str = "GET", **headers: str) -> Answer:
        """Send a request and return its answer."""
        connection = http.client.HTTPConnection(self.host, timeout=PATIENCE_S)
        try:
            connection.request(method, path, headers=headers)
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    @asynccontextmanager
    async def listening(
        self, path: str = "/ws", **headers: str
    ) -> AsyncIterator[WebSocketClientConnection]:
        """Open a WebSocket, and close it again."""
        request = HTTPRequest(f"ws://{self.host}{path}", headers=headers)
        client = await websocket_connect(request)
        yield client
        client.close()
        await drain(client)

    async def handshake(self, path: str = "/ws", **headers: str) -> int:
        """Try to open a WebSocket, and return what the server answers."""
        try:
            async with self.listening(path, **headers):
                return HTTPStatus.SWITCHING_PROTOCOLS
        except HTTPClientError as ex:
            return ex.code


async def drain(client: WebSocketClientConnection) -> int | None:
    """Read whatever was sent, and return the code that the server closed with."""
    async with asyncio.timeout(PATIENCE_S):
        # Once it is known, there is nothing more to be read.
        while client.close_code is None and await client.read_message() is not None:
            pass
    return client.close_code


def run(story: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine in a thread of its own, and return what it returns.

    Where a browser test has run before, Playwright's loop holds the main thread.
    """
    with ThreadPoolExecutor(1) as executor:
        return executor.submit(asyncio.run, story).result()


@contextmanager
def _pages_of(service: Service) -> Iterator[None]:
    """Let the pages that Bokeh comes to serve be behind the door of a service."""
    kept = list(per_app_patterns)
    per_app_patterns[:] = page_routes(kept, lambda: service)
    try:
        yield
    finally:
        per_app_patterns[:] = kept


@contextmanager
def serving(
    settings: DashboardSettings | None = None,
    *,
    history: HistoryReader = no_history,
    provider: AuthProvider | None = None,
    origins: Sequence[str] = (),
    change: Callable[[Service], Service] = lambda service: service,
) -> Iterator[Server]:
    """Serve on a free port, in a thread of its own."""
    model, loop = AudienceModel(), asyncio.new_event_loop()
    known = change(service_of(model, settings or DashboardSettings(), history))

    async def start() -> tuple[HTTPServer, BokehTornado, int]:
        with _pages_of(known):
            application = BokehTornado(
                {"/page": Application(FunctionHandler(lambda _document: None))},
                extra_patterns=routes(lambda: known),
                extra_websocket_origins=list(origins),
                auth_provider=provider or NullAuth(),
                cookie_secret=SECRET,
            )
        application.initialize(IOLoop.current())
        server, sockets = HTTPServer(application), bind_sockets(0, "127.0.0.1")
        server.add_sockets(sockets)
        return server, application, sockets[0].getsockname()[1]

    async def stop(server: HTTPServer) -> None:
        server.stop()
        await server.close_all_connections()

    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        future = asyncio.run_coroutine_threadsafe(start(), loop)
        server, _, port = future.result(PATIENCE_S)
        yield Server(port, model, known, loop)
        asyncio.run_coroutine_threadsafe(stop(server), loop).result(PATIENCE_S)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
        known.threads.shutdown()
