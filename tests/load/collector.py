"""Load on the collector: is each event that it answered for on the topic, once?

    python -m tests.load.collector --rate 2000 --seconds 20

The services, the collector and the sender are processes of their own on this machine,
and share its cores.
"""

import asyncio
import resource
import sys
import tempfile
from collections import Counter
from pathlib import Path
from statistics import quantiles
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from stack.collector.enriched import INDEX
from stack.services.running import Kind, running_services
from tests.load.sending import Load, Sent, send
from tests.stack.collector.process import running_collector
from tests.stack.collector.topics import messages_of

_TOPIC = "collector-load"
_EVENT_ID = INDEX["event_id"]


def event_ids_on(bootstrap_servers: str, topic: str) -> Counter[str]:
    """Return the ids of the events on a topic, and how often each is there."""
    return Counter(
        (message.value() or b"").split(b"\t")[_EVENT_ID].decode()
        for message in messages_of(bootstrap_servers, topic)
    )


def print_outcome(load: Load, sent: Sent, there: Counter[str], cpu_s: float) -> bool:
    """Print a table; return whether each answered event is there, once."""
    answered = Counter(sent.event_ids)
    cuts = quantiles(sent.latencies_ms, n=1000)
    lost, twice = len(answered - there), there.total() - len(there)
    table = Table("", "", show_header=False)
    for name, value in {
        "posts asked for": f"{load.rate:,}/s for {load.seconds:g} s, "
        f"{load.connections} connections, {load.events} events each",
        "posts answered": f"{sent.statuses.total():,} in {sent.seconds:.1f} s, "
        f"{sent.statuses.total() / sent.seconds:,.0f}/s",
        "statuses": ", ".join(f"{s}: {n:,}" for s, n in sent.statuses.items()),
        "answer after, ms": f"p50 {cuts[499]:.1f}, p99 {cuts[989]:.1f}, "
        f"p99.9 {cuts[998]:.1f}, most {max(sent.latencies_ms):.1f}",
        "collector's CPU": f"{cpu_s:.1f} s, "
        f"{cpu_s / sent.statuses.total() * 1e6:,.0f} us a post, start included",
        "events answered 200": f"{len(answered):,}",
        "events on the topic": f"{len(there):,}",
        "lost": f"{lost:,}",
        "twice": f"{twice:,}",
    }.items():
        table.add_row(name, value)
    Console().print(table)
    return not lost and not twice and set(sent.statuses) == {200}


def main(
    *,
    rate: Annotated[int, typer.Option(help="posts a second")] = 2000,
    seconds: Annotated[float, typer.Option()] = 20.0,
    connections: Annotated[int, typer.Option()] = 64,
    events: Annotated[int, typer.Option(help="of a post")] = 1,
) -> None:
    """Send a load to a collector and compare what it answered with the topic."""
    load = Load(rate=rate, seconds=seconds, connections=connections, events=events)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        places = running_services(Kind.NATIVE, folder, kafka_port=0, dynamodb_port=0)
        with places as services:
            servers = services.bootstrap_servers
            before_s = _children_s()
            with running_collector(folder, servers, "--topic", _TOPIC) as collector:
                sent = asyncio.run(send(collector.address, load))
            cpu_s = _children_s() - before_s
            there = event_ids_on(servers, _TOPIC)
    sys.exit(not print_outcome(load, sent, there, cpu_s))


def _children_s() -> float:
    """Return the CPU seconds of all processes that were started and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    typer.run(main)
