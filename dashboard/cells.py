"""The viewer table's columns: what stands in each, and what it is ordered by."""

import math
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from dashboard.frames import clock_text
from dashboard.query import ViewerColumn
from dashboard.theme import LOOKS, UNKNOWN, status_text
from dashboard.wording import known, shown_text
from dataflows.playback.profile import ViewerProfile, ms_from_iso

__all__ = ["COLUMNS", "NO_TITLE", "Column", "cells_of", "headers"]

NO_TITLE: Final = "(no title)"


class Column(NamedTuple):
    """A column, by what it is ordered by; `text` is of a profile at a moment (s).

    `counts_back` is one whose figure grows while what it is ordered by stays behind: a
    time since some moment. `right` sets figures flush right.
    """

    order: ViewerColumn
    title: str
    tip: str
    text: Callable[[ViewerProfile, float], str]
    width: int = 78
    right: bool = True
    counts_back: bool = False


def _since(stamp: str, now_s: float) -> str:
    return clock_text(now_s - ms_from_iso(stamp) / 1000)


def _clock(seconds: float | None) -> str:
    return clock_text(math.nan if seconds is None else seconds)


def _title(profile: ViewerProfile) -> str:
    label = (profile.label or "").strip()
    return shown_text(label) if label else NO_TITLE


def _startup(profile: ViewerProfile) -> str:
    seconds = profile.startup_time
    return UNKNOWN if seconds is None else f"{seconds:.1f} s"


COLUMNS: Final = (
    Column(
        ViewerColumn.VIEWER,
        "Viewer",
        "The viewer's id, as the site sent it; it opens the viewer's page.",
        lambda profile, _: shown_text(profile.viewer_id),
        width=190,
        right=False,
    ),
    Column(
        ViewerColumn.TITLE,
        "Title",
        "The player's label.",
        lambda profile, _: _title(profile),
        width=170,
        right=False,
    ),
    Column(
        ViewerColumn.STATUS,
        "Status",
        "What the viewer is doing, of the playback that was heard last.",
        lambda profile, _: status_text(profile.status),
        width=112,
        right=False,
    ),
    Column(
        ViewerColumn.STATUS_SINCE,
        "In status",
        "Time since the status began.",
        lambda profile, now_s: _since(profile.status_since, now_s),
        counts_back=True,
    ),
    Column(
        ViewerColumn.POSITION,
        "Position",
        "Position in the content, as the newest event told it.",
        lambda profile, _: _clock(profile.video_ts),
    ),
    Column(
        ViewerColumn.SESSION_START,
        "Session",
        "Time since the session began.",
        lambda profile, now_s: _since(profile.session_start, now_s),
        counts_back=True,
    ),
    Column(
        ViewerColumn.TIME_PLAYED,
        "Played",
        "Time that content played in this session.",
        lambda profile, _: _clock(profile.time_played),
    ),
    Column(
        ViewerColumn.TIME_BUFFERING,
        "Buffered",
        "Time that the player stalled in this session.",
        lambda profile, _: _clock(profile.time_buffering),
    ),
    Column(
        ViewerColumn.STALLS,
        "Stalls",
        "How often the status became buffering in this session.",
        lambda profile, _: f"{profile.stalls:,}",
        width=66,
    ),
    Column(
        ViewerColumn.ERRORS,
        "Errors",
        "Error events in this session.",
        lambda profile, _: f"{profile.errors:,}",
        width=66,
    ),
    Column(
        ViewerColumn.ADS,
        "Ads seen",
        "Ads that started in this session.",
        lambda profile, _: f"{profile.ads:,}",
    ),
    Column(
        ViewerColumn.ADS_CLICKED,
        "Clicked",
        "Ads that were clicked, as the newest event counted them.",
        lambda profile, _: f"{profile.ads_clicked:,}",
    ),
    Column(
        ViewerColumn.ADS_SKIPPED,
        "Skipped",
        "Ads that were skipped, as the newest event counted them.",
        lambda profile, _: f"{profile.ads_skipped:,}",
    ),
    Column(
        ViewerColumn.STARTUP_TIME,
        "Startup",
        "Estimate: from the player's ready event to the first that shows it moving.",
        lambda profile, _: _startup(profile),
    ),
    Column(
        ViewerColumn.QUALITY,
        "Quality",
        "The picture's quality, as the player named it.",
        lambda profile, _: shown_text(known(profile.quality)),
        width=88,
        right=False,
    ),
    Column(
        ViewerColumn.PLAYER_TYPE,
        "Player",
        "The player's type, as the tracker named it.",
        lambda profile, _: shown_text(known(profile.player_type)),
        width=88,
        right=False,
    ),
)
"""In the order in which they stand, the viewer first: that cell is the row's link."""


def cells_of(profile: ViewerProfile, now_s: float) -> list[str]:
    """Return a viewer's row at a moment, in seconds since 1970: a text a column."""
    return [column.text(profile, now_s) for column in COLUMNS]


def headers() -> list[dict[str, Any]]:
    """Return the columns as `LiveTable` takes them."""
    marks = {status_text(status): look.colour for status, look in LOOKS.items()}
    return [
        {
            "name": column.order.value,
            "title": column.title,
            "tip": column.tip,
            "width": column.width,
            "right": column.right,
            "colours": marks if column.order is ViewerColumn.STATUS else {},
        }
        for column in COLUMNS
    ]
