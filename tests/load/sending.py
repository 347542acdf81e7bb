"""Many trackers at once: posts at a rate over connections that are kept."""

import asyncio
import json
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

import msgspec

from tests.stack.captures import requests_of
from tests.stack.collector.posting import PAYLOAD, TP2

__all__ = ["Load", "Sent", "send"]

_MARK: Final = "00000000-0000-4000-8000-000000000000"


@dataclass(frozen=True, kw_only=True)
class Load:
    """How much to send: posts a second, for so long, over so many connections."""

    rate: int
    seconds: float
    connections: int
    events: int


@dataclass
class Sent:
    """What was sent: ids of the events that were answered 200, and how it went.

    A latency is counted from when the post was due, so that waiting to send it counts.
    """

    statuses: Counter[int] = field(default_factory=Counter)
    event_ids: list[str] = field(default_factory=list)
    latencies_ms: list[float] = field(default_factory=list)
    seconds: float = 0.0


def _template(events: int) -> list[str]:
    """Return a body of the real tracker's, cut where event ids go."""
    bodies = (json.loads(request.body or b"{}") for request in requests_of("main"))
    event = next(
        found
        for body in bodies
        for found in body.get("data", ())
        if "ping_event" in found.get("ue_pr", "")
    )
    body = {"schema": PAYLOAD, "data": [event | {"eid": _MARK}] * events}
    return msgspec.json.encode(body).decode().split(_MARK)


class _Connection:
    def __init__(self, url: str, load: Load, sent: Sent) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname, parts.port
        self._pieces = _template(load.events)
        self._load = load
        self._sent = sent

    async def run(self, began_s: float, number: int) -> None:
        """Send each post when it is due; the next waits for the answer."""
        reader, writer = await asyncio.open_connection(self._host, self._port)
        step_s = self._load.connections / self._load.rate
        due_s = began_s + number * step_s / self._load.connections
        while due_s < began_s + self._load.seconds:
            await asyncio.sleep(max(0.0, due_s - time.monotonic()))
            await self._post(reader, writer)
            self._sent.latencies_ms.append((time.monotonic() - due_s) * 1000)
            due_s += step_s
        writer.close()
        await writer.wait_closed()

    async def _post(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        event_ids = [str(uuid.uuid4()) for _ in range(self._load.events)]
        body = self._pieces[0]
        for event_id, piece in zip(event_ids, self._pieces[1:], strict=True):
            body += event_id + piece
        head = (
            f"POST {TP2} HTTP/1.1\r\n"
            f"Host: {self._host}:{self._port}\r\n"
            "Content-Type: application/json; charset=UTF-8\r\n"
            "Origin: http://localhost:8000\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        writer.write((head + body).encode())
        answer = (await reader.readuntil(b"\r\n\r\n")).decode()
        status = int(answer.split(" ", 2)[1])
        length = answer.lower().split("content-length: ")[1].split("\r\n")[0]
        await reader.readexactly(int(length))
        self._sent.statuses[status] += 1
        if status == 200:
            self._sent.event_ids += event_ids


async def send(url: str, load: Load) -> Sent:
    """Send a load to a collector and return what came of it."""
    sent = Sent()
    began_s = time.monotonic() + 0.5
    connections = (_Connection(url, load, sent) for _ in range(load.connections))
    await asyncio.gather(
        *(connection.run(began_s, n) for n, connection in enumerate(connections))
    )
    sent.seconds = time.monotonic() - began_s
    return sent
