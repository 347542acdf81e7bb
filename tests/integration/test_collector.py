"""Captured requests, and a load of them, posted to the collector on real Kafka."""

import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from confluent_kafka import Message

from dataflows.playback.decode import decode
from dataflows.playback.errors import Rejected, Skipped
from dataflows.playback.events import MediaEvent
from stack.collector.enriched import INDEX
from stack.collector.tracking import Request, recorded_request
from stack.services.running import Services
from stack.services.topics import Topic, ensure_topics
from tests.integration.system import PATIENCE_S, ROOT
from tests.load.collector import event_ids_on
from tests.load.sending import Load, send
from tests.stack.captures import CAPTURES
from tests.stack.collector.process import running_collector
from tests.stack.collector.serving import Client, run
from tests.stack.collector.topics import messages_of

# The client sets these itself.
_OWN_HEADERS = {"host", "connection", "content-length"}
Said = MediaEvent | Skipped | Rejected


class _Posted:
    """What both commands make of the captures, each on a topic of its own."""

    def __init__(self, services: Services, folder: Path) -> None:
        unique = uuid4().hex[:8]
        self.replayed_topic = f"replayed-{unique}"
        self.collected_topic = f"collected-{unique}"
        self.bad_rows_topic = f"bad-rows-{unique}"
        self._servers = services.bootstrap_servers
        topic = Topic(name=self.replayed_topic, partitions=4, config={})
        ensure_topics(self._servers, [topic])
        self._replay()
        options = ("--topic", self.collected_topic, "--bad-rows", self.bad_rows_topic)
        with (
            running_collector(folder, self._servers, *options) as collector,
            Client(collector.address) as client,
        ):
            lines = CAPTURES.read_bytes().splitlines()
            requests = [recorded_request(line) for line in lines]
            self.statuses = [_send(client, request) for request in requests]

    def messages(self, topic: str) -> list[Message]:
        """Return what is on a topic."""
        return messages_of(self._servers, topic)

    def said(self, topic: str) -> dict[str, Said]:
        """Return what the flow reads on a topic, by event id."""
        values = [message.value() or b"" for message in self.messages(topic)]
        return {_cell(value, "event_id"): _said(value) for value in values}

    def _replay(self) -> None:
        command = [sys.executable, "-m", "stack", "replay", str(CAPTURES)]
        command += ["--speed", "max", "--keep-times", "--key", "viewer"]
        command += ["--topic", self.replayed_topic]
        command += ["--bootstrap-servers", self._servers]
        subprocess.run(command, cwd=ROOT, timeout=PATIENCE_S, check=True)


def _send(client: Client, request: Request) -> int:
    path = f"{request.path}?{request.query}" if request.query else request.path
    headers = {
        n: v for n, v in request.headers.items() if n.lower() not in _OWN_HEADERS
    }
    return client.ask(request.method, path, request.body or None, headers).status


def _cell(line: bytes, column: str) -> str:
    return line.split(b"\t")[INDEX[column]].decode()


def _said(line: bytes) -> Said:
    """Return what a message says, its time being how long before its arrival it was."""
    said = decode(line)
    if not isinstance(said, MediaEvent):
        return said
    stamp = datetime.fromisoformat(_cell(line, "collector_tstamp")).replace(tzinfo=UTC)
    arrival = round(stamp.timestamp() * 1000)
    return replace(said, time=said.time - arrival)


@pytest.fixture(scope="module")
def posted(services: Services, tmp_path_factory: pytest.TempPathFactory) -> _Posted:
    """Replay the captures and post them, once for all tests."""
    return _Posted(services, tmp_path_factory.mktemp("collector"))


def test_every_request_is_answered(posted: _Posted) -> None:
    """Everything that a real tracker sends is answered 200, and nothing is bad."""
    assert set(posted.statuses) == {200}
    assert posted.messages(posted.bad_rows_topic) == []


def test_collected_equals_replayed(posted: _Posted) -> None:
    """The flow reads the same, whether the requests come live or as a recording."""
    replayed = posted.said(posted.replayed_topic)
    collected = posted.said(posted.collected_topic)

    assert sum(isinstance(said, MediaEvent) for said in collected.values()) > 100
    assert replayed == collected
    topics = (posted.replayed_topic, posted.collected_topic)
    assert len({len(posted.messages(topic)) for topic in topics}) == 1


def test_each_viewer_keeps_to_a_partition(posted: _Posted) -> None:
    """Collected events are keyed by viewer, but for those of nobody."""
    messages = posted.messages(posted.collected_topic)
    users = {_cell(m.value() or b"", "user_id").encode() or None for m in messages}
    places = {(m.key(), m.partition()) for m in messages if m.key()}

    assert {m.key() for m in messages} >= users
    assert len(places) == len({key for key, _ in places})


def test_load(services: Services, tmp_path: Path) -> None:
    """At 2,000 posts a second each event that is answered 200 is on the topic."""
    topic, servers = f"load-{uuid4().hex[:8]}", services.bootstrap_servers
    load = Load(rate=2_000, seconds=1.0, connections=32, events=1)
    with running_collector(tmp_path, servers, "--topic", topic) as collector:
        sent = run(send(collector.address, load))
    lost = Counter(sent.event_ids) - event_ids_on(servers, topic)

    assert sent.statuses.total() >= 2_000
    assert sent.statuses[200] > 0
    assert lost == Counter()
