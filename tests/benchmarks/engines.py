"""Whatever does the job over a topic: the flow, and those it is measured beside."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from tests.benchmarks.bench import Bench, Source
from tests.benchmarks.flow import Cluster, flow_over
from tests.benchmarks.processes import running
from tests.benchmarks.progress import in_log, in_topic
from tests.benchmarks.runs import Run, watch
from tests.benchmarks.topics import reading

__all__ = ["NAIVE", "RAW", "Engine", "ours", "peers"]

_PROGRAMS: Final = "tests.benchmarks.programs"
_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True)
class Engine:
    """A name, and what runs it over a source once."""

    name: str
    run: Callable[[Bench, Source], Run]


def ours(cluster: Cluster) -> Engine:
    """Return the flow in so many processes and workers."""
    name = "this project"
    if cluster.processes > 1:
        name += f", {cluster.processes} processes"
    if cluster.workers > 1:
        name += f", {cluster.workers} workers"

    def run(bench: Bench, source: Source) -> Run:
        topic = bench.filled(source)
        servers = bench.services.bootstrap_servers
        with flow_over(bench, topic, cluster) as flow:
            audience = reading(servers, flow.settings.audience_topic)
            with audience as consumer, flow.running() as processes:
                told = in_topic(consumer)
                longest_s = bench.wanted.patience(source)
                return watch(told, processes, source.events, longest_s)

    return Engine(name, run)


def _printing(
    name: str, command: list[str], more: Mapping[str, str] = _NOTHING
) -> Engine:
    """Return a program that prints its progress; `more` is its own environment."""

    def run(bench: Bench, source: Source) -> Run:
        topic = bench.filled(source)
        run_id = bench.unique("run")
        state = bench.folder / f"{run_id}-state"
        env = bench.env(
            {
                "BOOTSTRAP": bench.services.bootstrap_servers,
                "IN_TOPIC": topic,
                "OUT_TOPIC": f"{run_id}-out",
                "PARALLELISM": "1",
                "RUN_ID": run_id,
                "STATE_DIR": str(state),
                **more,
            }
        )
        with running(run_id, command, env, bench.folder) as process:
            told = in_log(process.log)
            return watch(told, [process], source.events, bench.wanted.longest_s)

    return Engine(name, run)


RAW: Final = _printing(
    "a consumer that throws messages away",
    [sys.executable, "-m", f"{_PROGRAMS}.raw_consumer"],
)
NAIVE: Final = _printing(
    "Bytewax by its guide",
    [
        *(sys.executable, "-m", "bytewax.run"),
        f"{_PROGRAMS}.naive_bytewax:get_flow()",
    ],
)


def peers(bench: Bench) -> list[Engine]:
    """Return the peers of the folder that was pointed at, each in two ways at once."""
    if bench.wanted.peers is None:
        return []
    scripts = sorted(bench.wanted.peers.resolve().glob("*/run.sh"))
    return [
        _printing(script.parent.name, ["bash", str(script)], _own(script.parent))
        for script in scripts
    ]


def _own(folder: Path) -> dict[str, str]:
    """Return a peer's environment; one in Python may need packages of its own."""
    python = folder / ".venv" / "bin" / "python"
    return {"PARALLELISM": "2"} | ({"PYTHON": str(python)} if python.exists() else {})
