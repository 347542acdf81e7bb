"""The live audience broken down."""

from typing import Any

from dashboard.breakdown import Slice, break_down
from dashboard.columns import ViewerColumns
from dataflows.playback.profile import PlaybackStatus, ViewerProfile
from tests.dashboard.records import profile, stamp


def _slices(dimension: str, *profiles: ViewerProfile) -> list[Slice]:
    columns = ViewerColumns()
    columns.grow(len(profiles))
    columns.write(dict(enumerate(profiles)))
    return break_down(columns, dimension)


def _on(device: str | None, **fields: Any) -> ViewerProfile:
    return profile(dimensions={"device": device} if device else {}, **fields)


def test_largest_is_first() -> None:
    """Slices stand by their size, and who has no value is told so."""
    slices = _slices("device", _on("TV"), _on(None), _on(None), _on(None), _on("TV"))

    assert [(s.value, s.viewers, s.known) for s in slices] == [
        ("unknown", 3, False),
        ("TV", 2, True),
    ]


def test_figures_add_up() -> None:
    """A slice has the sums of its viewers, and the median of what is known."""
    stalled = PlaybackStatus.BUFFERING
    (tv,) = _slices(
        "device",
        _on("TV", time_played=30.0, stalls=1, errors=2, startup_time=1.0),
        _on("TV", time_played=60.0, time_buffering=10.0, status=stalled),
        _on("TV", startup_time=2.0),
    )

    assert (tv.time_played, tv.time_buffering, tv.stalls, tv.errors) == (90, 10, 1, 2)
    assert tv.startup_median == 1.5
    assert tv.by_status[PlaybackStatus.BUFFERING] == 1
    assert sum(tv.by_status.values()) == tv.viewers == 3


def test_what_is_not_known_is_none() -> None:
    """Without startups there is no median."""
    (tv,) = _slices("device", _on("TV"))

    assert tv.startup_median is None


def test_who_is_not_there_is_not_counted() -> None:
    """Who has completed or left is in no slice."""
    completed = _on("TV", status=PlaybackStatus.COMPLETED_VIDEO)

    assert _slices("device", completed, _on("TV", session_end=stamp())) == []


def test_rest_is_one_slice() -> None:
    """Past fifty values the rest are added up, and it is said how many they are."""
    profiles = [_on(f"d{i}", stalls=1) for i in range(60)]
    *named, other = _slices("device", *profiles, _on("d55"))

    assert (len(named), named[0].value, named[0].viewers) == (50, "d55", 2)
    assert (other.value, other.others, other.viewers, other.stalls) == (
        *("other", 10),
        *(10, 10),
    )


def test_dimension_that_nobody_has() -> None:
    """A dimension that is none has no slices."""
    assert _slices("shoe size", profile()) == []
