"""Windows open and close where Bytewax's own session windows do.

Both are defined where the gap is the same in every status and nothing is late. Bytewax
keeps a watermark for each key and we keep one for each shard, so the moment of a close
differs; where a session begins and which event is its last must not. Bytewax merges
sessions that a late event joins, as we do by folding again.
"""

from datetime import UTC, datetime, timedelta

import bytewax.operators as op
import bytewax.operators.windowing as win
from bytewax.dataflow import Dataflow
from bytewax.operators.windowing import EventClock, SessionWindower
from bytewax.testing import TestingSink, TestingSource, run_main
from hypothesis import given, settings
from hypothesis import strategies as st

from dataflows.playback.events import EventName, MediaEvent
from dataflows.playback.profile import PlaybackStatus, ms_from_iso
from dataflows.playback.shard import Shard
from dataflows.playback.timing import Timing
from tests.dataflows.playback.streams import Reader, flat
from tests.strategies import START_MS

GAP_MS = 90_000
LATENESS_MS = 30_000
TIMING = Timing(gap_paused=GAP_MS, gap_completed=GAP_MS, lateness=LATENESS_MS)

Bounds = set[tuple[str, int, int]]
"""Of all sessions: viewer, milliseconds of the first and of the last event."""


def _event_time(event: MediaEvent) -> datetime:
    return datetime.fromtimestamp(event.time / 1000, UTC)


def bytewax_says(events: list[MediaEvent]) -> Bounds:
    """Return the sessions that `collect_window` makes of the events."""
    clock = EventClock(
        ts_getter=_event_time,
        wait_for_system_duration=timedelta(milliseconds=LATENESS_MS),
        # Its watermark is carried on by a clock that must not outrun the test.
        now_getter=lambda: datetime.fromtimestamp(START_MS / 1000, UTC),
    )
    found: list[tuple[str, tuple[int, list[MediaEvent]]]] = []
    late: list[tuple[str, tuple[int, MediaEvent]]] = []
    flow = Dataflow("oracle")
    keyed = op.input("events", flow, TestingSource([(e.viewer_id, e) for e in events]))
    gap = SessionWindower(gap=timedelta(milliseconds=GAP_MS))
    windows = win.collect_window("sessions", keyed, clock, gap)
    op.output("down", windows.down, TestingSink(found))
    op.output("late", windows.late, TestingSink(late))
    run_main(flow)
    assert late == []
    times = [(viewer, [e.time for e in session]) for viewer, (_, session) in found]
    return {(viewer, min(of), max(of)) for viewer, of in times}


def we_say(events: list[MediaEvent]) -> Bounds:
    """Return the sessions that a shard's history tells of."""
    reader = Reader(Shard(TIMING))
    for event in events:
        reader.send(event)
    reader.send(flat(EventName.PING, 86_400, viewer_id="far"))
    reader.end()
    assert reader.letters == []
    # No content ends in these streams, so each session's last word is that it was left.
    return {
        (
            item.viewer_id,
            ms_from_iso(item.session_start),
            ms_from_iso(item.collector_tstamp) - GAP_MS,
        )
        for item in reader.history.values()
        if item.status is PlaybackStatus.LEFT
    }


_STEPS_MS = st.sampled_from(
    [0, 1, 10_000, 29_999, 45_000, 60_000, 89_999, 90_000, 90_001, 200_000]
)
_NAMES = st.sampled_from([EventName.PLAY, EventName.PAUSE, EventName.PING])


@st.composite
def arriving(draw: st.DrawFn) -> list[MediaEvent]:
    """Draw events of two viewers, delayed by less than the lateness bound."""
    delays = st.integers(0, LATENESS_MS - 1)
    steps = st.tuples(st.sampled_from("ab"), _NAMES, _STEPS_MS, delays)
    time, deliveries = 0, []
    for number, (viewer, name, step, delay) in enumerate(
        draw(st.lists(steps, min_size=1, max_size=12))
    ):
        time += step
        event = flat(name, time / 1000, viewer_id=viewer, event_id=str(number))
        deliveries.append((time + delay, number, event))
    return [event for _, _, event in sorted(deliveries, key=lambda d: d[:2])]


@given(arriving())
@settings(max_examples=40)
def test_sessions_are_bytewax_sessions(events: list[MediaEvent]) -> None:
    """Each session begins and ends with the events that Bytewax's does."""
    assert we_say(events) == bytewax_says(events)
