"""What the viewer chart draws: lanes, bars, marks and positions."""

import math

from dashboard.happenings import AdOutcome
from dashboard.theme import LOOKS
from dashboard.timeline import Timeline, timeline_of
from dashboard.views.timeline_rows import (
    ADS,
    ERRORS,
    QUALITY,
    bar_columns,
    lanes_of,
    mark_columns,
    position_columns,
)
from dashboard.views.timeline_words import AD_LOOKS, NOT_KNOWN
from dataflows.playback.events import EventName
from dataflows.playback.profile import PlaybackStatus
from tests.dashboard.stories import START_MS, at, change, notable, now_profile

WATCHING = PlaybackStatus.WATCHING_VIDEO
PAUSED = PlaybackStatus.PAUSED_VIDEO
AD = PlaybackStatus.WATCHING_AD
COMPLETED = PlaybackStatus.COMPLETED_VIDEO
LEFT = PlaybackStatus.LEFT
CHANGE = EventName.QUALITY_CHANGE
LATER = at(300)
USUAL = ["▶\ufe0e Watching", "❚❚ Paused", "◆ In ad", "◌ Buffering"]


def drawn(timeline: Timeline, lane: str) -> list[tuple[float, float]]:
    """Return from when to when there are bars in a lane, in seconds."""
    bars = bar_columns(timeline)
    rows = zip(bars["lane"], bars["left"], bars["right"], strict=True)
    return [
        ((left - START_MS) / 1000, (right - START_MS) / 1000)
        for name, left, right in rows
        if name == lane
    ]


def what(timeline: Timeline, lane: str) -> list[str]:
    """Return what the marks in a lane say."""
    marks = mark_columns(timeline)
    rows = zip(marks["lane"], marks["what"], strict=True)
    return [words for name, words in rows if name == lane]


def test_usual_lanes() -> None:
    """The statuses of somebody who is there have their lanes always."""
    assert lanes_of(Timeline()) == USUAL


def test_lanes_of_what_there_is() -> None:
    """Other lanes are there where something is in them."""
    items = (
        change(5, WATCHING, PAUSED),
        notable(6, EventName.ERROR),
        notable(7, CHANGE),
        notable(8, EventName.AD_CLICK, ad_id="a"),
        change(9, COMPLETED, WATCHING),
    )

    assert lanes_of(timeline_of(items)) == [
        *USUAL,
        "■ Completed",
        NOT_KNOWN,
        ADS,
        QUALITY,
        ERRORS,
    ]


def test_every_status_has_a_hatch_of_its_own() -> None:
    """No two statuses look alike without their colours."""
    items = [
        change(n, status, previous)
        for n, (status, previous) in enumerate(
            zip(LOOKS, [None, *LOOKS], strict=False), 1
        )
    ]
    bars = bar_columns(timeline_of(items, now_profile(9, WATCHING)))
    hatch = dict(zip(bars["lane"], bars["hatch"], strict=True))

    assert len(set(hatch.values())) == len(hatch) == len(LOOKS) + 1


def test_bars_of_statuses() -> None:
    """A band is a bar in the lane of its status, with its length in words."""
    items = change(0, WATCHING), change(247, PAUSED, WATCHING)
    timeline = timeline_of(items, now_profile(247, PAUSED, collector_tstamp=LATER))
    bars = bar_columns(timeline)

    assert drawn(timeline, USUAL[0]) == [(0, 247)]
    assert (bars["length"][0], bars["when"][0]) == (
        "4:07",
        "23 Nov 05:00:00 - 05:04:07 UTC",
    )


def test_bars_of_ads() -> None:
    """An ad is drawn from its start to its outcome; one on screen until now."""
    items = (
        change(0, AD, ad_id="a", event_name=EventName.AD_START),
        notable(9, EventName.AD_SKIP, ad_id="a", status=AD),
        notable(10, EventName.AD_START, ad_id="b", status=AD),
    )
    profile = now_profile(0, AD, ad_id="b", collector_tstamp=LATER)
    timeline = timeline_of(items, profile)

    assert drawn(timeline, ADS) == [(0, 9)]
    assert what(timeline, ADS) == ["Ad a: skipped", "Ad b: outcome unknown"]


def test_bars_of_qualities() -> None:
    """A quality lasts until the next one of its session; more bits are darker."""
    items = (
        change(0, WATCHING),
        notable(5, CHANGE, detail="480p", bitrate=1_000_000),
        notable(9, CHANGE, detail="1080p", bitrate=4_000_000),
        change(90, LEFT, WATCHING),
    )
    timeline = timeline_of(items)
    bars = bar_columns(timeline)
    alphas = [
        a for a, n in zip(bars["alpha"], bars["lane"], strict=True) if n == QUALITY
    ]

    assert drawn(timeline, QUALITY) == [(5, 9), (9, 90)]
    assert alphas[0] < alphas[1] == 1.0
    assert "1080p, 4.0 Mbit/s" in bars["what"]


def test_quality_without_a_bitrate() -> None:
    """A bitrate that is not told is said to be unknown."""
    items = change(0, WATCHING), notable(5, CHANGE), change(90, LEFT, WATCHING)

    assert "quality unknown, bitrate unknown" in bar_columns(timeline_of(items))["what"]


def test_marks_of_errors() -> None:
    """An error is told by its code, as text; without one it is unknown."""
    items = (
        notable(5, EventName.ERROR, detail="E\u202e1"),
        notable(6, EventName.ERROR),
    )

    assert what(timeline_of(items), ERRORS) == ["Error E\ufffd1", "Error unknown"]


def test_mark_of_the_end() -> None:
    """How a session ended has a mark, also where it has no length."""
    items = change(0, WATCHING), change(60, COMPLETED, WATCHING)

    assert what(timeline_of(items), "■ Completed") == ["Completed"]


def test_live_session_has_no_end() -> None:
    """A session that goes on has no mark of an end."""
    items = [change(0, WATCHING)]

    assert mark_columns(timeline_of(items))["what"] == []


def test_positions_break_between_playbacks() -> None:
    """The line is broken where another tab, or another session, begins."""
    items = (
        change(0, WATCHING, video_ts=0.0, media_session_id="one"),
        change(9, PAUSED, WATCHING, video_ts=9.0, media_session_id="one"),
        change(12, WATCHING, PAUSED, video_ts=61.0, media_session_id="two"),
    )
    columns = position_columns(timeline_of(items))

    assert [None if math.isnan(p) else p for p in columns["position"]] == [
        0.0,
        9.0,
        None,
        61.0,
    ]
    assert columns["clock"][-1] == "1:01"


def test_looks_of_outcomes_differ() -> None:
    """Each outcome of an ad has a word, a glyph and a marker of its own."""
    assert set(AD_LOOKS) == set(AdOutcome)
    for looks in zip(*AD_LOOKS.values(), strict=True):
        assert len(set(looks)) == len(AdOutcome)
