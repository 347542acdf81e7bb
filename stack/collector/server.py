"""The collector as a server: its routes, its life, and its way out."""

import asyncio
import contextlib
import dataclasses
import errno
import logging
import signal
import sys
from collections.abc import Callable, Sequence
from typing import Any, Final

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler

from stack.collector.collecting import Collector
from stack.collector.handlers import (
    HealthHandler,
    MissingHandler,
    PixelHandler,
    PostHandler,
)
from stack.collector.translation import GET_PATHS, POST_PATHS
from stack.errors import StackError

__all__ = ["CollectorServer", "Route", "serve"]

_log = logging.getLogger(__name__)

Route = tuple[str, type[RequestHandler], dict[str, Any]]
"""A pattern of paths, what handles them, and what it is made with."""

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

# An event by GET stands in the request line, and may be as large as one by POST.
_MOST_HEADER_BYTES: Final = 1024 * 1024
_COUNTS_EVERY_S: Final = 10.0
_STOP_WITHIN_S: Final = 10.0


def _no_line(_handler: RequestHandler) -> None:
    """Log nothing of a request: the counts are told now and then."""


class CollectorServer:
    """Serves a collector over HTTP.

    Args:
        collector: what requests are handed to.
        routes: more to serve, such as the player's page.

    """

    def __init__(self, collector: Collector, routes: Sequence[Route] = ()) -> None:
        self._collector = collector
        made_with = {"collector": collector}
        own: list[Route] = [("/health", HealthHandler, {})]
        own += [(path, PostHandler, made_with) for path in POST_PATHS]
        own += [(path, PixelHandler, made_with) for path in GET_PATHS - POST_PATHS]
        application = Application(
            [*own, *routes],
            log_function=_no_line,
            default_handler_class=MissingHandler,
            # A page that was edited is another page.
            static_hash_cache=False,
        )
        self._http = HTTPServer(
            application,
            max_header_size=_MOST_HEADER_BYTES,
            # The handler leaves out what is too much; a refusal would come again.
            max_body_size=sys.maxsize,
        )

    def listen(self, host: str, port: int) -> str:
        """Begin to serve; return the address, with the port if 0 asked for any.

        Raises:
            StackError: the port is taken, or not ours to take.

        """
        try:
            sockets = bind_sockets(port, host)
        except OSError as ex:
            why = "it is taken" if ex.errno == errno.EADDRINUSE else ex.strerror
            msg = (
                f"`--port` must be free on `--host`; got {port} on {host} instead "
                f"({why}); choose another, or 0 for any"
            )
            raise StackError(msg) from ex
        self._http.add_sockets(sockets)
        return _url(host, sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Take no more connections, answer what was accepted, and end."""
        self._http.stop()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_STOP_WITHIN_S):
                await self._collector.stop()
        await self._http.close_all_connections()


def _url(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


async def serve(
    server: CollectorServer,
    collector: Collector,
    address: tuple[str, int],
    on_ready: Callable[[str], None],
) -> None:
    """Serve until SIGINT, SIGTERM or SIGHUP; tell `on_ready` the address.

    Raises:
        StackError: the port can't be had.

    """
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in _SIGNALS:
        loop.add_signal_handler(number, told.set)
    on_ready(server.listen(*address))
    counting = asyncio.create_task(_tell_counts(collector))
    await told.wait()
    for number in _SIGNALS:
        loop.remove_signal_handler(number)
        # A second one must not end the way out halfway.
        signal.signal(number, signal.SIG_IGN)
    counting.cancel()
    await server.stop()
    _log.info("stopped %s", collector.counts)


async def _tell_counts(collector: Collector) -> None:
    """Log the counts now and then, when they have changed."""
    before = dataclasses.replace(collector.counts)
    while True:
        await asyncio.sleep(_COUNTS_EVERY_S)
        if collector.counts != before:
            before = dataclasses.replace(collector.counts)
            _log.info("%s", before)
