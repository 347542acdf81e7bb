"""The charts of viewers by status."""

import math
from datetime import timedelta
from typing import Any

from dashboard.frames import AUDIENCE_STATUSES
from dashboard.model import AudienceModel
from dashboard.store import AudienceStore
from dashboard.views.charts import StatusCharts, minute_columns, second_columns
from dataflows.playback.profile import PlaybackStatus
from tests.dashboard.records import NOW, audience, minute

_PAUSED = str(PlaybackStatus.PAUSED_VIDEO)


def _charts() -> tuple[AudienceModel, AudienceStore, StatusCharts]:
    model = AudienceModel()
    store = AudienceStore(model, lambda: NOW)
    return model, store, StatusCharts(store=store)


def _end(charts: StatusCharts) -> Any:
    axis: Any = charts.hour.figure.x_range
    return axis.end


def test_every_counted_status_has_a_line() -> None:
    """No status is left out of a chart, nor of the words above it."""
    _, _, charts = _charts()

    assert len(charts.hour.figure.renderers) == len(AUDIENCE_STATUSES)
    assert len(charts.day.figure.renderers) == len(AUDIENCE_STATUSES)


def test_history_is_there_at_once() -> None:
    """What the model already has is drawn with the first look."""
    model, _, charts = _charts()
    model.history.append([audience(-5), audience(0)])
    model.minutes.append([minute(-60), minute(0)])
    charts.refresh()

    assert list(charts.hour.source.data[_PAUSED]) == [30, 30]
    assert list(charts.day.source.data[_PAUSED]) == [30, 30]


def test_new_points_are_added_to_what_is_drawn() -> None:
    """A look adds what came; what is drawn stays."""
    model, _, charts = _charts()
    model.history.append([audience(-10), audience(-5)])
    charts.refresh()
    drawn = charts.hour.source.data
    model.history.append([audience(0)])
    charts.refresh()

    assert len(charts.hour.source.data[_PAUSED]) == 3
    assert charts.hour.source.data is drawn


def test_axis_goes_on_without_records() -> None:
    """A standstill is seen: the axis moves on, the lines do not."""
    model, store, charts = _charts()
    model.history.append([audience(0)])
    charts.refresh()
    before = _end(charts)
    store.now = NOW + timedelta(minutes=3)
    charts.refresh()

    assert _end(charts) > before


def test_seconds_are_drawn_a_point_a_step() -> None:
    """The first record of five seconds is the point; a pixel shows no more."""
    columns = second_columns([audience(at) for at in range(11)])

    assert len(columns["tstamp"]) == 3


def test_gap_is_drawn_as_a_gap() -> None:
    """A line does not run over the time that nobody knows."""
    seconds = second_columns([audience(0), audience(60), audience(65)])
    minutes = minute_columns([minute(0), minute(60), minute(300)])

    assert [math.isnan(count) for count in seconds[_PAUSED]] == [False, True, False]
    assert [math.isnan(count) for count in minutes[_PAUSED]] == [False, False, True]


def test_status_that_a_record_lacks_is_no_number() -> None:
    """A count that was not sent is not drawn as 0."""
    assert math.isnan(second_columns([audience(viewers={})])[_PAUSED][0])
    assert math.isnan(minute_columns([minute(mean={})])[_PAUSED][0])


def test_empty_chart_says_why() -> None:
    """Before the first record, and the first minute, the chart is not just empty."""
    model, _, charts = _charts()
    charts.refresh()
    before = [str(heading.html) for heading in charts.headings]
    model.history.append([audience(0)])
    model.minutes.append([minute(0)])
    charts.refresh()

    assert "No record yet." in before[0]
    assert "No minute is over yet." in before[1]
    assert not any("<p>" in str(heading.html) for heading in charts.headings)
