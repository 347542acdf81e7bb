"""One viewer: disorder, duplicates, settling and closing."""

import random
from dataclasses import replace

from dataflows.playback.correction import Correction
from dataflows.playback.events import Ad, EventName, MediaEvent
from dataflows.playback.profile import PlaybackStatus
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
    return replace(caught_up, duplicate=taken.duplicate)


def held(viewer: Viewer) -> int:
    """Return how many events are kept of a viewer."""
    return sum(stretch.count for stretch in viewer.stretches())


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
    assert viewer.stretches()[0].before("alice") is not None


def test_correction_after_settling() -> None:
    """When some of the recent events are settled, only what is wrong is corrected."""
    events = [
        full(PLAY if at % 20 else PAUSE, at, paused=not at % 20)
        for at in range(0, 100, 10)
    ]
    viewer = viewer_of(*events)
    take(viewer, full(PING, 100), START_MS + 65_000)
    correction = take(viewer, full(PAUSE, 75, paused=True), START_MS + 65_000)

    assert held(viewer) == 5
    assert keys(correction) == (["01:20.000"], ["01:15.000"])


def test_duplicate_of_what_is_settled() -> None:
    """Of what nothing can come before any more enough is kept to tell a duplicate."""
    ids = [f"e-{at}" for at in range(0, 200, 2)]
    events = [flat(PING, 2 * at, event_id=each) for at, each in enumerate(ids)]
    viewer, _ = Viewer.arrive(events[0], TIMING)
    for event in events[1:]:
        take(viewer, event, event.time - 2 * TIMING.lateness)
    settled = events[-1].time - 2 * TIMING.lateness
    again = [flat(PING, 198, event_id=each) for each in reversed(ids[-31:])]
    told = [viewer.take(event, TIMING, settled) for event in again]

    assert all(correction.duplicate for correction in told)
    assert not viewer.pending
    assert viewer.stretches()[0].settled
    assert not viewer.stretches()[-1].settled


def test_late_event_in_an_older_stretch() -> None:
    """A late event is folded in where it belongs, however many came after it."""
    events = [full(PLAY)] + [full(PING, at) for at in range(1, 40)]
    late = full(PAUSE, 2.5, paused=True)
    viewer = viewer_of(*events)
    correction = take(viewer, late)

    assert keys(correction) == ([], ["00:02.500", "00:03.000"])
    assert viewer.profile(TIMING) == viewer_of(*events[:3], late, *events[3:]).profile(
        TIMING
    )


def test_duplicate_of_what_waits() -> None:
    """A duplicate of an event that waits to be folded is one, in whatever order."""
    viewer = viewer_of(full(PLAY), full(PING, 10))
    late = full(PAUSE, 5, paused=True)
    first, second = (viewer.take(late, TIMING, NEVER) for _ in range(2))

    assert not first.duplicate
    assert second.duplicate
    assert viewer.pending == (late,)


def test_duplicate_of_one_of_many_that_wait() -> None:
    """Where very many wait to be folded, a duplicate among them is told by its id."""
    viewer = viewer_of(full(PLAY), full(PING, 20))
    late = [full(PING, 1 + at / 10) for at in range(100)]
    for event in late:
        viewer.take(event, TIMING, NEVER)
    again = [viewer.take(event, TIMING, NEVER).duplicate for event in late]

    assert all(again)
    assert viewer.pending == tuple(late)


def test_forgetting_of_what_is_settled() -> None:
    """Where a hot id's older half is settled, to forget it makes nothing late."""
    times = [at / 60 for at in range(1_080)] + [30 + at / 40 for at in range(1_000)]
    events = [full(PING, at) for at in times]
    viewer, _ = Viewer.arrive(events[0], TIMING)
    for event in events[1:]:
        viewer.take(event, TIMING, event.time - TIMING.settling)

    assert held(viewer) < len(events)
    assert viewer.disorder.floor is None
