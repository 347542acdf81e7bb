"""What may stand between a tracker and its collector, and a page that is behind it."""

import contextlib
import http.client
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from stack.collector.enriched import INDEX

__all__ = ["Weather", "event_index", "weather", "write_page"]

_HOST: Final = "127.0.0.1"
_PATIENCE_S: Final = 30.0

# The tracker as a site uses it, without a player: events come when a test asks for
# them.
_PAGE: Final = """<!doctype html>
<script src="/vendor/browser-tracker.js"></script>
<script src="/vendor/browser-plugin-media.js"></script>
<script>
  const { newTracker, setUserId } = snowplowBrowserTracking;
  const query = new URLSearchParams(location.search);
  newTracker("sp1", query.get("collector"), {
    plugins: [snowplowMedia.SnowplowMediaPlugin()],
    contexts: { webPage: true, session: true },
    connectionTimeout: Number(query.get("timeout")),
  });
  setUserId("viewer");
  snowplowMedia.startMediaTracking({
    id: "6a1c3a3b-0d6f-4a0a-9c39-3c1a5c7e7d10",
    player: { label: "Title", duration: 100 },
    session: {},
  });
  function play(times) {
    for (let n = 0; n < times; n += 1)
      snowplowMedia.trackMediaPlay({ id: "6a1c3a3b-0d6f-4a0a-9c39-3c1a5c7e7d10" });
  }
</script>
"""


def write_page(folder: Path) -> Path:
    """Write the page into a folder, and return the folder."""
    (folder / "index.html").write_text(_PAGE)
    return folder


def event_index(line: bytes) -> int:
    """Return the tracker's own number of an event: 1, 2, 3, over all tabs."""
    contexts = json.loads(line.split(b"\t")[INDEX["contexts"]])
    (session,) = (c for c in contexts["data"] if "/client_session/" in c["schema"])
    number: int = session["data"]["eventIndex"]
    return number


class _Proxy(BaseHTTPRequestHandler):
    server: "_Server"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        weather = self.server.weather
        weather.sizes.append(len(body))
        if weather.status is not None:
            self._answer(weather.status, {}, b"")
            return
        answer = self._forward("POST", body)
        weather.forwarded += 1
        # The collector has it, and the tracker does not hear of it.
        weather.is_fair.wait(_PATIENCE_S)
        self._answer(*answer)

    def do_OPTIONS(self) -> None:
        self._answer(*self._forward("OPTIONS", b""))

    def log_message(self, *_arguments: Any) -> None:
        """Say nothing."""

    def _forward(self, method: str, body: bytes) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection(self.server.target, timeout=_PATIENCE_S)
        with contextlib.closing(connection):
            connection.request(method, self.path, body, dict(self.headers))
            answer = connection.getresponse()
            return answer.status, dict(answer.headers), answer.read()

    def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        # The tracker may have gone.
        with contextlib.suppress(ConnectionError):
            self.send_response(status)
            headers |= {
                "Access-Control-Allow-Origin": self.headers["Origin"],
                "Access-Control-Allow-Credentials": "true",
                "Content-Length": str(len(body)),
            }
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    weather: "Weather"
    target: str


class Weather:
    """A proxy in front of a collector, which does not always let requests through.

    `status` is answered in the collector's place; while `is_fair` is not set, requests
    go through, and their answers don't come back. `sizes` are those of the bodies, and
    `forwarded` tells how many of them the collector has answered.
    """

    def __init__(self, collector: str) -> None:
        self.status: int | None = None
        self.is_fair = threading.Event()
        self.is_fair.set()
        self.sizes: list[int] = []
        self.forwarded = 0
        self._target = urlsplit(collector).netloc
        # Bound and not listening: nobody else gets the port while the proxy is away.
        self._held = socket.socket()
        self._held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._held.bind((_HOST, 0))
        self.come_back()
        self.address = f"http://{_HOST}:{self._server.server_port}"

    def come_back(self) -> None:
        """Listen, each time at the same port."""
        self._server = _Server(self._held.getsockname(), _Proxy)
        self._server.weather, self._server.target = self, self._target
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    def go_away(self) -> None:
        """Refuse connections."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def end(self) -> None:
        """Let pass what waits, and the port go."""
        self.is_fair.set()
        self.go_away()
        self._held.close()


@contextmanager
def weather(collector: str) -> Iterator[Weather]:
    """Keep a proxy for the time of a `with`."""
    proxy = Weather(collector)
    try:
        yield proxy
    finally:
        proxy.end()
