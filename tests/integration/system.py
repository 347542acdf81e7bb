"""The flow as processes of its own, between topics and tables of a test's own."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

from boto3.dynamodb.types import TypeDeserializer
from bytewax.recovery import init_db_dir
from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, TopicPartition

from dataflows.settings import Settings
from stack.services.ports import HOST, free_ports
from stack.services.running import Services
from stack.services.tables import ensure_tables, local_client, tables_of
from stack.services.topics import ensure_topics, topics_of

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 120.0
_NAMES = (
    "SOURCE_TOPIC",
    "PROFILES_TOPIC",
    "AUDIENCE_TOPIC",
    "AUDIENCE_MINUTES_TOPIC",
    "DEAD_LETTERS_TOPIC",
    "PROFILES_TABLE",
    "HISTORY_TABLE",
)


@dataclass(frozen=True)
class Message:
    """One message of a topic."""

    key: bytes | None
    value: bytes | None
    headers: dict[str, str] = field(default_factory=dict)


class System:
    """Topics, tables and a recovery store that no other test uses.

    Args:
        services: Kafka and DynamoDB Local.
        folder: Where the recovery store and the log are made.
        more: Settings other than the defaults; a topic named here may be shared.
        partitions: Of the source topic and of the profiles.
        recovery_parts: Of the recovery store.

    """

    def __init__(
        self,
        services: Services,
        folder: Path,
        more: Mapping[str, str] | None = None,
        *,
        partitions: int = 4,
        recovery_parts: int = 1,
    ) -> None:
        unique = uuid4().hex[:8]
        own = {name: f"{name.lower()}-{unique}" for name in _NAMES}
        self.env = {**os.environ, **services.env, **own, **(more or {})}
        self.settings = Settings.from_env(self.env)
        self._servers = services.bootstrap_servers
        self._client = local_client(services.dynamodb_url)
        self._recovery = folder / "recovery"
        self._log = folder / "flow.log"
        self._recovery.mkdir(parents=True)
        init_db_dir(self._recovery, recovery_parts)
        ensure_topics(self._servers, topics_of(self.settings, partitions))
        ensure_tables(self._client, tables_of(self.settings))

    @contextmanager
    def flow(
        self, *, processes: int = 1, workers: int = 1
    ) -> Iterator[list[subprocess.Popen[bytes]]]:
        """Run the flow with recovery; kill it at the end, as a crash would.

        Yields the processes that are to run until then; one taken out may end before.
        """
        running: list[subprocess.Popen[bytes]] = []
        try:
            running.extend(
                self._start("-w", str(workers), *arguments)
                for arguments in _cluster(processes)
            )
            yield running
            for process in running:
                assert process.poll() is None, self._log.read_text()[-4_000:]
        finally:
            for process in running:
                process.kill()
            for process in running:
                process.wait()

    def _start(self, *arguments: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "bytewax.run"]
        command += ["dataflows.live_viewers:get_flow()", *arguments]
        command += ["-r", str(self._recovery), "-s", "1", "-b", "0"]
        with self._log.open("ab") as log:
            return subprocess.Popen(
                command, cwd=ROOT, env=self.env, stdout=log, stderr=log
            )

    def epoch(self) -> int:
        """Return the epoch before which all that was written is durable."""
        frontiers = [0]
        for path in self._recovery.glob("*.sqlite3"):
            with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as store:
                rows = store.execute("select worker_frontier from fronts")
                frontiers += [frontier for (frontier,) in rows]
        return max(frontiers)

    def stack(self, *arguments: str) -> None:
        """Run a command of the stack to its end."""
        command = [sys.executable, "-m", "stack", *arguments]
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=self.env,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def written(self, topic: str) -> int:
        """Return how many messages were ever written to a topic."""
        consumer = Consumer({"group.id": "test", "bootstrap.servers": self._servers})
        numbers = consumer.list_topics(topic, timeout=10).topics[topic].partitions
        ends = [
            consumer.get_watermark_offsets(TopicPartition(topic, n), timeout=10)[1]
            for n in numbers
        ]
        consumer.close()
        return sum(ends)

    def messages(self, topic: str) -> list[Message]:
        """Return all that is on a topic now, in order within a partition."""
        config = {"group.id": "test", "enable.partition.eof": True}
        consumer = Consumer({**config, "bootstrap.servers": self._servers})
        numbers = consumer.list_topics(topic, timeout=10).topics[topic].partitions
        consumer.assign([TopicPartition(topic, n, OFFSET_BEGINNING) for n in numbers])
        found: list[Message] = []
        ended = 0
        while ended < len(numbers):
            for message in consumer.consume(10_000, timeout=1):
                error = message.error()
                if error is None:
                    headers = dict(_texts(message.headers() or []))
                    found.append(Message(message.key(), message.value(), headers))
                else:
                    assert error.code() == KafkaError._PARTITION_EOF, error
                    ended += 1
        consumer.close()
        return found

    def profile(self, viewer_id: str) -> dict[str, Any] | None:
        """Return a viewer's item of the profiles table."""
        got = self._client.get_item(
            TableName=self.settings.profiles_table,
            Key={"viewer_id": {"S": viewer_id}},
            ConsistentRead=True,
        )
        item = got.get("Item")
        return None if item is None else _plain(item)

    def history(self, viewer_id: str) -> list[dict[str, Any]]:
        """Return a viewer's items of the history table, in the order of their keys."""
        got = self._client.query(
            TableName=self.settings.history_table,
            KeyConditionExpression="viewer_id = :v",
            ExpressionAttributeValues={":v": {"S": viewer_id}},
            ConsistentRead=True,
        )
        return [_plain(item) for item in got["Items"]]

    def items(self, table: str) -> list[dict[str, Any]]:
        """Return all items of a table."""
        pages = self._client.get_paginator("scan").paginate(
            TableName=table, ConsistentRead=True
        )
        return [_plain(item) for page in pages for item in page["Items"]]


def _cluster(processes: int) -> list[list[str]]:
    """Return what tells each process of a cluster who it is, and where all are."""
    if processes == 1:
        return [[]]
    addresses = ";".join(f"{HOST}:{port}" for port in free_ports(processes))
    return [["-i", str(number), "-a", addresses] for number in range(processes)]


def _texts(headers: Iterable[Any]) -> Iterator[tuple[str, str]]:
    for name, value in headers:
        yield name, value.decode()


def _plain(item: Mapping[str, Any]) -> dict[str, Any]:
    plain: dict[str, Any] = _number(TypeDeserializer().deserialize({"M": item}))
    return plain


def _number(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    if isinstance(value, dict):
        return {key: _number(inner) for key, inner in value.items()}
    return value
