"""Where an event's microseconds go, seen by py-spy from outside.

py-spy is no dependency: the one on the path is taken, else uv fetches one for the
moment. It samples Python; what native code does, librdkafka's and Bytewax's included,
counts for the Python that called it, and their own threads for nothing.
"""

import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from stack.collector.shapes import Shape
from tests.benchmarks.bench import Bench
from tests.benchmarks.errors import BenchmarkError
from tests.benchmarks.flow import flow_over
from tests.benchmarks.processes import ROOT, Process
from tests.benchmarks.progress import Progress, Sample, in_topic
from tests.benchmarks.results import Measurement, once
from tests.benchmarks.topics import reading

__all__ = ["measure"]

# Where Python keeps its own modules and those of others.
_PLACES: Final = re.compile(r"^.*/(site-packages|python3\.\d+)/")
_RATE: Final = 200
_PACKAGES: Final = (f"{ROOT}/dataflows/", f"{ROOT}/sinks/")
_ENGINE: Final = "Bytewax and what is below"
_ROWS: Final = 20
_START_WITHIN_S: Final = 60


class _Stack(NamedTuple):
    """Frames from the outermost in, and in how many samples they were seen."""

    frames: list[str]
    samples: int


def measure(bench: Bench) -> Iterator[Measurement]:
    """Profile one process in the middle of its work, by step and by module."""
    py_spy = _py_spy()
    source = bench.wanted.source(Shape.FLAT, bench.wanted.middle)
    topic, servers = bench.filled(source), bench.services.bootstrap_servers
    with flow_over(bench, topic) as flow:
        audience = reading(servers, flow.settings.audience_topic)
        with audience as consumer, flow.running() as (process,):
            flow.wait_done(1, [process])
            told = in_topic(consumer)
            before = _newest(told)
            file, seconds = bench.folder / "profile", bench.wanted.profile_s
            stacks = _record(py_spy, process, file, seconds)
            after = _newest(told)
    pace = (after.done - before.done) / (after.at_s - before.at_s)
    events = pace * bench.wanted.profile_s
    for case, name_of in (("steps", _step), ("modules", _module)):
        counts: Counter[str] = Counter()
        for stack in stacks:
            counts[name_of(stack.frames)] += stack.samples
        for name, count in counts.most_common(_ROWS):
            figures = {"event_us": count / _RATE / events * 1e6}
            yield once(case, {"where": name}, figures)


def _newest(told: Progress) -> Sample:
    """Return the newest sample; the flow tells one a second."""
    while not (samples := told()):
        pass
    return samples[-1]


def _record(
    py_spy: list[str], process: Process, path: Path, seconds: int
) -> list[_Stack]:
    command = [*py_spy, "record", "--pid", str(process.pid), "--format", "raw"]
    command += ["--function", "--full-filenames", "--rate", str(_RATE)]
    command += ["--duration", str(seconds), "--output", str(path)]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=seconds + _START_WITHIN_S,
        check=False,
    )
    if not path.exists():
        msg = f"py-spy must be let near `{process.name}`; it says: {done.stderr}"
        raise BenchmarkError(msg)
    lines = (line.rpartition(" ") for line in path.read_text().splitlines())
    return [_Stack(frames.split(";"), int(count)) for frames, _, count in lines]


def _py_spy() -> list[str]:
    """Return the command; it is fetched now, and not while the flow works.

    Raises:
        BenchmarkError: it can't be had.

    """
    uv = Path(sys.executable).with_name("uv")
    found = shutil.which("py-spy")
    command = [found] if found else [str(uv), "tool", "run", "py-spy"]
    try:
        asked = [*command, "--version"]
        subprocess.run(asked, capture_output=True, check=True, timeout=_START_WITHIN_S)
    except (OSError, subprocess.SubprocessError) as ex:
        msg = f"py-spy must be there; got {ex}; install it, or leave out --profile"
        raise BenchmarkError(msg) from ex
    return command


def _ours(frame: str) -> bool:
    """Return whether a frame, such as `pack (/…/dataflows/logic.py)`, is ours."""
    return any(package in frame for package in _PACKAGES)


def _step(frames: list[str]) -> str:
    """Return the first function of the project that the engine called."""
    return next((_short(frame) for frame in frames if _ours(frame)), _ENGINE)


def _module(frames: list[str]) -> str:
    """Return the file whose code ran, or that waited for native code."""
    last = frames[-1]
    return _short(last).rpartition(" ")[2] if _ours(last) else _outside(last)


def _outside(frame: str) -> str:
    return _ENGINE if "/bytewax/" in frame else _short(frame).rpartition(" ")[2]


def _short(frame: str) -> str:
    """Return the function and its file, such as `pack dataflows/logic.py`."""
    function, _, place = frame.partition(" (")
    path = place.rpartition(":")[0].removeprefix(f"{ROOT}/")
    return f"{function} {_PLACES.sub('', path)}"
