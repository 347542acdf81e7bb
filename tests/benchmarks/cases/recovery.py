"""Recovery: the size of the store while the flow runs, and the time after a kill."""

import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import Final

from confluent_kafka import OFFSET_END, Message, Producer

from stack.collector.shapes import Shape
from tests.benchmarks import store, topics
from tests.benchmarks.bench import Bench, Source
from tests.benchmarks.errors import BenchmarkError
from tests.benchmarks.flow import Flow, flow_over
from tests.benchmarks.processes import Process
from tests.benchmarks.progress import in_topic
from tests.benchmarks.results import Measurement, once
from tests.benchmarks.runs import watch
from tests.benchmarks.stamps import now_us
from tests.benchmarks.stream import Crowd

__all__ = ["measure"]

_EPOCHS_S: Final = 7.0
"""Three epochs: the last events are in one of them that has ended."""
_RESTART_WITHIN_S: Final = 180.0
_PROBE_EVERY_S: Final = 0.2


def measure(bench: Bench) -> Iterator[Measurement]:
    """Run the flow over many viewers, look at its store, kill it and start it again."""
    for viewers in bench.wanted.viewers[1:]:
        source = bench.wanted.source(Shape.FLAT, viewers)
        what = {"viewers": f"{viewers:,}"}
        yield once("recovery", what, _measure(bench, source))


def _measure(bench: Bench, source: Source) -> dict[str, float]:
    topic = bench.filled(source)
    with flow_over(bench, topic) as flow:
        with flow.running() as processes:
            figures = _while_running(bench, flow, processes, source)
            probe = _Probe(bench, topic, bench.end_ms(source))
            figures |= _when_one_changes(flow, processes, probe)
        killed_s = time.monotonic()
        with flow.running() as processes:
            probe.await_profile(flow, processes)
            figures["restart_s"] = time.monotonic() - killed_s
            figures["live_viewers"] = flow.wait_done(1, processes).viewers
    return figures


def _while_running(
    bench: Bench, flow: Flow, processes: Sequence[Process], source: Source
) -> dict[str, float]:
    """Return the sizes of the store over the whole run, and at its end."""
    sizes: list[int] = []
    audience = flow.settings.audience_topic
    with topics.reading(bench.services.bootstrap_servers, audience) as consumer:
        told = in_topic(consumer)

        def look() -> None:
            sizes.append(store.disk_bytes(flow.recovery))

        run = watch(told, processes, source.events, bench.wanted.patience_s, look)
    if run.samples[-1].done < source.events:
        msg = f"`{source.topic}` must be done before a kill; got {run.samples[-1]}"
        raise BenchmarkError(msg)
    _let_epochs_end(processes)
    live = store.live_bytes(flow.recovery)
    size = store.disk_bytes(flow.recovery)
    return {
        "live_mb": live / 1e6,
        "store_mb": size / 1e6,
        "store_peak_mb": max(*sizes, size) / 1e6,
        "store_ratio": size / live,
    }


def _when_one_changes(
    flow: Flow, processes: Sequence[Process], probe: "_Probe"
) -> dict[str, float]:
    """Return what share of the state an epoch writes in which one viewer changes."""
    since = store.newest_epoch(flow.recovery)
    until_s = time.monotonic() + _EPOCHS_S
    while time.monotonic() < until_s:
        probe.send()
        time.sleep(_PROBE_EVERY_S)
    written = store.written_bytes(flow.recovery, since)
    live = store.live_bytes(flow.recovery)
    for process in processes:
        process.check()
    return {"few_changed_share": 100 * statistics.median(written or [0]) / live}


def _let_epochs_end(processes: Sequence[Process]) -> None:
    time.sleep(_EPOCHS_S)
    for process in processes:
        process.check()


class _Probe:
    """One more viewer, whose profiles tell that the flow works.

    Event time goes on from the end of the topic: a leap would close all sessions.
    """

    def __init__(self, bench: Bench, topic: str, end_ms: int) -> None:
        self._servers = bench.services.bootstrap_servers
        self._topic = topic
        self._name = bench.unique("probe")
        self._crowd = Crowd(Shape.FLAT, 1, name=self._name)
        self._producer: Producer = topics.fast_producer(self._servers)
        self._end_ms = end_ms
        self._begun_s = time.monotonic()

    def send(self) -> None:
        """Send the viewer's next event."""
        at_ms = self._end_ms + int((time.monotonic() - self._begun_s) * 1000)
        self._producer.produce(self._topic, self._crowd.message(at_ms, now_us()))
        self._producer.flush()

    def await_profile(self, flow: Flow, processes: Sequence[Process]) -> None:
        """Send events until a profile tells of one.

        Raises:
            BenchmarkError: none does in time.

        """
        begun_s = sent_s = time.monotonic()
        with ExitStack() as stack:
            name = flow.settings.profiles_topic
            profiles = topics.reading(self._servers, name, OFFSET_END)
            consumer = stack.enter_context(profiles)
            while time.monotonic() - begun_s < _RESTART_WITHIN_S:
                if time.monotonic() >= sent_s:
                    self.send()
                    sent_s = time.monotonic() + _PROBE_EVERY_S
                if self._tells(consumer.poll(_PROBE_EVERY_S / 10)):
                    return
                for process in processes:
                    process.check()
        msg = f"`flow` must work {_RESTART_WITHIN_S:.0f} s after a kill; it did not"
        raise BenchmarkError(msg)

    def _tells(self, profile: Message | None) -> bool:
        """Return whether a message is a profile of this viewer."""
        if profile is None or profile.error() is not None:
            return False
        return (profile.key() or b"").startswith(self._name.encode())
