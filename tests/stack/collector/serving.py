"""A collector that serves for the time of a `with`, and a plain client of it."""

import asyncio
import http.client
import json
import threading
from collections.abc import Callable, Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, Self, TypeVar
from urllib.parse import urlsplit

import msgspec
from confluent_kafka import KafkaError

from stack.collector.collecting import Collector
from stack.collector.enriched import COLUMNS
from stack.collector.producing import BatchProducer, KafkaProducer
from stack.collector.server import CollectorServer, Route
from stack.collector.shapes import Shape
from tests.stack.collector.posting import PAYLOAD, TP2

__all__ = [
    "Answer",
    "Client",
    "StandInProducer",
    "body_of",
    "run",
    "serving",
    "turns",
]

T = TypeVar("T")

_PATIENCE_S: Final = 20.0


def run(story: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine in a thread of its own, and return what it returns.

    Where a browser test has run before, Playwright's loop holds the main thread.
    """
    with ThreadPoolExecutor(1) as executor:
        return executor.submit(asyncio.run, story).result()


async def turns() -> None:
    """Let everything happen that can happen without a message being settled."""
    for _ in range(20):
        await asyncio.sleep(0)


def body_of(*events: Any) -> bytes:
    """Return what a tracker posts of these events."""
    return json.dumps({"schema": PAYLOAD, "data": events}).encode()


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes


class Client:
    """Asks over one connection, which the server may keep or close."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        assert parts.hostname is not None
        self._connection = http.client.HTTPConnection(
            parts.hostname, parts.port, timeout=_PATIENCE_S
        )

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """Send a request and return its answer."""
        self.send(method, path, body, headers)
        return self.receive()

    def send(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        """Send a request, and leave its answer for later."""
        self._connection.request(method, path, body, headers or {})

    def receive(self) -> Answer:
        """Return the answer of what was sent."""
        answer = self._connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read())

    def post(self, *events: Any, **headers: str) -> Answer:
        """Post events as a tracker does; `sp_anonymous` stands for `sp-anonymous`."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.ask("POST", TP2, body_of(*events), named)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        """Hang up."""
        self._connection.close()


@dataclass
class StandInProducer:
    """Takes messages as Kafka's producer does, and settles them when it is told to.

    `refuse` says what becomes of a message of a topic: an error, or none. `messages`
    are all that came, `stored` those that were settled without an error.
    """

    refuse: Callable[[str], KafkaError | None] = lambda _topic: None
    is_held: bool = False
    is_full: bool = False
    messages: list[tuple[str, bytes | None, bytes]] = field(default_factory=list)
    stored: list[tuple[str, bytes | None, bytes]] = field(default_factory=list)
    _waiting: list[Callable[..., None]] = field(default_factory=list)

    def produce(
        self,
        topic: str,
        value: bytes,
        key: bytes | None,
        *,
        on_delivery: Callable[..., None],
    ) -> None:
        if self.is_full:
            raise BufferError
        self.messages.append((topic, key, value))
        self._waiting.append(on_delivery)

    def poll(self, timeout: float) -> None:
        del timeout
        if self.is_held:
            return
        waiting, self._waiting = self._waiting, []
        settled = self.messages[len(self.messages) - len(waiting) :]
        for message, on_delivery in zip(settled, waiting, strict=True):
            error = self.refuse(message[0])
            if error is None:
                self.stored.append(message)
            on_delivery(error, None)

    def flush(self, timeout: float) -> int:
        self.poll(timeout)
        return len(self._waiting)


def events_of(producer: StandInProducer) -> list[dict[str, str]]:
    """Return the filled columns of what went to the source topic."""
    lines = [value for topic, _, value in producer.messages if topic == "events"]
    return [
        {n: c for n, c in zip(COLUMNS, line.decode().split("\t"), strict=True) if c}
        for line in lines
    ]


def bad_rows_of(producer: StandInProducer) -> list[dict[str, Any]]:
    """Return what went to the bad rows."""
    rows = [value for topic, _, value in producer.messages if topic == "bad-rows"]
    return [msgspec.json.decode(row) for row in rows]


@dataclass
class Served:
    """A collector that serves, and where."""

    address: str
    collector: Collector
    stop: Callable[[], None]


@contextmanager
def serving(
    producer: KafkaProducer,
    *,
    shape: Shape = Shape.TSV,
    routes: Sequence[Route] = (),
    most_batches: int = 256,
    room_s: float = 0.05,
) -> Iterator[Served]:
    """Serve on a free port, in a thread of its own."""
    loop = asyncio.new_event_loop()
    batches = BatchProducer(producer, most_batches, room_s)
    collector = Collector(
        batches, source_topic="events", bad_rows_topic="bad-rows", shape=shape
    )

    async def listen() -> tuple[CollectorServer, str]:
        server = CollectorServer(collector, routes)
        return server, server.listen("127.0.0.1", 0)

    def stop() -> None:
        asyncio.run_coroutine_threadsafe(server.stop(), loop).result(_PATIENCE_S)

    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        future = asyncio.run_coroutine_threadsafe(listen(), loop)
        server, address = future.result(_PATIENCE_S)
        yield Served(address, collector, stop)
        stop()
    finally:
        loop.call_soon_threadsafe(batches.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
