"""What Prometheus is told of batches, tallies and snapshots."""

import gc
import json
from typing import Any, cast

import msgspec
import pytest
from bytewax.testing import run_main
from prometheus_client import REGISTRY

from dataflows.logic import SessionsLogic
from dataflows.metrics import ShardMetrics, took_in
from dataflows.pace import Pace
from dataflows.playback.messages import RawBatch
from dataflows.playback.shard import Shard
from dataflows.playback.timing import Timing
from tests.dataflows.stream import START, Taken, batches, flat, flow_of


def told(name: str, **labels: str) -> float:
    """Return the value of one of our metrics now."""
    return REGISTRY.get_sample_value(f"live_viewers_{name}", labels) or 0.0


class Growth:
    """How much a metric grew since this was made."""

    def __init__(self, name: str, **labels: str) -> None:
        self._of: tuple[str, dict[str, Any]] = (name, labels)
        self._before = told(name, **labels)

    def __call__(self) -> float:
        return told(self._of[0], **self._of[1]) - self._before


def logic_of(stamp: int = START) -> SessionsLogic:
    """Return the logic of a new shard; its clock stands still."""
    return SessionsLogic(None, Timing(), lambda: stamp, {}, Pace())


def routed(*messages: bytes, stamped_ms: int = 0) -> RawBatch:
    """Return a batch as a shard gets it."""
    return RawBatch(
        "events",
        "0",
        list(range(len(messages))),
        list(messages),
        stamped_ms=stamped_ms,
    )


def test_partition() -> None:
    """A batch tells how much was read, and how far behind that is."""
    received = Growth("messages_received_total", partition="7")
    took_in(RawBatch("events", "7", [0, 1], [b"", b""], lag_messages=5, lag_ms=1_500))

    assert received() == 2
    assert told("lag_messages", partition="7") == 5
    assert told("lag_seconds", partition="7") == 1.5


def test_what_became_of_messages() -> None:
    """Every message of a flow is in one outcome and one shape."""
    messages = [
        flat("ann", "play", 0),
        flat("ann", "play", 0),
        flat("ann", "pause", 1_000),
        b"nonsense",
    ]
    used = Growth("events_total", outcome="used", reason="")
    duplicate = Growth("events_total", outcome="duplicate", reason="")
    refused = Growth("events_total", outcome="dead_letter", reason="unparsable")
    shape = Growth("events_by_shape_total", shape="flat_json")
    started = Growth("sessions_total", change="started")
    run_main(flow_of(batches(messages, 2), Taken(), lambda: START + 2_000))

    assert (used(), duplicate(), refused()) == (2, 1, 1)
    assert (shape(), started()) == (3, 1)


def test_resumed_shard_counts_what_is_new() -> None:
    """What was counted before the process began is not counted again."""
    first = logic_of()
    first.on_batch([routed(flat("bob", "play", 0))])
    used = Growth("events_total", outcome="used", reason="")
    later = START + 5_000
    again = SessionsLogic(first.snapshot(), Timing(), lambda: later, {}, Pace())
    again.on_batch([routed(flat("bob", "pause", 4_000))])

    assert used() == 1


def test_viewers_and_watermark_are_of_the_live_shards() -> None:
    """Gauges add up the shards of this process, and forget one that is gone."""
    gc.collect()
    viewers = Growth("viewers", status="WATCHING_VIDEO")
    logics = [logic_of(), logic_of()]
    for logic, viewer in zip(logics, ("ann", "bob"), strict=True):
        logic.on_batch([routed(flat(viewer, "play", 0))])
    assert viewers() == 2
    assert told("watermark_timestamp_seconds") > 0

    del logics[0], logic
    gc.collect()
    assert viewers() == 1


def test_snapshot() -> None:
    """A snapshot counts its time and bytes, and is what the state takes."""
    logic = logic_of()
    seconds, size = Growth("snapshot_seconds_count"), Growth("snapshot_bytes_total")
    state = Growth("state_bytes")
    packed = [cast("bytes", logic.snapshot()) for _ in range(2)]

    assert seconds() == 2
    assert size() == 2 * len(packed[0])
    assert state() == len(packed[0])


def test_sessions_that_are_taken_back() -> None:
    """A counter does not fall when a late event takes back what was counted."""
    tally = Shard(Timing()).tally()
    metrics = ShardMetrics(tally)
    left = Growth("sessions_total", change="left")
    for count in (2, 1):
        metrics.tell(msgspec.structs.replace(tally, sessions_left=count))

    assert left() == 2


@pytest.mark.parametrize(
    ("stamped_ms", "count", "seconds"),
    [(START - 250, 1, 0.25), (START + 50, 1, 0), (0, 0, 0)],
)
def test_event_to_profile(stamped_ms: int, count: int, seconds: float) -> None:
    """From the stamp to the profile; a stamp ahead is no time, and none is nothing."""
    logic = logic_of()
    observed = Growth("event_to_profile_seconds_count")
    total = Growth("event_to_profile_seconds_sum")
    logic.on_batch([routed(flat("ann", "play", 0), stamped_ms=stamped_ms)])
    logic.on_eof()

    assert observed() == count
    assert total() == pytest.approx(seconds)


def test_buckets_hold_all_up_to_their_edge() -> None:
    """A latency is in each bucket whose edge, in seconds, is not below it."""
    names = ("0.2", "0.25", "0.35", "+Inf")
    buckets = [Growth("event_to_profile_seconds_bucket", le=edge) for edge in names]
    logic = logic_of()
    logic.on_batch([routed(flat("ann", "play", 0), stamped_ms=START - 250)])
    logic.on_eof()

    assert [grown() for grown in buckets] == [0, 1, 1, 1]


def test_what_changes_nothing_has_no_latency() -> None:
    """An event that shows in no profile is not timed."""
    logic = logic_of()
    message = flat("ann", "play", 0)
    logic.on_batch([routed(message)])
    observed = Growth("event_to_profile_seconds_count")
    logic.on_batch([routed(message, stamped_ms=START - 250)])
    logic.on_eof()

    assert observed() == 0


def test_what_is_read_again_has_no_latency() -> None:
    """After a restart only what nobody read before is timed, also in one call."""
    logic = logic_of(START + 2_000)
    observed = Growth("event_to_profile_seconds_count")
    total = Growth("event_to_profile_seconds_sum")
    old, new = (
        RawBatch(
            "events",
            "0",
            [offset],
            [flat(viewer, "play", at)],
            stamped_ms=START + at,
            reread=8,
            replayed=at < 0,
        )
        for offset, viewer, at in ((1, "ann", -16_000), (2, "bob", 1_990))
    )
    logic.on_batch([old])
    logic.on_batch([old, new, RawBatch("events", "0", every=("0",), reread=8)])
    logic.on_eof()

    assert observed() == 1
    assert total() == pytest.approx(0.01)


def test_audience_tells_the_latency() -> None:
    """The audience's records hold the latency, and hold none where none is known."""
    raw = batches([flat("ann", "play", 0), flat("bob", "play", 0)], 2)
    known, unknown = Taken(), Taken()
    stamped = [
        RawBatch(b.topic, b.partition, b.offsets, b.values, stamped_ms=START)
        for b in raw
    ]
    run_main(flow_of(stamped, known, lambda: START + 28))
    run_main(flow_of(raw, unknown, lambda: START + 28))

    value = json.loads(known.audience[-1][1].value or b"")
    assert (value["latency_p50_ms"], value["latency_p99_ms"]) == (25.0, 29.9)
    value = json.loads(unknown.audience[-1][1].value or b"")
    assert (value["latency_p50_ms"], value["latency_p99_ms"]) == (None, None)


def test_session_that_is_left_again_and_again() -> None:
    """What was taken back and came again is counted once."""
    left = Growth("sessions_total", change="left")
    shard = Shard(Timing())
    metrics = ShardMetrics(shard.tally())
    for number in (1, 0, 1, 0, 1, 2):
        metrics.tell(msgspec.structs.replace(shard.tally(), sessions_left=number))

    assert left() == 2
