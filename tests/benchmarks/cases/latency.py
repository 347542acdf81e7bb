"""Latency, from the call that sends an event until its change of status can be read."""

import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Final

from confluent_kafka import OFFSET_END

from tests.benchmarks.ages import Ages, read_table, read_topic
from tests.benchmarks.bench import Bench
from tests.benchmarks.flow import BOTH_TABLES, NO_TABLES, Flow, flow_over
from tests.benchmarks.processes import running
from tests.benchmarks.results import Measurement, once
from tests.benchmarks.stamps import now_us
from tests.benchmarks.stream import CHANGES, SCRIPT, SECONDS_BETWEEN_EVENTS
from tests.benchmarks.topics import create, reading

__all__ = ["measure"]

_BEHIND_S: Final = 15.0
"""How much longer to read what was sent in time."""
_TOPIC: Final = "live-viewer-profiles"
_TABLE: Final = "DynamoDB"


@dataclass(frozen=True)
class _Load:
    events_per_s: float
    viewers: int
    tables: dict[str, str]
    recovers: bool = True

    @property
    def what(self) -> dict[str, str]:
        on = [name for name, value in self.tables.items() if value == "true"]
        tables = " and ".join(n.removeprefix("WRITE_").lower() for n in on)
        return {
            "events/s": f"{self.events_per_s:,.0f}",
            "changes/s": f"{self.events_per_s * CHANGES / len(SCRIPT):,.0f}",
            "viewers": f"{self.viewers:,}",
            "tables written": tables or "none",
            "recovery": "on" if self.recovers else "off",
        }


# Two items a change of the greater rate would be more than DynamoDB Local takes.
_ONE_TABLE: Final = BOTH_TABLES | {"WRITE_HISTORY": "false"}


def measure(bench: Bench) -> Iterator[Measurement]:
    """Measure each load once, for as long as was asked."""
    low, high = bench.wanted.rates
    loads = (
        (low, NO_TABLES, False),
        (low, NO_TABLES, True),
        (low, BOTH_TABLES, True),
        (high, NO_TABLES, False),
        (high, NO_TABLES, True),
        (high, _ONE_TABLE, True),
    )
    for rate, tables, recovers in loads:
        viewers = int(rate * SECONDS_BETWEEN_EVENTS)
        yield from _measure(bench, _Load(rate, viewers, tables, recovers))


def _measure(bench: Bench, load: _Load) -> Iterator[Measurement]:
    servers = bench.services.bootstrap_servers
    source = bench.unique("live")
    create(servers, source)
    env = bench.env(
        {
            "BOOTSTRAP": servers,
            "IN_TOPIC": source,
            "RATE": str(load.events_per_s),
            "VIEWERS": str(load.viewers),
        }
    )
    command = [sys.executable, "-m", "tests.benchmarks.programs.live_producer"]
    flows = flow_over(bench, source, more=load.tables, recovers=load.recovers)
    with flows as flow, ExitStack() as stack:
        processes = stack.enter_context(flow.running())
        flow.wait_done(0, processes)
        producer = stack.enter_context(running(source, command, env, bench.folder))
        flow.wait_done(load.viewers, processes)
        # All came at once, which is more than DynamoDB Local takes.
        flow.wait_written(load.viewers)
        seen = _read(bench, flow, source)
        for process in (*processes, producer):
            process.check()
    for where, ages in seen.items():
        yield once("latency", {**load.what, "read from": where}, ages.figures())


def _read(bench: Bench, flow: Flow, source: str) -> dict[str, Ages]:
    """Read wherever the flow writes, at once, for as long as was asked."""
    servers, url = bench.services.bootstrap_servers, bench.services.dynamodb_url
    settings, stopping = flow.settings, threading.Event()
    seen = {_TOPIC: Ages()}
    with ExitStack() as stack:
        profiles = reading(servers, settings.profiles_topic, OFFSET_END)
        consumer = stack.enter_context(profiles)
        threads = stack.enter_context(ThreadPoolExecutor())
        stack.callback(stopping.set)
        readers = [threads.submit(read_topic, consumer, seen[_TOPIC], stopping)]
        if settings.write_profiles:
            seen[_TABLE] = Ages()
            events = stack.enter_context(reading(servers, source, OFFSET_END))
            where = url, settings.profiles_table, seen[_TABLE]
            readers.append(threads.submit(read_table, events, *where, stopping))
        time.sleep(bench.wanted.warm_up_s)
        for ages in seen.values():
            ages.since_us = now_us()
        time.sleep(bench.wanted.latency_s)
        for ages in seen.values():
            ages.until_us = now_us()
        for ages in seen.values():
            ages.is_past.wait(_BEHIND_S)
        stopping.set()
        for reader in readers:
            reader.result()
    return seen
