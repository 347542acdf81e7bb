"""How far a program has come, told about once a second, and the rates in that.

The flow tells it in the `live-audience` topic; others print `processed=N ts=T`. Both
are seen so far apart that the ends of a run are taken from the rate beside them.
"""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from confluent_kafka import Consumer

from dataflows.playback.audience import audience_from_json

__all__ = [
    "Progress",
    "Sample",
    "best_rate",
    "in_log",
    "in_topic",
    "in_turn",
    "sample_of",
    "span",
    "together",
]


class Sample(NamedTuple):
    """How many events were done at a time of the clock, in seconds since 1970.

    Where it is told: `viewers` who are held then, and how many events were `used`.
    """

    at_s: float
    done: int
    viewers: int = 0
    used: int | None = None


Progress = Callable[[], list[Sample]]
"""Returns what was told since it was last asked."""

_BEST_S: Final = 5.0
_LINE: Final = re.compile(r"processed=(\d+) ts=(\d+\.?\d*)")


def in_topic(consumer: Consumer) -> Progress:
    """Return the progress that the audience topic tells.

    Done is what went through the sessions, or was refused on the way: not what was only
    read.
    """

    def told() -> list[Sample]:
        found = []
        for message in consumer.consume(100, timeout=0.2):
            if message.error() is None:
                at_s = message.timestamp()[1] / 1000
                found.append(sample_of(message.value() or b"", at_s))
        return found

    return told


def sample_of(record: bytes, at_s: float) -> Sample:
    """Return what a record of the audience tells, at a time of the clock."""
    audience = audience_from_json(record)
    events = audience.events
    refused = sum(events.dead_letters.values())
    done = events.used + events.duplicate + events.late + events.skipped + refused
    return Sample(at_s, done, sum(audience.viewers.values()), events.used)


def in_log(log: Path) -> Progress:
    """Return the progress that a program prints."""
    seen = 0

    def told() -> list[Sample]:
        nonlocal seen
        lines = log.read_text(errors="replace").splitlines(keepends=True)
        whole = [line for line in lines if line.endswith("\n")]
        new, seen = whole[seen:], len(whole)
        matches = (_LINE.search(line) for line in new)
        return [Sample(float(m[2]), int(m[1])) for m in matches if m]

    return told


def in_turn(progresses: Sequence[Progress]) -> Progress:
    """Return the progress that any of some tells, of one program."""

    def told() -> list[Sample]:
        return [sample for progress in progresses for sample in progress()]

    return told


def together(progresses: Sequence[Progress]) -> Progress:
    """Return the progress of programs as that of one, which has done what all have."""
    done = [0] * len(progresses)

    def told() -> list[Sample]:
        new = [
            (sample.at_s, number, sample.done)
            for number, progress in enumerate(progresses)
            for sample in progress()
        ]
        found = []
        for at_s, number, so_far in sorted(new):
            done[number] = so_far
            found.append(Sample(at_s, sum(done)))
        return found

    return told


def best_rate(samples: Sequence[Sample]) -> float:
    """Return the events a second of the best five seconds, of all if there are less."""
    whole = span(samples)
    if whole[1].at_s - whole[0].at_s < _BEST_S:
        return _rate(*whole)
    rates = [_rate(*whole)]
    for number, first in enumerate(samples):
        for last in samples[number + 1 :]:
            if last.at_s - first.at_s >= _BEST_S:
                rates.append(_rate(first, last))
                break
    return max(rates)


def span(samples: Sequence[Sample]) -> tuple[Sample, Sample]:
    """Return the first and the last event of a run: when, and how many were done.

    The first was done some time before the first sample that tells of any, and the last
    some time before the first sample that tells of all; when, their neighbours' rate
    tells, within the second that is in doubt.
    """
    told = [s for s in samples if s.done]
    before = [s for s in samples if not s.done]
    first, last = told[0], next(s for s in told if s.done == told[-1].done)
    start_s = first.at_s - first.done / _pace(told[:3])
    if before:
        start_s = max(start_s, before[-1].at_s)
    steady = [s for s in told if s.done < last.done]
    end_s = last.at_s
    if steady:
        left = (last.done - steady[-1].done) / _pace(steady[-4:])
        end_s = min(end_s, steady[-1].at_s + left)
    return Sample(start_s, 0), Sample(end_s, last.done)


def _rate(first: Sample, last: Sample) -> float:
    return (last.done - first.done) / max(last.at_s - first.at_s, 0.001)


def _pace(samples: Sequence[Sample]) -> float:
    """Return the rate over neighbours; a lone sample's is what it did in a second."""
    if len(samples) < 2:
        return max(float(samples[0].done), 1.0)
    return max(_rate(samples[0], samples[-1]), 1.0)
