"""What a second process brings, where no broker takes part of the two cores."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from stack.collector.shapes import Shape
from tests.benchmarks.bench import Bench, Source
from tests.benchmarks.flow import NO_TABLES, Cluster, flow_over
from tests.benchmarks.processes import Process
from tests.benchmarks.progress import Progress, Sample, in_log
from tests.benchmarks.results import Measurement, once
from tests.benchmarks.runs import watch
from tests.benchmarks.topics import PARTITIONS

__all__ = ["measure"]

_PROGRAM: Final = "tests.benchmarks.programs.from_memory:get_flow()"
_MOST_EVENTS: Final = 2_000_000
"""They lie in memory, and that twice while they are read."""


def measure(bench: Bench) -> Iterator[Measurement]:
    """Run the flow over messages in memory, in one process and in more, in turn."""
    events = min(bench.wanted.events, _MOST_EVENTS)
    source = Source(Shape.FLAT, bench.wanted.middle, events)
    folder = _written(bench, source)
    for _ in range(bench.wanted.repeat):
        alone_eps = 0.0
        for processes in bench.wanted.processes:
            figures = _run(bench, source, folder, Cluster(processes=processes))
            if processes == 1:
                alone_eps = figures["whole_eps"]
            elif alone_eps:
                figures["times_one"] = figures["whole_eps"] / alone_eps
            what = {"processes": str(processes), "viewers": f"{source.viewers:,}"}
            yield once("scaling", what, figures)


def _written(bench: Bench, source: Source) -> Path:
    """Return a folder with a file a partition, of a message a line."""
    folder = bench.folder / bench.unique("messages")
    folder.mkdir()
    files = [(folder / str(number)).open("wb") for number in range(PARTITIONS)]
    for number, (_, message) in enumerate(source.messages(_END_MS)):
        files[number % PARTITIONS].write(message + b"\n")
    for file in files:
        file.close()
    return folder


_END_MS: Final = 1_795_000_000_000


def _run(
    bench: Bench, source: Source, folder: Path, cluster: Cluster
) -> dict[str, float]:
    more = NO_TABLES | {"IN_FOLDER": str(folder)}
    flows = flow_over(bench, "memory", cluster, more, program=_PROGRAM)
    with flows as flow, flow.running() as processes:
        told, longest_s = _in_logs(processes), bench.wanted.patience(source)
        return watch(told, processes, source.events, longest_s).figures()


def _in_logs(processes: list[Process]) -> Progress:
    """Return the progress that one of them prints: who keeps the audience."""
    logs = [in_log(process.log) for process in processes]

    def told() -> list[Sample]:
        return [sample for log in logs for sample in log()]

    return told
