"""Recovery: what is written while the flow runs, and the time that a restart takes."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from confluent_kafka import OFFSET_END

from stack.collector.shapes import Shape
from stack.services.ports import free_ports
from tests.benchmarks import store
from tests.benchmarks.bench import Bench, Source
from tests.benchmarks.errors import BenchmarkError
from tests.benchmarks.flow import NO_TABLES, Cluster, Flow, flow_over
from tests.benchmarks.processes import Process
from tests.benchmarks.progress import in_topic
from tests.benchmarks.results import Measurement, once
from tests.benchmarks.runs import Run, watch
from tests.benchmarks.senders import Answers, EventTime, Sender, one_of_each_shard
from tests.benchmarks.snapshots import Writes, metrics_env
from tests.benchmarks.stream import Crowd
from tests.benchmarks.topics import reading

__all__ = ["measure"]

_RESTART_WITHIN_S: Final = 180.0
_EVENTS_A_VIEWER: Final = 12
"""As many as a viewer sends in a minute: what came before that is settled."""
_GAPS: Final = dict.fromkeys(
    ("GAP_PLAYING_S", "GAP_PAUSED_S", "GAP_COMPLETED_S"), "3600"
)
"""Nobody leaves while it is measured, who is silent since their topic has ended."""
_ALONE_EPS: Final = 5.0
_ALL: Final = 100.0


@dataclass(frozen=True)
class _Trial:
    """A running flow over a source, whose metrics are told on a port."""

    bench: Bench
    source: Source
    flow: Flow
    port: int
    event_time: EventTime

    def measurement(
        self, case: str, what: dict[str, str], figures: dict[str, float]
    ) -> Measurement:
        """Return a measurement at so many viewers."""
        return once(case, {"viewers": f"{self.source.viewers:,}", **what}, figures)


def measure(bench: Bench) -> Iterator[Measurement]:
    """Run the flow over many viewers, look at its store, kill it and start it again."""
    for viewers in bench.wanted.viewers[1:]:
        whole = bench.wanted.source(Shape.FLAT, viewers)
        events = min(whole.events, viewers * _EVENTS_A_VIEWER)
        source = Source(Shape.FLAT, viewers, events)
        topic, (port,) = bench.filled(source), free_ports(1)
        more = NO_TABLES | _GAPS | metrics_env(port)
        with flow_over(bench, topic, Cluster(), more) as flow:
            event_time = EventTime(bench.end_ms(source))
            yield from _measure(_Trial(bench, source, flow, port, event_time))


def _measure(trial: _Trial) -> Iterator[Measurement]:
    flow = trial.flow
    with flow.running() as processes:
        writes = Writes(flow.recovery, trial.port)
        run = _to_the_end(trial, processes, writes)
        yield trial.measurement("written", {"who sends": "all"}, writes.figures())
        if run.done_percent == _ALL:
            yield from _afterwards(trial, processes)
        else:
            why = f"the flow must be done before others go on; got {run.samples[-1]}"
            what = f"what epochs write after {trial.source.topic}"
            trial.bench.fail(what, BenchmarkError(why))
    held = {"live_viewers": run.samples[-1].viewers, "done_percent": run.done_percent}
    live_mb = store.live_bytes(flow.recovery) / 1e6
    told = held | {"live_mb": live_mb} | _restart(trial)
    yield trial.measurement("recovery", {}, told)


def _afterwards(trial: _Trial, processes: Sequence[Process]) -> Iterator[Measurement]:
    """Yield what is written while all go on by chance, then one alone."""
    written_s, topic = trial.bench.wanted.written_s, trial.source.topic
    for who, crowd, rate in _senders(trial):
        sender = Sender(trial.bench, topic, trial.event_time, crowd, rate)
        # What went before is written within a round of the shards.
        _go_on(processes, written_s / 3, sender.send_due)
        writes = Writes(trial.flow.recovery, trial.port)
        _go_on(processes, written_s, sender.send_due, writes.look)
        yield trial.measurement("written", {"who sends": who}, writes.figures())


def _to_the_end(trial: _Trial, processes: Sequence[Process], writes: Writes) -> Run:
    """Watch the flow until it has done the topic, or as long as patience lasts."""
    servers = trial.bench.services.bootstrap_servers
    longest_s = trial.bench.wanted.patience(trial.source)
    with reading(servers, trial.flow.settings.audience_topic) as consumer:
        told = in_topic(consumer)
        return watch(told, processes, trial.source.events, longest_s, writes.look)


def _senders(trial: _Trial) -> Iterator[tuple[str, Crowd, float]]:
    """Yield who sends after that: all by chance, then one, whom nobody knew."""
    rate, bench = trial.bench.wanted.rates[0], trial.bench
    all_of_them = Crowd(Shape.FLAT, trial.source.viewers)
    yield f"by chance, {rate:,.0f} events/s", all_of_them, rate
    yield "one viewer", Crowd(Shape.FLAT, 1, name=bench.unique("alone")), _ALONE_EPS


def _go_on(
    processes: Sequence[Process], seconds: float, *steps: Callable[[], None]
) -> None:
    until_s = time.monotonic() + seconds
    while time.monotonic() < until_s:
        for step in steps:
            step()
        for process in processes:
            process.check()


def _restart(trial: _Trial) -> dict[str, float]:
    """Return how long it takes from the start until profiles of new events come."""
    flow, servers = trial.flow, trial.bench.services.bootstrap_servers
    one_of_each_shard(trial.bench, trial.source.topic, trial.event_time)
    with reading(servers, flow.settings.profiles_topic, OFFSET_END) as consumer:
        consumer.consume(1, timeout=1.0)  # so that it is there before the flow
        answers = Answers(consumer)
        with flow.running() as processes:
            until_s = time.monotonic() + _RESTART_WITHIN_S
            while not answers.all_there and time.monotonic() < until_s:
                answers.look()
                for process in processes:
                    process.check()
            rss = sum(process.usage().rss_bytes for process in processes)
    return answers.figures() | {"rss_mb": rss / 1e6}
