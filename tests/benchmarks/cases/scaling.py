"""What a second process brings, where no broker takes part of the two cores.

Two cores are seldom twice one: they share caches and memory, often a core is but half
of one, and others are at work. So beside a cluster there are as many processes that
know nothing of each other, with a part of the viewers each: none is faster than they.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from stack.collector.shapes import Shape
from tests.benchmarks.bench import Bench, Source
from tests.benchmarks.flow import NO_TABLES, Cluster, flow_over
from tests.benchmarks.processes import Process
from tests.benchmarks.progress import in_log, in_turn, together
from tests.benchmarks.results import Measurement, once
from tests.benchmarks.runs import watch
from tests.benchmarks.topics import PARTITIONS

__all__ = ["measure"]

_PROGRAM: Final = "tests.benchmarks.programs.from_memory:get_flow()"
_MOST_EVENTS: Final = 2_000_000
"""They lie in memory, and that twice while they are read."""

_END_MS: Final = 1_795_000_000_000


def measure(bench: Bench) -> Iterator[Measurement]:
    """Run the flow over messages in memory, in one process and in more, in turn."""
    events = min(bench.wanted.events, _MOST_EVENTS)
    source = Source(Shape.FLAT, bench.wanted.middle, events)
    folder = _written(bench, source)
    shares = {
        processes: _written(bench, _share(source, processes))
        for processes in bench.wanted.processes
        if processes > 1
    }
    for _ in range(bench.wanted.repeat):
        alone_eps = 0.0
        for processes in bench.wanted.processes:
            figures = _cluster(bench, source, folder, processes)
            if processes == 1:
                alone_eps = figures["whole_eps"]
            yield _measured(source, str(processes), figures, alone_eps)
            if processes in shares:
                figures = _strangers(bench, source, shares[processes], processes)
                name = f"{processes} that know nothing of each other"
                yield _measured(source, name, figures, alone_eps)


def _measured(
    source: Source, processes: str, figures: dict[str, float], alone_eps: float
) -> Measurement:
    """Return what was measured, and how many times one process it is."""
    if alone_eps and processes != "1":
        figures["times_one"] = figures["whole_eps"] / alone_eps
    what = {"processes": processes, "viewers": f"{source.viewers:,}"}
    return once("scaling", what, figures)


def _share(source: Source, processes: int) -> Source:
    """Return what each of some processes has to do."""
    return Source(source.shape, source.viewers // processes, source.events // processes)


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


def _cluster(
    bench: Bench, source: Source, folder: Path, processes: int
) -> dict[str, float]:
    """Return the figures of a cluster."""
    return _run(bench, source, folder, [Cluster(processes=processes)])


def _strangers(
    bench: Bench, source: Source, folder: Path, processes: int
) -> dict[str, float]:
    """Return the figures of clusters of one, each with its share of the viewers."""
    return _run(bench, source, folder, [Cluster()] * processes)


def _run(
    bench: Bench, source: Source, folder: Path, clusters: list[Cluster]
) -> dict[str, float]:
    more = NO_TABLES | {"IN_FOLDER": str(folder)}
    processes: list[Process] = []
    told = []
    with ExitStack() as stack:
        for cluster in clusters:
            flow = stack.enter_context(
                flow_over(bench, "memory", cluster, more, program=_PROGRAM)
            )
            started = stack.enter_context(flow.running())
            # One of a cluster prints its progress: who keeps the audience.
            told.append(in_turn([in_log(process.log) for process in started]))
            processes += started
        longest_s = bench.wanted.patience(source)
        events = _share(source, len(clusters)).events * len(clusters)
        return watch(together(told), processes, events, longest_s).figures()
