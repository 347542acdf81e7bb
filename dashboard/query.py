"""What can be asked of the live viewers, and how their columns answer it."""

from enum import StrEnum, unique
from typing import Annotated, Final

import msgspec
import numpy as np
import numpy.typing as npt
from msgspec import UNSET, Meta, UnsetType

from dashboard.columns import STATUS_CODES, ViewerColumns
from dataflows.playback.profile import PlaybackStatus, ViewerProfile

__all__ = [
    "DAY_S",
    "TEXT_MOST",
    "ViewerColumn",
    "ViewerPage",
    "ViewerQuery",
    "in_order",
    "matching",
]

DAY_S: Final = 86_400
TEXT_MOST: Final = 200
"""Letters of a filter."""
_TITLE_MOST: Final = 4_096

Rows = npt.NDArray[np.intp]


@unique
class ViewerColumn(StrEnum):
    """What viewers can be ordered by: the fields of a profile, by their stored names.

    `TITLE` is the profile's `label`.
    """

    VIEWER = "viewer_id"
    TITLE = "title"
    STATUS = "status"
    STATUS_SINCE = "status_since"
    SESSION_START = "session_start"
    POSITION = "video_ts"
    ADS = "ads"
    ADS_CLICKED = "adsClicked"
    ADS_SKIPPED = "adsSkipped"
    STALLS = "stalls"
    ERRORS = "errors"
    TIME_PLAYED = "time_played"
    TIME_BUFFERING = "time_buffering"
    STARTUP_TIME = "startup_time"
    QUALITY = "quality"
    PLAYER_TYPE = "player_type"
    LIVESTREAM = "livestream"


_NAMES: Final = {
    ViewerColumn.ADS_CLICKED: "ads_clicked",
    ViewerColumn.ADS_SKIPPED: "ads_skipped",
}


class ViewerQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which live viewers, in what order; `UNSET` and an empty text take everybody.

    What can't be known stands last in either direction, what is alike in the order in
    which the viewers came. The API's parameters and a page's address are read as it is.
    """

    text: Annotated[
        str,
        Meta(
            max_length=TEXT_MOST,
            description="Part of a viewer's id or title, in any case.",
        ),
    ] = ""
    status: (
        Annotated[PlaybackStatus, Meta(description="Viewers in this status only.")]
        | UnsetType
    ) = UNSET
    title: Annotated[
        str,
        Meta(max_length=_TITLE_MOST, description="Viewers of this title only, whole."),
    ] = ""
    buffering_longer_s: (
        Annotated[
            float,
            Meta(
                ge=0,
                le=DAY_S,
                description="Those only who have been buffering for more seconds.",
            ),
        ]
        | UnsetType
    ) = UNSET
    order: Annotated[ViewerColumn, Meta(description="What they are ordered by.")] = (
        ViewerColumn.STATUS_SINCE
    )
    descending: Annotated[
        bool, Meta(description="Whether the largest, or newest, is first.")
    ] = True


class ViewerPage(msgspec.Struct, frozen=True):
    """One page of the viewers that match, and of how many it is a page.

    `number` counts from 1 and is the last page where a later one was asked for.
    """

    profiles: tuple[ViewerProfile, ...] = ()
    number: int = 1
    pages: int = 1
    matching: int = 0
    live: int = 0


def matching(columns: ViewerColumns, query: ViewerQuery, now: float) -> Rows:
    """Return the rows that match at the moment `now`, in the order they came."""
    keep = columns.live.copy()
    status = columns.number("status")
    if query.status is not UNSET:
        keep &= status == STATUS_CODES[query.status]
    if query.buffering_longer_s is not UNSET:
        before_ms = (now - query.buffering_longer_s) * 1000
        keep &= status == STATUS_CODES[PlaybackStatus.BUFFERING]
        keep &= columns.number("status_since") < before_ms
    if query.title:
        keep &= columns.texts["title"].holding(query.title)[: columns.size]
    rows = np.flatnonzero(keep)
    text = query.text.strip()
    if text:
        hits = [columns.texts[n].containing(text, rows) for n in ("viewer_id", "title")]
        rows = rows[hits[0] | hits[1]]
    return rows


def in_order(
    columns: ViewerColumns, rows: Rows, query: ViewerQuery, now: float, part: slice
) -> Rows:
    """Return the `part` of `rows` once they are in the order that is asked for."""
    first, last, _ = part.indices(len(rows))
    if first >= last:
        return rows[:0]
    keys = _keys(columns, rows, query, now)
    # Only what lies between the ends of the part has to be sorted. What is alike at its
    # ends comes along, so that it is the same part as of all of them sorted.
    low, high = np.partition(keys, (first, last - 1))[[first, last - 1]]
    near = np.flatnonzero((keys >= low) & (keys <= high))
    ordered = near[np.argsort(keys[near], kind="stable")]
    before = np.count_nonzero(keys < low)
    return rows[ordered[first - before : last - before]]


def _keys(
    columns: ViewerColumns, rows: Rows, query: ViewerQuery, now: float
) -> npt.NDArray[np.float64]:
    name = _NAMES.get(query.order, query.order.value)
    if name in columns.texts:
        keys = columns.texts[name].keys(rows, now)
    else:
        keys = columns.number(name)[rows]
    if query.descending:
        keys = -keys
    keys[np.isnan(keys)] = np.inf
    return keys
