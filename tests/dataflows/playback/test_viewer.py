"""One viewer: disorder, duplicates, settling and closing."""

import random
from typing import Any

import msgspec
import pytest

import dataflows.playback.recent as recent_module
from dataflows.playback.events import Ad, EventName, MediaEvent
from dataflows.playback.folding import fold
from dataflows.playback.messages import Correction
from dataflows.playback.profile import HistoryItem, PlaybackStatus
from dataflows.playback.session import Session
from dataflows.playback.viewer import Viewer
from dataflows.playback.window import NEVER
from tests.dataflows.playback.streams import START_MS, TIMING, flat, full

PLAY, PAUSE, PING = EventName.PLAY, EventName.PAUSE, EventName.PING


def viewer_of(*events: MediaEvent, settled: int = NEVER) -> Viewer:
    """Return a viewer that heard these, in this order."""
    viewer, _ = Viewer.arrive(events[0], TIMING)
    for event in events[1:]:
        take(viewer, event, settled)
    return viewer


def take(viewer: Viewer, event: MediaEvent, settled: int = NEVER) -> Correction:
    """Give the viewer an event in a batch of its own; return what that did in all."""
    taken = viewer.take(event, TIMING, settled)
    if not viewer.pending:
        return taken
    caught_up = viewer.catch_up(TIMING, settled)
    return msgspec.structs.replace(caught_up, duplicate=taken.duplicate)


def held(viewer: Viewer) -> int:
    """Return how many events are kept of a viewer."""
    return sum(stretch.count for stretch in viewer.stretches)


def keys(correction: Correction) -> tuple[list[str], list[str]]:
    """Return the keys of what was wrong and of what is right, without the date."""
    wrong, right = (
        [item.collector_tstamp[14:23] for item in items]
        for items in (correction.wrong, correction.right)
    )
    return wrong, right


def test_arrival() -> None:
    """The first event is a viewer's first change."""
    _, correction = Viewer.arrive(full(PLAY), TIMING)

    assert keys(correction) == ([], ["00:00.000"])


def test_nothing_changed() -> None:
    """An event that changes no status corrects nothing."""
    assert take(viewer_of(full(PLAY)), full(PING, 5)) == Correction()


def test_late_event_between() -> None:
    """A late event takes back what never was, and puts right what was otherwise."""
    viewer = viewer_of(full(PLAY), full(PING, 20, paused=True), full(PING, 25))
    correction = take(viewer, full(PAUSE, 10, paused=True))

    assert keys(correction) == (["00:20.000"], ["00:10.000"])
    assert viewer.profile(TIMING).time_paused == 15


def test_late_event_before_all() -> None:
    """A session can begin earlier than it seemed."""
    viewer = viewer_of(full(PLAY, 10))
    correction = take(viewer, full(PLAY, 5))

    assert keys(correction) == (["00:10.000"], ["00:05.000"])
    assert viewer.session.start == START_MS + 5_000


def test_late_event_joins_two_sessions() -> None:
    """What was taken for two sessions is one, and nobody left in between."""
    viewer = viewer_of(full(PLAY), full(PLAY, 100))
    correction = take(viewer, full(PING, 80))

    assert keys(correction) == (["01:30.000", "01:40.000"], [])
    assert viewer.session.events == 3


def test_late_event_parts_a_session() -> None:
    """What was taken for one session is two, where a pause was none."""
    viewer = viewer_of(full(PAUSE, paused=True), full(PLAY, 100))
    correction = take(viewer, full(PLAY, 1))

    assert keys(correction) == (["01:40.000"], ["00:01.000", "01:31.000", "01:40.000"])


def test_duplicate() -> None:
    """A duplicate changes nothing, and is told to be one."""
    viewer = viewer_of(full(PLAY), full(PAUSE, 5, paused=True))
    correction = take(viewer, full(PLAY))

    assert correction == Correction(duplicate=True)
    assert viewer.session.events == 2


def test_id_within_another_text() -> None:
    """An id that another event's text holds is no duplicate for that."""
    viewer = viewer_of(flat(PLAY, ad=Ad("again")), full(PING, 1))
    correction = take(viewer, full(PAUSE, 5, paused=True, event_id="again"))

    assert not correction.duplicate
    assert viewer.session.events == 3


def test_duplicate_stamped_earlier() -> None:
    """Of two deliveries the earlier stamp counts; the profile is no older for it."""
    viewer = viewer_of(full(PLAY), full(PAUSE, 5, paused=True, event_id="p"))
    version = viewer.profile(TIMING).version
    correction = take(viewer, full(PAUSE, 4, paused=True, event_id="p"))

    assert keys(correction) == (["00:05.000"], ["00:04.000"])
    assert correction.duplicate
    assert viewer.profile(TIMING).version == version


def test_duplicate_stamped_later() -> None:
    """A later stamp is no news of the event, yet the profile's version knows it."""
    first, second = (full(PLAY, at, event_id="p") for at in (4, 5))
    there, back = viewer_of(first, second), viewer_of(second, first)

    assert there.profile(TIMING) == back.profile(TIMING)
    assert there.session.last == START_MS + 4_000


def test_close_and_reopen() -> None:
    """A close that an event proves wrong is taken back."""
    viewer = viewer_of(full(PLAY))
    left = viewer.close(TIMING)
    reopening = take(viewer, full(PAUSE, 60, paused=True))

    assert left is not None
    assert left.collector_tstamp[14:23] == "01:30.000"
    assert keys(reopening) == (["01:30.000"], ["01:00.000"])
    assert viewer.profile(TIMING).status is PlaybackStatus.PAUSED_VIDEO


def test_close_that_holds() -> None:
    """An event of the next session leaves the close before it as it is."""
    viewer = viewer_of(full(PLAY))
    viewer.close(TIMING)

    assert keys(take(viewer, full(PLAY, 100))) == ([], ["01:40.000"])


def test_close_of_completed() -> None:
    """Who saw the end has not left."""
    viewer = viewer_of(full(EventName.END, ended=True))

    assert viewer.close(TIMING) is None
    assert take(viewer, full(PING, 10, ended=True)) == Correction()


def test_due() -> None:
    """An open session is due after its gap, a closed one after the retention too."""
    viewer = viewer_of(full(PLAY))
    open_until = viewer.due(TIMING)
    viewer.close(TIMING)

    assert open_until == START_MS + 90_000
    assert viewer.due(TIMING) == open_until + 600_000


def test_settling_is_not_seen() -> None:
    """A viewer whose old events are settled is as one that keeps them all."""
    rng = random.Random(1)
    names = [PLAY, PAUSE, PING, EventName.END, EventName.AD_START]
    events = [flat(rng.choice(names), at * 7) for at in range(60)]
    kept, _ = Viewer.arrive(events[0], TIMING)
    for lag in (0, 10_000, 60_000):
        settling, _ = Viewer.arrive(events[0], TIMING)
        kept = viewer_of(events[0])
        for event in events[1:]:
            mine = take(settling, event, event.time - lag)
            assert mine == take(kept, event)
        assert settling.profile(TIMING) == kept.profile(TIMING)
        assert held(settling) < held(kept)


def test_late_event_after_settling() -> None:
    """A late event is put among the recent ones, after what is settled."""
    events = [full(PLAY), full(PAUSE, 50, paused=True), full(PLAY, 130)]
    viewer = viewer_of(*events, settled=START_MS + 60_000)
    correction = take(viewer, full(PING, 120, paused=True), START_MS + 70_000)

    assert correction == Correction()
    assert viewer.profile(TIMING).time_paused == 80
    assert viewer.stretches[0].before("alice") is not None


def test_correction_after_settling() -> None:
    """When some of the recent events are settled, only what is wrong is corrected."""
    events = [
        full(PLAY if at % 20 else PAUSE, at, paused=not at % 20)
        for at in range(0, 100, 10)
    ]
    viewer = viewer_of(*events)
    take(viewer, full(PING, 100), START_MS + 55_000)
    correction = take(viewer, full(PAUSE, 75, paused=True), START_MS + 55_000)

    assert held(viewer) == 8
    assert keys(correction) == (["01:20.000"], ["01:15.000"])


def test_duplicate_of_what_is_settled() -> None:
    """Of what nothing can come before any more enough is kept to tell a duplicate."""
    ids = [f"e-{at}" for at in range(0, 200, 5)]
    events = [flat(PING, 5 * at, event_id=each) for at, each in enumerate(ids)]
    viewer, _ = Viewer.arrive(events[0], TIMING)
    for event in events[1:]:
        take(viewer, event, event.time - 2 * TIMING.lateness)
    settled = events[-1].time - 2 * TIMING.lateness
    again = [flat(PING, 195, event_id=each) for each in reversed(ids[-15:])]
    told = [viewer.take(event, TIMING, settled) for event in again]

    assert all(correction.duplicate for correction in told)
    assert not viewer.pending
    assert not viewer.stretches[0].events
    assert viewer.stretches[-1].events


def test_rest_changes_nothing() -> None:
    """Who is gone is kept as their session, and takes the next event all the same."""
    events = [flat(PLAY), flat(PAUSE, 5, 5.0), flat(PING, 10)]
    resting, other = viewer_of(*events), viewer_of(*events)
    for viewer in (resting, other):
        viewer.close(TIMING)
    resting.rest(START_MS + 40_000)
    packed = msgspec.msgpack.encode(resting.pack())
    resting = Viewer.unpack(msgspec.msgpack.decode(packed), TIMING)

    assert not resting.stretches[0].events
    for event in (flat(PING, 50, event_id=events[1].event_id), flat(PING, 60)):
        assert take(resting, event) == take(other, event)
        assert resting.profile(TIMING) == other.profile(TIMING)
    late = flat(PLAY, 55)
    assert take(resting, late) == take(other, late)
    assert resting.session.pack() == other.session.pack()


def test_no_rest_while_events_may_come() -> None:
    """Whose last event may still be folded again, or who has one that waits, stays."""
    viewer = viewer_of(flat(PLAY), flat(PING, 10))
    viewer.rest(START_MS + 10_000)
    viewer.take(flat(PING, 5), TIMING, NEVER)
    viewer.rest(START_MS + 40_000)

    assert len(viewer.stretches) == 1
    assert viewer.stretches[0].events


def test_hot_id_that_is_settled() -> None:
    """Of what is settled by the watermark anyway nothing is settled early."""
    viewer, _ = Viewer.arrive(flat(PING), TIMING)
    for number in range(1, 2_100):
        taken = viewer.take(flat(PING, number / 50), TIMING, START_MS)
        assert not taken.late

    assert held(viewer) < 2_048
    assert viewer.floor is None


def test_hot_id(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many events an id has, a few folds for each are enough."""
    folds = 0

    def counting(*args: Any) -> Session:
        nonlocal folds
        folds += 1
        return fold(*args)

    monkeypatch.setattr(recent_module, "fold", counting)
    rng = random.Random(1)
    events = [flat(rng.choice([PLAY, PAUSE]), at / 500) for at in range(5_000)]
    arriving = sorted(events, key=lambda event: event.time + rng.random() * 1_000)
    viewer, _ = Viewer.arrive(arriving[0], TIMING)
    for number, event in enumerate(arriving[1:]):
        assert not viewer.take(event, TIMING, NEVER).late
        # A tick a second, and else a batch for each.
        viewer.catch_up(TIMING, NEVER, at_once=number % 500 == 499)
    viewer.catch_up(TIMING, NEVER, at_once=True)
    in_order: list[HistoryItem] = []
    session = None
    for event in events:
        session = fold(session, event, TIMING, in_order)

    assert folds <= 20 * len(events)
    assert session is not None
    assert viewer.session.pack() == session.pack()
    assert held(viewer) <= 2_048


@pytest.mark.parametrize("count", [10, 100])
def test_duplicates_of_what_waits(count: int) -> None:
    """Of what waits to be folded the earlier stamp counts too."""
    viewer = viewer_of(*(flat(PING, at) for at in range(10, 10 + count)))
    stamps = [flat(PAUSE, at, event_id="p") for at in (8, 7, 9, 7)]
    told = [viewer.take(stamp, TIMING, NEVER).duplicate for stamp in stamps]
    viewer.catch_up(TIMING, NEVER, at_once=True)

    assert told == [False, True, True, True]
    assert viewer.session.events == count + 1
    assert viewer.session.since == START_MS + 7_000


def test_all_settled_by_what_waited() -> None:
    """A viewer of whom nothing is recent any more takes the next event."""
    viewer = viewer_of(full(PLAY, 10))
    viewer.take(full(PLAY, 5), TIMING, NEVER)
    viewer.catch_up(TIMING, START_MS + 11_000)
    take(viewer, full(PING, 12), START_MS + 11_000)

    assert viewer.session.events == 3


def test_packs_what_waits() -> None:
    """What waits, and the time before which all is settled, survive packing."""
    events = [flat(PING, at / 1_000) for at in range(2_060)]
    viewer = viewer_of(*events)
    viewer.take(flat(PAUSE, 2.0005), TIMING, NEVER)
    packed = msgspec.msgpack.encode(viewer.pack())
    again = Viewer.unpack(msgspec.msgpack.decode(packed), TIMING)
    corrections = [v.catch_up(TIMING, NEVER, at_once=True) for v in (viewer, again)]

    assert corrections[0] == corrections[1]
    assert corrections[0].right
    assert again.take(flat(PLAY, 0.5, event_id="x"), TIMING, NEVER).late


def test_packs() -> None:
    """A viewer survives packing: profile, close, and what may be corrected."""
    viewer = viewer_of(full(PLAY), full(PAUSE, 5, paused=True), full(PING, 10))
    viewer.close(TIMING)
    packed = msgspec.msgpack.encode(viewer.pack())
    again = Viewer.unpack(msgspec.msgpack.decode(packed), TIMING)
    late = full(PING, 7)

    assert again.profile(TIMING) == viewer.profile(TIMING)
    assert take(again, late) == take(viewer, late)
