"""Run the benchmarks: `python -m tests.benchmarks --help`."""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final

import msgspec
import typer
from confluent_kafka import KafkaException
from rich.console import Console

from stack.collector.shapes import Shape
from stack.demo.supervisor import one_signal_interrupts
from stack.errors import StackError
from stack.services.running import Kind, running_services
from tests.benchmarks.bench import Bench, Wanted
from tests.benchmarks.cases import CASES, PROFILE, Case
from tests.benchmarks.engines import RAW
from tests.benchmarks.errors import BenchmarkError, reason
from tests.benchmarks.machine import described
from tests.benchmarks.results import (
    Measurement,
    Results,
    merged,
    with_falls,
    with_ratios,
    write,
)
from tests.benchmarks.tables import print_tables

__all__ = ["main"]

_WIDTH: Final = 160
_QUICK: Final = Wanted(
    shapes=(Shape.FLAT, Shape.TSV),
    viewers=(1_000, 3_000),
    events=60_000,
    rates=(270.0, 1_350.0),
    warm_up_s=1.0,
    repeat=1,
    longest_s=4.0,
    patience_s=30.0,
    dynamodb_s=2.0,
    latency_s=3.0,
    written_s=6.0,
    turnovers=3,
    profile_s=1,
)


def _split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in _split(text))


def main(
    *,
    only: Annotated[
        str, typer.Option(help=f"cases, with commas between: {', '.join(CASES)}")
    ] = ",".join(CASES),
    quick: Annotated[
        bool, typer.Option(help="everything, but small: does it all work?")
    ] = False,
    repeat: Annotated[int | None, typer.Option(min=1, help="3 unless quick")] = None,
    shapes: Annotated[str, typer.Option(help="flat,tsv,enriched-json")] = "",
    viewers: Annotated[str, typer.Option(help="10000,100000,1000000")] = "",
    processes: Annotated[str, typer.Option(help="1,2")] = "",
    engines: Annotated[str, typer.Option(help="ours,raw,naive,peers")] = "",
    events: Annotated[
        int | None, typer.Option(min=1, help="in the flat shape, 4000000 unless quick")
    ] = None,
    peers: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            help="folder of other engines, each with a run.sh, which is told `PYTHON` "
            "where there is a .venv beside it",
        ),
    ] = None,
    profile: Annotated[
        bool, typer.Option(help="also where the time goes; fetches py-spy")
    ] = False,
    json: Annotated[
        Path | None, typer.Option(help="where to write the results as JSON")
    ] = None,
) -> None:
    """Measure the flow, and others beside it, on services of its own.

    All of it takes about an hour and a half, without peers and on two cores; half of
    that with `--repeat 1`, and some minutes with `--quick`. Ctrl-C ends it with what
    was found so far, which is also written after each case.
    """
    changes = {
        "shapes": tuple(Shape(shape) for shape in _split(shapes)),
        "viewers": _numbers(viewers),
        "processes": _numbers(processes),
        "engines": _split(engines),
        "events": events,
        "repeat": repeat,
        "peers": peers,
    }
    wanted = (_QUICK if quick else Wanted()).but(changes)
    cases = {name: CASES[name] for name in _split(only)}
    if profile:
        cases["profile"] = PROFILE
    results = Results(described(), wanted.words(), [])
    for found, failed in _measured(wanted, cases, Console(stderr=True)):
        results = msgspec.structs.replace(results, measurements=found, failed=failed)
        if json is not None:
            write(json, results)
    wide = Console()
    print_tables(
        results.measurements, wide if wide.is_terminal else Console(width=_WIDTH)
    )
    if results.failed:
        told = (f"{what}: {reason(why)}" for what, why in results.failed.items())
        sys.exit("failed: " + "\nfailed: ".join(told))


def _measured(
    wanted: Wanted, cases: dict[str, Case], console: Console
) -> Iterator[tuple[list[Measurement], dict[str, str]]]:
    """Yield after each case what was measured so far, and what failed and why.

    A case that fails does not stop the others; an interrupt stops all of them.
    """
    folder = Path(tempfile.mkdtemp(prefix="benchmarks-"))
    found: list[Measurement] = []
    services = running_services(
        Kind.NATIVE, folder / "services", kafka_port=0, dynamodb_port=0, console=console
    )
    try:
        with one_signal_interrupts(), services as running:
            bench = Bench(running, folder, wanted, console)
            for name, case in cases.items():
                bench.say(f"{name} ...")
                try:
                    _collect(bench, case, found)
                except (BenchmarkError, StackError, KafkaException) as ex:
                    bench.fail(name, ex)
                except KeyboardInterrupt:
                    bench.fail(
                        f"{name} and what follows", BenchmarkError("interrupted")
                    )
                    yield _compared(found), bench.failed
                    return
                yield _compared(found), bench.failed
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _compared(found: list[Measurement]) -> list[Measurement]:
    return with_falls(with_ratios(merged(found), RAW.name), "flat")


def _collect(bench: Bench, case: Case, found: list[Measurement]) -> None:
    for one in case(bench):
        found.append(one)
        told = (f"{name} {values[-1]:,.1f}" for name, values in one.figures.items())
        bench.say(f"  {', '.join(one.what.values())}: {', '.join(told)}")


if __name__ == "__main__":
    typer.run(main)
