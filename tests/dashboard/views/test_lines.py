"""Lines over time."""

import math
from datetime import timedelta

import numpy as np
import pytest
from bokeh.models import ColumnDataSource, Range1d

from dashboard.rates import Growth
from dashboard.views.lines import (
    Columns,
    Line,
    LineChart,
    growth_columns,
    record_columns,
    stamps,
)
from dataflows.playback.audience import EventTally
from tests.dashboard.records import NOW, audience, stamp

_STEP = timedelta(seconds=10)
_SPAN = timedelta(minutes=5)


@pytest.fixture
def chart() -> LineChart:
    """Return a chart of one line."""
    return LineChart("A chart", [Line("n", "N", "#000000")], number="0", least=4)


def _columns(*at: int) -> Columns:
    return {
        "tstamp": stamps([stamp(seconds) for seconds in at]),
        "n": np.array(at, dtype=float),
    }


def _drawn(chart: LineChart) -> list[float]:
    return list(chart.source.data["n"])


def test_first_points(chart: LineChart) -> None:
    """What is there at first is drawn whole."""
    chart.draw(_columns(0, 10), _SPAN, NOW)

    assert _drawn(chart) == [0, 10]


def test_new_points_are_streamed(chart: LineChart) -> None:
    """Of a later look only the new points are sent; old ones leave at the other end."""
    chart.draw(_columns(0, 10, 20), _SPAN, NOW)
    drawn = chart.source.data
    chart.draw(_columns(10, 20, 30), _SPAN, NOW)

    assert _drawn(chart) == [10, 20, 30]
    assert chart.source.data is drawn


@pytest.mark.parametrize(
    "anew", [_columns(0, 5), _columns(-10, 0, 10), _columns(40, 50), _columns()]
)
def test_other_points_are_drawn_anew(chart: LineChart, anew: Columns) -> None:
    """Points that don't go on where the line was are another line."""
    chart.draw(_columns(0, 10, 20), _SPAN, NOW)
    chart.draw(anew, _SPAN, NOW)

    assert _drawn(chart) == list(anew["n"])


def test_same_points_send_nothing(
    chart: LineChart, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A look without a new point leaves the line alone."""
    chart.draw(_columns(0, 10), _SPAN, NOW)
    streamed: list[object] = []
    monkeypatch.setattr(
        ColumnDataSource, "stream", lambda *new, **_: streamed.append(new)
    )
    drawn = chart.source.data
    chart.draw(_columns(0, 10), _SPAN, NOW)

    assert (streamed, chart.source.data is drawn) == ([], True)


def _reach(chart: LineChart) -> tuple[object, object]:
    axis = chart.figure.x_range
    assert isinstance(axis, Range1d)
    return axis.start, axis.end


@pytest.mark.parametrize(
    ("oldest", "shown"), [(-3_000, 300), (-300, 300), (-200, 200), (-5, 120)]
)
def test_axis_begins_with_the_points(chart: LineChart, oldest: int, shown: int) -> None:
    """The axis reaches to now: two minutes at least, the span at most."""
    chart.draw(_columns(oldest, 0), _SPAN, NOW)
    now = stamps([stamp(0)])[0]

    assert _reach(chart) == (now - np.timedelta64(shown, "s"), now)


def test_axis_moves_on_without_points(chart: LineChart) -> None:
    """A standstill is seen, as the axis goes on."""
    chart.draw(_columns(), _SPAN, NOW + timedelta(seconds=1))

    assert _reach(chart)[1] == stamps([stamp(10)])[0]


def test_axis_reaches_the_peak(chart: LineChart) -> None:
    """The largest value fits, and the axis never shrinks to nothing."""
    axis = chart.figure.y_range
    assert isinstance(axis, Range1d)
    before = axis.end
    chart.draw(_columns(0, 100), _SPAN, NOW)

    assert (before, axis.end) == (4, 105)


def _growth(end: int, seconds: float, received: int) -> Growth:
    start, end_ = stamp(end - seconds), stamp(end)
    events = EventTally(received=received)
    return Growth(start=start, end=end_, seconds=seconds, events=events)


def test_steps_become_points() -> None:
    """A step's value stands at its end; what is not known, or too long, is a gap."""
    steps = [_growth(0, 10, 5), _growth(30, 30, 6), _growth(40, 10, 0)]
    columns = growth_columns(
        steps, _STEP, {"n": lambda growth: growth.events.received or None}
    )

    assert list(columns["tstamp"]) == list(stamps([stamp(s) for s in (0, 30, 40)]))
    assert columns["n"][0] == 5
    assert [math.isnan(n) for n in columns["n"]] == [False, True, True]


def test_records_become_points() -> None:
    """A record's value stands at its second; after missing ones there is a gap."""
    records = [audience(at, latency_p50_ms=1.0) for at in (0, 10, 40, 50)]
    columns = record_columns(records, _STEP, {"n": lambda r: r.latency_p50_ms})

    assert [math.isnan(n) for n in columns["n"]] == [False, False, True, False]


def test_no_records_are_no_points() -> None:
    """Without records there is an empty line."""
    assert len(record_columns([], _STEP, {"n": lambda r: r.latency_p50_ms})["n"]) == 0
