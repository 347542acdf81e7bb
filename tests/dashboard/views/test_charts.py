"""The chart of viewers by status."""

import math
from datetime import timedelta

import pytest
from bokeh.models import Range1d

from dashboard.frames import AUDIENCE_STATUSES
from dashboard.model import AudienceModel
from dashboard.store import AudienceStore
from dashboard.views.charts import StatusChart
from dataflows.playback.profile import PlaybackStatus
from tests.dashboard.records import NOW, audience


def _chart() -> tuple[AudienceStore, StatusChart]:
    store = AudienceStore(AudienceModel())
    return store, StatusChart(store=store)


def _paused(chart: StatusChart) -> list[float]:
    return list(chart.source.data[PlaybackStatus.PAUSED_VIDEO])


def test_every_counted_status_has_a_line() -> None:
    """No status is left out of the chart."""
    _, chart = _chart()

    assert len(chart._figure.renderers) == len(AUDIENCE_STATUSES)


def test_history_is_there_at_once() -> None:
    """What the store already has is drawn with the first tick."""
    store, chart = _chart()
    store.fresh = [audience(-1), audience(0)]

    assert _paused(chart) == [30, 30]


def test_new_records_are_streamed() -> None:
    """A tick adds its records to what is drawn; the source stays the same."""
    store, chart = _chart()
    store.fresh = [audience(0)]
    drawn = chart.source.data
    store.fresh = [audience(1)]

    assert len(_paused(chart)) == 2
    assert chart.source.data is drawn


def test_tick_without_records_draws_nothing() -> None:
    """A tick without a record leaves the line where it is."""
    store, chart = _chart()
    store.fresh = [audience(0)]
    store.fresh = []

    assert len(_paused(chart)) == 1


def test_gap_between_ticks_is_drawn_as_a_gap() -> None:
    """A line does not run over the time that nobody knows."""
    store, chart = _chart()
    store.fresh = [audience(0)]
    store.fresh = [audience(60)]

    assert [math.isnan(count) for count in _paused(chart)] == [False, True, False]


def test_records_from_before_are_drawn_anew() -> None:
    """When the flow begins again, the line does too, and never runs backwards."""
    store, chart = _chart()
    store.fresh = [audience(0), audience(1)]
    store.fresh = [audience(0)]

    assert len(_paused(chart)) == 1


def test_points_are_bounded() -> None:
    """However long a page is open, the browser holds no more than it shows."""
    store, chart = _chart()
    store.fresh = [audience(second) for second in range(900)]
    store.fresh = [audience(second) for second in range(900, 1800)]

    assert len(_paused(chart)) == 1000


def test_axis_reaches_the_peak() -> None:
    """The largest count fits, and the axis is there before the first record."""
    store, chart = _chart()
    axis = chart._figure.y_range
    assert isinstance(axis, Range1d)
    before = axis.end
    store.fresh = [audience(0)]

    assert (axis.start, before, axis.end) == (0, 4, 1_260)


def _axis(chart: StatusChart) -> tuple[object, object]:
    axis = chart._figure.x_range
    assert isinstance(axis, Range1d)
    return axis.start, axis.end


@pytest.mark.parametrize(
    ("records", "minutes"),
    [
        ((), 2),
        ((-119, 0), 2),
        ((-300, 0), 5),
        ((-900, 0), 15),
        ((-901, -900, 0), 15),
        ((-3000, -5, 0), 2),
    ],
)
def test_axis_begins_with_the_records(records: tuple[int, ...], minutes: int) -> None:
    """The axis shows what is known: two minutes at least, fifteen at most."""
    store, chart = _chart()
    store.now = NOW
    store.fresh = [audience(at) for at in records]

    assert _axis(chart) == (NOW - timedelta(minutes=minutes), NOW)


def test_axis_moves_on() -> None:
    """The axis moves on without records, so that a standstill is seen."""
    store, chart = _chart()
    store.fresh = [audience(0)]
    store.now = NOW + timedelta(minutes=3)

    assert _axis(chart) == (NOW, NOW + timedelta(minutes=3))
