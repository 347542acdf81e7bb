"""The viewer chart: what of it changes with the timeline, and whose axis it is."""

from datetime import UTC, datetime
from typing import Any

from bokeh.document import Document
from bokeh.document.events import ColumnsPatchedEvent

from dashboard.timeline import Timeline, timeline_of
from dashboard.views.timeline_chart import TimelineChart
from dataflows.playback.profile import PlaybackStatus
from tests.dashboard.stories import START_MS, change, now_profile

WATCHING = PlaybackStatus.WATCHING_VIDEO


def live(seconds: float) -> Timeline:
    """Return the timeline of somebody who watches since the start."""
    now = datetime.fromtimestamp(START_MS / 1000 + seconds, UTC)
    items = [change(0, WATCHING, video_ts=0.0)]
    return timeline_of(items, now_profile(0, WATCHING), now)


def axis(chart: TimelineChart) -> tuple[Any, Any]:
    """Return where the axis of time starts and ends."""
    return chart.times.start, chart.times.end


def sent(chart: TimelineChart) -> list[Any]:
    """Return where what is sent of the bars will be listed."""
    events: list[Any] = []
    document = Document()
    document.add_root(chart.bars)
    document.on_change(events.append)
    return events


def test_tick_sends_what_differs() -> None:
    """While somebody watches, the end of one bar is all that changes."""
    chart = TimelineChart()
    chart.draw(live(100), anew=True)
    events = sent(chart)
    chart.draw(live(101), anew=False)
    (event,) = events

    assert isinstance(event, ColumnsPatchedEvent)
    assert set(event.patches) == {"right", "when", "length"}
    assert event.patches["right"] == [(0, float(START_MS + 101_000))]


def test_nothing_differs() -> None:
    """The same timeline again sends nothing."""
    chart = TimelineChart()
    chart.draw(live(100), anew=True)
    events = sent(chart)
    chart.draw(live(100), anew=False)

    assert events == []


def test_another_number_of_bars() -> None:
    """Where there are more bars or fewer, they are sent anew."""
    chart = TimelineChart()
    chart.draw(live(100), anew=True)
    items = change(0, WATCHING), change(50, PlaybackStatus.PAUSED_VIDEO, WATCHING)
    chart.draw(timeline_of(items, now_profile(50, WATCHING)), anew=False)

    assert len(chart.bars.data["left"]) == 1


def test_axis_follows() -> None:
    """The axis reaches from the first to the last moment, and grows with it."""
    chart = TimelineChart()
    chart.draw(live(100), anew=True)
    start, end = axis(chart)
    chart.draw(live(200), anew=False)

    assert start < START_MS
    assert START_MS + 100_000 < end < START_MS + 200_000 < axis(chart)[1]


def test_axis_of_a_session_that_has_just_begun() -> None:
    """A second is not drawn as wide as the screen."""
    chart = TimelineChart()
    chart.draw(live(1), anew=True)

    start, end = axis(chart)

    assert end - start > 30_000


def test_axis_that_a_person_moved_stays() -> None:
    """What a person looks at closely does not move away; a reset lets it follow."""
    chart = TimelineChart()
    chart.draw(live(100), anew=True)
    chart.times.update(start=START_MS + 10_000, end=START_MS + 20_000)
    chart.draw(live(101), anew=False)
    moved = axis(chart)
    chart.times.update(start=chart.times.reset_start, end=chart.times.reset_end)
    chart.draw(live(300), anew=False)

    assert moved == (START_MS + 10_000, START_MS + 20_000)
    assert axis(chart)[1] > START_MS + 300_000


def test_another_viewer_has_an_axis_of_their_own() -> None:
    """Where another timeline is drawn, the axis is that one's, moved or not."""
    chart = TimelineChart()
    chart.draw(live(100), anew=True)
    chart.times.update(start=0, end=1)
    chart.draw(live(100), anew=True)

    assert axis(chart)[1] > START_MS + 100_000


def test_nothing_known() -> None:
    """An empty timeline draws nothing and leaves the axis."""
    chart = TimelineChart()
    chart.draw(Timeline(), anew=True)

    assert axis(chart) == (0.0, 1.0)
