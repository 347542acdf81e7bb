"""The flow under measurement: real processes between topics of their own."""

import shutil
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Final

from bytewax.recovery import init_db_dir

from dataflows.settings import Settings
from stack.services.ports import HOST, free_ports
from stack.services.tables import ensure_tables, local_client, tables_of
from stack.services.topics import ensure_topics, topics_of
from tests.benchmarks import topics
from tests.benchmarks.bench import Bench
from tests.benchmarks.dynamodb import Client
from tests.benchmarks.errors import BenchmarkError
from tests.benchmarks.processes import Process, running
from tests.benchmarks.progress import Sample, in_topic
from tests.benchmarks.topics import reading

__all__ = [
    "BOTH_TABLES",
    "NO_TABLES",
    "RECOVERY_OPTIONS",
    "Cluster",
    "Flow",
    "flow_over",
]

RECOVERY_OPTIONS: Final = ("-s", "2", "-b", "0")
"""An epoch of two seconds, and no old state kept for a backup."""

_ONE_EPOCH: Final = ("-s", "3600")
"""Shards are packed at the end of an epoch even where no store takes it."""

_OUTPUTS: Final = (
    "PROFILES_TOPIC",
    "AUDIENCE_TOPIC",
    "AUDIENCE_MINUTES_TOPIC",
    "DEAD_LETTERS_TOPIC",
)
_TABLES: Final = ("PROFILES_TABLE", "HISTORY_TABLE")
NO_TABLES: Final = {"WRITE_PROFILES": "false", "WRITE_HISTORY": "false"}
BOTH_TABLES: Final = dict.fromkeys(NO_TABLES, "true")
_PROGRAM: Final = "dataflows.live_viewers:get_flow()"
_DONE_WITHIN_S: Final = 120.0
_LOOK_EVERY_S: Final = 0.5


@dataclass(frozen=True)
class Cluster:
    """How many processes the flow runs in, and how many workers each has."""

    processes: int = 1
    workers: int = 1


class Flow:
    """The flow over a source topic; started, killed and started again at will."""

    def __init__(
        self,
        bench: Bench,
        source_topic: str,
        cluster: Cluster,
        more: Mapping[str, str],
        *,
        recovers: bool,
        program: str,
    ) -> None:
        own = {name: bench.unique(name.lower()) for name in (*_OUTPUTS, *_TABLES)}
        self.env = bench.env({**own, "SOURCE_TOPIC": source_topic, **more})
        self.settings = Settings.from_env(self.env)
        self.recovery = bench.folder / bench.unique("recovery")
        self._bench = bench
        self._cluster = cluster
        self._recovers = recovers
        self._program = program
        self.recovery.mkdir()
        init_db_dir(self.recovery, cluster.processes * cluster.workers)
        servers = bench.services.bootstrap_servers
        ensure_topics(servers, topics_of(self.settings, topics.PARTITIONS)[1:])
        client = local_client(bench.services.dynamodb_url)
        ensure_tables(client, tables_of(self.settings))

    @contextmanager
    def running(self) -> Iterator[list[Process]]:
        """Run the flow's processes with recovery; they are killed at the end."""
        ports = free_ports(self._cluster.processes)
        with ExitStack() as stack:
            yield [
                stack.enter_context(self._process(number, ports))
                for number in range(len(ports))
            ]

    @contextmanager
    def _process(self, number: int, ports: list[int]) -> Iterator[Process]:
        command = [sys.executable, "-m", "bytewax.run", self._program]
        if self._recovers:
            command += ["-r", str(self.recovery), *RECOVERY_OPTIONS]
        else:
            command += _ONE_EPOCH
        command += ["-w", str(self._cluster.workers)]
        if len(ports) > 1:
            addresses = ";".join(f"{HOST}:{port}" for port in ports)
            command += ["-i", str(number), "-a", addresses]
        name = f"{self.recovery.name}-flow-{number}"
        with running(name, command, self.env, self._bench.folder) as process:
            yield process

    def wait_done(self, events: int, processes: Sequence[Process]) -> Sample:
        """Return once the running flow tells that it has done so many events.

        Raises:
            BenchmarkError: it ended, or did not in time.

        """
        servers = self._bench.services.bootstrap_servers
        deadline = time.monotonic() + _DONE_WITHIN_S
        with reading(servers, self.settings.audience_topic) as consumer:
            told = in_topic(consumer)
            while time.monotonic() < deadline:
                for sample in told():
                    if sample.done >= events:
                        return sample
                for process in processes:
                    process.check()
        msg = f"`flow` must do {events} events in {_DONE_WITHIN_S:.0f} s; it did not"
        raise BenchmarkError(msg)

    def wait_written(self, viewers: int) -> None:
        """Return once the tables that are written have an item a viewer at least.

        Raises:
            BenchmarkError: they did not in time.

        """
        wanted = (
            (self.settings.write_profiles, self.settings.profiles_table),
            (self.settings.write_history, self.settings.history_table),
        )
        tables = [table for is_written, table in wanted if is_written]
        deadline = time.monotonic() + _DONE_WITHIN_S
        with Client(self._bench.services.dynamodb_url) as client:
            while any(client.count(table) < viewers for table in tables):
                if time.monotonic() > deadline:
                    msg = (
                        f"`flow` must write {viewers} viewers in {_DONE_WITHIN_S:.0f} "
                        "s; it did not"
                    )
                    raise BenchmarkError(msg)
                time.sleep(_LOOK_EVERY_S)

    def remove(self) -> None:
        """Delete the topics, tables and files of this flow."""
        own = topics_of(self.settings, topics.PARTITIONS)[1:]
        servers = self._bench.services.bootstrap_servers
        topics.delete(servers, [topic.name for topic in own])
        client = local_client(self._bench.services.dynamodb_url)
        for table in tables_of(self.settings):
            client.delete_table(TableName=table.name)
        shutil.rmtree(self.recovery)


@contextmanager
def flow_over(
    bench: Bench,
    source_topic: str,
    cluster: Cluster = Cluster(),
    more: Mapping[str, str] = NO_TABLES,
    *,
    recovers: bool = True,
    program: str = _PROGRAM,
) -> Iterator[Flow]:
    """Set up a flow over a topic, which writes no table unless told; remove it after.

    Args:
        bench: where it runs.
        source_topic: what it reads.
        cluster: its processes and their workers.
        more: settings of its own.
        recovers: whether it keeps a recovery store; if not, no epoch ends either.
        program: what Bytewax runs.

    """
    flow = Flow(bench, source_topic, cluster, more, recovers=recovers, program=program)
    try:
        yield flow
    finally:
        flow.remove()
