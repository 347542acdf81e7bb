"""The profile is a function of the set of events, however they came."""

from datetime import datetime, timedelta
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from dataflows.playback import recent
from dataflows.playback.profile import PlaybackStatus
from tests.dataflows.playback.streams import (
    Crash,
    Delivery,
    Outcome,
    outcome,
    streams,
)

Drawn = tuple[list[Delivery], list[Delivery]]
_cuts = st.lists(st.integers(1, 9), min_size=1, max_size=4)
_crashes = st.builds(Crash, st.integers(1, 12), st.integers(0, 1), _cuts)


def _facts(result: Outcome) -> tuple[object, ...]:
    """Return what must be the same; the emissions in between may differ."""
    return result.profiles, result.history, result.tally


@given(streams())
def test_order_and_duplicates_change_nothing(drawn: Drawn) -> None:
    """Disorder and duplicates within the bound leave profiles, history and tally."""
    once, arriving = drawn

    assert _facts(outcome(arriving)) == _facts(outcome(once))


@given(streams(restamped=True))
def test_duplicates_with_another_stamp_change_nothing(drawn: Drawn) -> None:
    """Of two deliveries of one event the earlier stamp counts, whichever came first."""
    in_order, arriving = drawn

    assert _facts(outcome(arriving)) == _facts(outcome(in_order))


@given(streams(), _cuts)
def test_batching_changes_nothing(drawn: Drawn, cuts: list[int]) -> None:
    """Where a stream is cut into batches does not matter."""
    _, arriving = drawn

    assert _facts(outcome(arriving, cuts)) == _facts(outcome(arriving))


@given(streams(), _cuts)
def test_snapshots_change_nothing(drawn: Drawn, cuts: list[int]) -> None:
    """A shard that is packed and unpacked after every batch ends as an unbroken one."""
    _, arriving = drawn
    unbroken = outcome(arriving, cuts)

    assert _facts(outcome(arriving, cuts, snapshots=True)) == _facts(unbroken)


@given(streams(restamped=True), _cuts, _crashes, st.sampled_from([1, 64]))
def test_crashes_change_nothing(
    drawn: Drawn, cuts: list[int], crash: Crash, free: int
) -> None:
    """What a lost epoch wrote is taken back, or written again.

    As far as a viewer's events are in one partition, where they keep their order.
    """
    arriving = [
        delivery._replace(partition=str(int(delivery.event.viewer_id[-1]) % 2))
        for delivery in drawn[1]
    ]
    with patch.multiple(recent, _REFOLD_FREE=free, _REFOLD_EACH=1):
        broken = outcome(arriving, cuts, crash=crash)

    assert _facts(broken) == _facts(outcome(arriving))


@given(streams(restamped=True))
def test_waiting_changes_nothing(drawn: Drawn) -> None:
    """Where events out of order wait, as those of hot ids do, the end is the same."""
    in_order, arriving = drawn
    with patch.multiple(recent, _REFOLD_FREE=1, _REFOLD_EACH=1, _SCAN_MOST=2):
        waited = outcome(arriving)

    assert _facts(waited) == _facts(outcome(in_order))


@given(streams(restamped=True))
def test_versions_never_go_back(drawn: Drawn) -> None:
    """Each profile of a viewer that is emitted is no older than the one before it."""
    _, arriving = drawn

    for versions in outcome(arriving).versions.values():
        assert versions == sorted(versions)


@given(streams())
def test_times_fit_into_the_session(drawn: Drawn) -> None:
    """Times never sum past the wall time of the session, and none is negative."""
    _, arriving = drawn

    for profile in outcome(arriving).profiles.values():
        times = (
            profile.time_played,
            profile.time_paused,
            profile.time_spent_ads,
            profile.time_buffering,
        )
        start = datetime.fromisoformat(profile.session_start)
        last = datetime.fromisoformat(profile.collector_tstamp)
        assert timedelta(seconds=sum(times)) <= last - start
        assert min(times) >= 0


@given(streams())
def test_nobody_stays(drawn: Drawn) -> None:
    """After the retention nothing is left of anybody, and the tally counts nobody."""
    _, arriving = drawn
    result = outcome(arriving)

    assert result.viewers_left == {"far"}
    assert result.tally.viewers == {PlaybackStatus.WATCHING_VIDEO: 1}
    assert result.tally.titles == {}


@given(streams())
def test_each_session_has_one_end(drawn: Drawn) -> None:
    """Every session that began ended once, by leaving or by its last completion."""
    _, arriving = drawn
    result = outcome(arriving)
    items = result.history.values()
    began = {(i.viewer_id, i.session_start) for i in items if i.previous_status is None}
    left = [
        (i.viewer_id, i.session_start) for i in items if i.status is PlaybackStatus.LEFT
    ]

    assert began == {(i.viewer_id, i.session_start) for i in items}
    assert len(left) == len(set(left))
    assert result.tally.sessions_started == len(began)
    assert result.tally.sessions_left == len(left)


@given(streams())
def test_each_event_is_used_once(drawn: Drawn) -> None:
    """Each event is used once, and what is counted is never negative."""
    _, arriving = drawn
    result = outcome(arriving)
    names = {delivery.event.event_id for delivery in arriving}

    assert result.tally.used == len(names) + 2
    assert min(result.tally.quality.time_played, result.tally.late) >= 0
