"""What a tracker asks for over HTTP, and how it is answered.

An answer decides what the tracker does next: on 200 it forgets the events, on 503 it
keeps them and sends them again, and any answer that says the events are wrong would
lose a whole batch or block that browser's queue for ever. So there is none.

Routes and headers: https://github.com/snowplow/stream-collector, `Routes.scala`
"""

import base64
import re
import time
import uuid
from http import HTTPStatus
from typing import Any, Final

from tornado.web import RequestHandler, stream_request_body

from stack.collector.collecting import Collector, NotStoredError
from stack.collector.tracking import Request
from stack.collector.visitor import COOKIE, cookie_of, is_anonymous, visitor_of

__all__ = [
    "MOST_BODY_BYTES",
    "HealthHandler",
    "MissingHandler",
    "PixelHandler",
    "PostHandler",
]

MOST_BODY_BYTES: Final = 1024 * 1024
"""Snowplow's `maxPayloadSize`; the real tracker stays below a tenth of it."""

_COOKIE_S: Final = 365 * 24 * 60 * 60
# A page of another site may send it along; no page can read it.
_COOKIE_RULES: Final = "Path=/; Secure; HttpOnly; SameSite=None"
_PREFLIGHT_S: Final = 3600
_PIXEL: Final = base64.b64decode(
    "R0lGODlhAQABAPAAAP///wAAACH5BAEAAAAALAAAAAABAAEAAAICRAEAOw=="
)
# https://datatracker.ietf.org/doc/html/rfc6265#section-4.1.1
_COOKIE_VALUE: Final = re.compile(r"[!#-+\--:<-\[\]-~]{1,1024}")


class _Handler(RequestHandler):
    """Answers any page, wherever it is from, also with errors."""

    def set_default_headers(self) -> None:
        self.clear_header("Server")
        if origin := self.request.headers.get("Origin"):
            # Cookies travel only if the answer names the very origin.
            self.set_header("Access-Control-Allow-Origin", origin)
            self.set_header("Access-Control-Allow-Credentials", "true")
            self.set_header("Vary", "Origin")

    def write_error(self, status_code: int, **_details: Any) -> None:  # noqa: ANN401, Tornado's signature
        self._answer_text(f"{status_code} {HTTPStatus(status_code).phrase}")

    def compute_etag(self) -> None:
        """Return none: nothing here is worth asking for again."""

    def _answer_text(self, text: str) -> None:
        self.set_header("Content-Type", "text/plain; charset=UTF-8")
        self.finish(text)


class MissingHandler(_Handler):
    """Tells that there is nothing here."""

    def prepare(self) -> None:
        """Answer 404."""
        self.send_error(HTTPStatus.NOT_FOUND)


class HealthHandler(_Handler):
    """Tells that the process answers."""

    def get(self) -> None:
        """Answer `ok`."""
        self._answer_text("ok")


class PixelHandler(_Handler):
    """Takes an event in the address of an image."""

    def initialize(self, collector: Collector) -> None:
        """Take what the application hands to every request."""
        self._collector = collector

    def options(self) -> None:
        """Answer a preflight: the page may post JSON and ask for anonymity."""
        self.set_header("Access-Control-Allow-Methods", "POST, GET, OPTIONS")
        self.set_header("Access-Control-Allow-Headers", "Content-Type, SP-Anonymous")
        self.set_header("Access-Control-Max-Age", str(_PREFLIGHT_S))
        self.finish()

    async def get(self) -> None:
        """Store the event and answer with the image."""
        if await self._stored(self._tracker_request()):
            self.set_header("Content-Type", "image/gif")
            self.set_header("Cache-Control", "no-cache, no-store, must-revalidate")
            self.finish(_PIXEL)

    head = get

    def _tracker_request(self, body: bytes = b"", left_out_bytes: int = 0) -> Request:
        got = self.request
        return Request(
            method=got.method or "",
            path=got.path,
            query=got.query,
            headers=dict(got.headers),
            body=body,
            left_out_bytes=left_out_bytes,
            arrival_ms=time.time_ns() // 1_000_000,
            ip=got.remote_ip,
            new_visitor=str(uuid.uuid4()),
        )

    async def _stored(self, request: Request) -> bool:
        """Return whether Kafka has the request; if not, the tracker is told to retry.

        A status says that; without these headers the page would not even see it.
        """
        try:
            await self._collector.collect(request)
        except NotStoredError:
            self.send_error(HTTPStatus.SERVICE_UNAVAILABLE)
            return False
        self._remember(request)
        if self._collector.is_stopping:
            self.set_header("Connection", "close")
        return True

    def _remember(self, request: Request) -> None:
        """Let the browser tell its id from now on, or forget it."""
        if is_anonymous(request):
            if cookie_of(request) is not None:
                self._set_cookie("", 0)
            return
        visitor = visitor_of(request) or request.new_visitor or ""
        # The query may name anything, and not everything fits into a header.
        if _COOKIE_VALUE.fullmatch(visitor):
            self._set_cookie(visitor, _COOKIE_S)

    def _set_cookie(self, value: str, seconds: int) -> None:
        # Tornado's own way to say this costs a tenth of the whole request.
        cookie = f"{COOKIE}={value}; Max-Age={seconds}; {_COOKIE_RULES}"
        self.add_header("Set-Cookie", cookie)


@stream_request_body
class PostHandler(PixelHandler):
    """Takes events in a body, of which it keeps as much as it may hold."""

    def prepare(self) -> None:
        """Begin with an empty body."""
        self._body = bytearray()
        self._left_out_bytes = 0

    def data_received(self, chunk: bytes) -> None:
        """Keep a piece of the body, and count what is too much."""
        kept = chunk[: MOST_BODY_BYTES - len(self._body)]
        self._body += kept
        self._left_out_bytes += len(chunk) - len(kept)

    async def post(self) -> None:
        """Store the events and answer `ok`."""
        request = self._tracker_request(bytes(self._body), self._left_out_bytes)
        if await self._stored(request):
            self._answer_text("ok")
