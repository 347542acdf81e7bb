"""The tables below the viewer chart: the chart in words."""

import re
from datetime import datetime
from html import unescape

from dashboard.timeline import timeline_of
from dashboard.views.rows import Rows
from dashboard.views.timeline_tables import ROWS_MOST, TimelineTables
from dataflows.playback.events import EventName
from dataflows.playback.profile import HistoryItem, PlaybackStatus
from tests.dashboard.stories import at, change, notable, now_profile

WATCHING = PlaybackStatus.WATCHING_VIDEO
PAUSED = PlaybackStatus.PAUSED_VIDEO
AD = PlaybackStatus.WATCHING_AD
HOSTILE = "<img src=x onerror=alert(1)>"


def rows(table: Rows) -> list[list[str]]:
    """Return what stands in a table."""
    found = re.findall(
        "<tr>(.*?)</tr>", table.markup.html.partition("<tbody>")[2], re.DOTALL
    )
    return [[unescape(c) for c in re.findall("<td[^>]*>(.*?)</td>", r)] for r in found]


def drawn(*items: HistoryItem) -> TimelineTables:
    """Return the tables of a session that goes on for a minute."""
    tables = TimelineTables()
    live = now_profile(0, items[-1].status, version="2")
    tables.draw(timeline_of(items, live, datetime.fromisoformat(at(60))))
    return tables


def test_statuses() -> None:
    """Each status has its moment, its words and its length, the newest first."""
    tables = drawn(change(9, WATCHING, PAUSED), change(20, PAUSED, WATCHING))

    assert rows(tables.statuses) == [
        ["23 Nov 05:00:20", "❚❚ Paused", "goes on"],
        ["23 Nov 05:00:09", "▶\ufe0e Watching", "0:11"],
        ["23 Nov 05:00:00", "? Not known", "0:09"],
    ]


def test_ads() -> None:
    """An ad has its outcome in words, its clicks, and how long it was shown."""
    tables = drawn(
        notable(0, EventName.AD_START, status=AD, ad_id="a"),
        notable(4, EventName.AD_CLICK, status=AD, ad_id="a"),
        notable(9, EventName.AD_COMPLETE, status=AD, ad_id="a"),
        notable(10, EventName.AD_START, status=AD, ad_id=HOSTILE),
        change(15, WATCHING, AD),
    )

    assert rows(tables.ads) == [
        ["23 Nov 05:00:10", HOSTILE, "? Outcome unknown", "unknown"],
        ["23 Nov 05:00:00", "a", "✔\ufe0e Completed, clicked", "0:09"],
    ]
    assert "<img" not in tables.ads.markup.html


def test_qualities_and_errors() -> None:
    """What is not told is unknown, not nothing."""
    name = EventName.QUALITY_CHANGE
    tables = drawn(
        change(0, WATCHING),
        notable(1, name, detail="720p", bitrate=2_500_000),
        notable(2, name),
        notable(3, EventName.ERROR, detail=HOSTILE, video_ts=61.0),
        notable(4, EventName.ERROR),
    )

    assert rows(tables.qualities) == [
        ["23 Nov 05:00:02", "unknown", "bitrate unknown"],
        ["23 Nov 05:00:01", "720p", "2.5 Mbit/s"],
    ]
    assert rows(tables.errors) == [
        ["23 Nov 05:00:04", "unknown", "unknown"],
        ["23 Nov 05:00:03", HOSTILE, "1:01"],
    ]


def test_nothing_happened() -> None:
    """An empty table says so."""
    assert "None in what shows." in drawn(change(0, WATCHING)).ads.markup.html


def test_many() -> None:
    """Of more than a screen can hold the newest stand, and how many there are more."""
    errors = (notable(n / 10, EventName.ERROR) for n in range(ROWS_MOST + 5))
    table = rows(drawn(change(0, WATCHING), *errors).errors)

    assert len(table) == ROWS_MOST + 1
    assert table[-1] == ["", "and 5 before", ""]
