"""Throughput by shape, by viewers and by processes, beside others in the same run.

The runs over the flat shape, each with other numbers of viewers, tell of memory too.
"""

from collections.abc import Iterator

from stack.collector.shapes import Shape
from tests.benchmarks.bench import Bench, Source
from tests.benchmarks.engines import NAIVE, RAW, Engine, ours, peers
from tests.benchmarks.errors import BenchmarkError
from tests.benchmarks.flatness import flatness, turnovers
from tests.benchmarks.flow import Cluster
from tests.benchmarks.results import Measurement, once
from tests.benchmarks.runs import Run

__all__ = ["measure"]


def measure(bench: Bench) -> Iterator[Measurement]:
    """Run every engine over its sources in turn, again and again.

    In turn, because a machine's pace drifts: what is compared should lie close.
    """
    for number in range(bench.wanted.repeat):
        for engine, source in _trials(bench):
            trial = f"{engine.name}, {source.topic}"
            if trial in bench.failed:
                continue
            try:
                run = engine.run(bench, source)
            except BenchmarkError as ex:
                bench.fail(trial, ex)
                continue
            yield from _told(bench, engine, source, run, number)


def _told(
    bench: Bench, engine: Engine, source: Source, run: Run, number: int
) -> Iterator[Measurement]:
    viewers = f"{source.viewers:,}"
    what = {"engine": engine.name, "shape": str(source.shape), "viewers": viewers}
    yield once("throughput", what, run.figures())
    if engine.name == ours(Cluster()).name and source.shape is Shape.FLAT:
        yield flatness(run, source)
        # A turnover takes as many events as there are viewers, times 27.
        if number == 0 and source.viewers == min(bench.wanted.viewers):
            yield from turnovers(run, source)


def _trials(bench: Bench) -> Iterator[tuple[Engine, Source]]:
    wanted = bench.wanted
    single = _asked(bench, "ours", [ours(Cluster())] if 1 in wanted.processes else [])
    for shape in wanted.shapes:
        source = wanted.source(shape, wanted.middle)
        for engine in _asked(bench, "raw", [RAW]) + single:
            yield engine, source
    if Shape.FLAT in wanted.shapes:
        yield from _flat_trials(bench, single)


def _flat_trials(bench: Bench, single: list[Engine]) -> Iterator[tuple[Engine, Source]]:
    wanted = bench.wanted
    source = wanted.source(Shape.FLAT, wanted.middle)
    more = _asked(bench, "ours", _clusters(wanted.processes))
    for engine in more + _asked(bench, "peers", peers(bench)):
        yield engine, source
    for viewers in wanted.viewers:
        if viewers != wanted.middle:
            for engine in single:
                yield engine, wanted.source(Shape.FLAT, viewers)
    for engine in _asked(bench, "naive", [NAIVE]):
        yield engine, wanted.source(Shape.FLAT, wanted.viewers[0])


def _asked(bench: Bench, name: str, engines: list[Engine]) -> list[Engine]:
    return engines if name in bench.wanted.engines else []


def _clusters(processes: tuple[int, ...]) -> list[Engine]:
    many = [number for number in processes if number > 1]
    clusters = [Cluster(processes=number) for number in many]
    clusters += [Cluster(workers=number) for number in many]
    return [ours(cluster) for cluster in clusters]
