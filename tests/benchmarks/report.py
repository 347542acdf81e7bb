"""Write `docs/performance.md` out of results: `python -m tests.benchmarks.report FILE`.

The text stands here, the figures come from the file; whoever changes how something is
measured finds the words for it below.
"""

import sys
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from tests.benchmarks.errors import reason
from tests.benchmarks.results import Results, read
from tests.benchmarks.tables import rows

__all__ = ["markdown"]


class _Section(NamedTuple):
    """What a table is headed by; one without a title goes on under the last."""

    case: str
    title: str
    text: str


_WIDTH: Final = 88
_HEAD: Final = """\
# Performance

Made by `make bench`, which runs all of this again; don't edit by hand. Everything was
measured on one machine that also ran Kafka, DynamoDB Local and what sent the events, so
figures of one run compare with each other, and with no other run's. A figure is the
median of its repeats, with the least and the most behind it where there were several.
"""
_SECTIONS: Final = (
    _Section(
        "throughput",
        "Throughput",
        "Full semantics, recovery on with an epoch of 2 s, Kafka in and out, no "
        "tables. A topic of four partitions is filled beforehand, with six events a "
        "viewer at least, and read from its beginning; keys are random. A viewer "
        "sends an event every 5 s of event time: sessions of 27 events, six of them "
        "changes of status, then a new session under a new id. Time runs from the "
        "first event done to the last: what went through the sessions, as "
        "`live-audience` tells it once a second, so the start of the processes is not "
        "in it. Engines take turns. Programs that are too slow to come to the end are "
        "watched for a while, and their whole run is what they did in it. CPU is of "
        "all processes of an engine, the broker's is not in it.",
    ),
    _Section(
        "scaling",
        "A second process, without the broker",
        "The same flow, recovery on, over messages of the flat shape that each process "
        "has in memory, its writes thrown away: two cores for two processes. Under "
        "Throughput the broker and whoever reads along take their part of them. Those "
        "that know nothing of each other are clusters of one process, at once, with "
        "their part of the viewers and events each: as much as the machine has to give "
        "to so many, whoever shared the work out.",
    ),
    _Section(
        "flat",
        "Flat",
        "One process over the flat shape, from the runs under Throughput: how much "
        "less than at the fewest viewers, and resident memory when all events were "
        "done. Each viewer sends one event first, so all are there from then on; with "
        "a million of them event time passes so slowly that nobody leaves. Live "
        "viewers are those of an open session; who has left is known for ten minutes "
        "more.",
    ),
    _Section(
        "turnovers",
        "Turnovers",
        "Flat over turnovers: after each, every viewer has left and another has come. "
        "The memory of the first of those runs, which grows until the first closed "
        "sessions' retention is over.",
    ),
    _Section(
        "core turnovers",
        "Turnovers of the core",
        "The core alone, without the collector of cycles: so many viewers come, all "
        "leave, and their retention is over when the next come. Ten thousand others "
        "are known in the end.",
    ),
    _Section(
        "latency",
        "Latency",
        "From the call that sends an event until its change of status can be read, "
        "events arriving as they would live, recovery on with an epoch of 2 s. The "
        "time of sending is part of the event's id. On the topic every change is timed "
        "by a consumer; in DynamoDB one change after the other is picked from the "
        "source topic and its item asked for until it is there, or for five seconds, "
        "so a figure may be too large by the resolution. *Kept up* is 1 where the flow "
        "came to the end of what was sent meanwhile. With recovery off no epoch ends, "
        "so what p99 and max are more with it is what the ends of epochs cost.",
    ),
    _Section(
        "dynamodb",
        "DynamoDB",
        "The same input with tables on, beside full batches of items of the history's "
        "size and nothing else. Items are counted in the tables at the end: a profile "
        "that was written over counts once, so both together are the least that was "
        "written.",
    ),
    _Section(
        "recovery",
        "Recovery",
        "The flow reads a topic of up to twelve events a viewer; nobody leaves, for "
        "the gaps are an hour long. When all are done others go on sending, see "
        "below; SIGKILL; an event for each of the 128 shards by a new viewer; start. "
        "The time is from the start of the process until the first profile can be "
        "read, and until one of every shard can: then all state is loaded. Live state "
        "is the newest snapshot of every key. MB is the process's memory after that.",
    ),
    _Section(
        "written",
        "What epochs write",
        "Snapshots as they are written to the recovery store in the same runs: while "
        "the topic is read, then while viewers picked by chance go on, then while one "
        "alone does. The store is the largest that was seen on disk. The slowest "
        "epoch's snapshot is the longest that packing held the stream within 2 s, by "
        "the flow's own metric.",
    ),
    _Section(
        "snapshot",
        "Snapshots",
        "Packing all shards in one process, without the engine or the store.",
    ),
    _Section(
        "feed",
        "The dashboard's feed",
        "How fast a starting dashboard reads the compacted profiles: three a viewer.",
    ),
    _Section(
        "core",
        "The core",
        "Route, decode and apply in one process, without Kafka or the engine, 500 "
        "viewers. The reference is a small fixed program run in turn with it; "
        "`tests/benchmarks/test_core_speed.py` guards the ratio.",
    ),
    _Section(
        "steps",
        "Where an event's microseconds go",
        "Samples of py-spy while one process works on the flat shape: wall time of its "
        "Python threads. First by the function of ours that the engine called; time in "
        "native code counts for the Python that called it.",
    ),
    _Section("modules", "", "And by the file whose code ran."),
)


def markdown(results: Results) -> str:
    """Return the page."""
    return "\n".join([_HEAD, *_machine(results), *_tables(results)])


def _machine(results: Results) -> Iterator[str]:
    facts = {**results.machine, **results.options}
    yield from _table([["", ""], *([name, text] for name, text in facts.items())])
    for what, why in results.failed.items():
        yield f"{textwrap.fill(f'Not measured: {what}: {reason(why)}', _WIDTH)}\n"


def _tables(results: Results) -> Iterator[str]:
    for section in _SECTIONS:
        table = rows(section.case, results.measurements)
        if len(table) > 1:
            if section.title:
                yield f"## {section.title}\n"
            yield f"{textwrap.fill(section.text, _WIDTH)}\n"
            yield from _table(table)


def _table(table: Sequence[Sequence[str]]) -> Iterator[str]:
    head, *body = table
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    yield from (f"| {' | '.join(cells)} |" for cells in body)
    yield ""


if __name__ == "__main__":
    sys.stdout.write(markdown(read(Path(sys.argv[1]))))
