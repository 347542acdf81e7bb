"""Throughput by shape, by viewers and by processes, beside others in the same run."""

from collections.abc import Iterator

from stack.collector.shapes import Shape
from tests.benchmarks.bench import Bench, Source
from tests.benchmarks.engines import NAIVE, RAW, Engine, ours, peers
from tests.benchmarks.errors import BenchmarkError
from tests.benchmarks.flow import Cluster
from tests.benchmarks.results import Measurement, once

__all__ = ["measure"]


def measure(bench: Bench) -> Iterator[Measurement]:
    """Run every engine over its sources in turn, again and again.

    In turn, because a machine's pace drifts: what is compared should lie close.
    """
    for _ in range(bench.wanted.repeat):
        for engine, source in _trials(bench):
            if engine.name in bench.failed:
                continue
            try:
                figures = engine.run(bench, source).figures()
            except BenchmarkError as ex:
                bench.fail(engine.name, ex)
                continue
            what = {
                "engine": engine.name,
                "shape": str(source.shape),
                "viewers": f"{source.viewers:,}",
            }
            yield once("throughput", what, figures)


def _trials(bench: Bench) -> Iterator[tuple[Engine, Source]]:
    wanted = bench.wanted
    single = [ours(Cluster())] if 1 in wanted.processes else []
    for shape in wanted.shapes:
        source = wanted.source(shape, wanted.middle)
        for engine in _asked(bench, "raw", [RAW]) + _asked(bench, "ours", single):
            yield engine, source
    if Shape.FLAT in wanted.shapes:
        source = wanted.source(Shape.FLAT, wanted.middle)
        more = _asked(bench, "ours", _clusters(wanted.processes))
        for engine in more + _asked(bench, "peers", peers(bench)):
            yield engine, source
        for viewers in wanted.viewers:
            if viewers != wanted.middle:
                for engine in _asked(bench, "ours", single):
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
