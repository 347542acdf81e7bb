"""Tables for the views, out of profiles and audience records: pure functions.

Points in time are UTC and know it; what can't be known is NaN, and says so as
`theme.UNKNOWN` where it is shown.
"""

import math
import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import numpy as np
import pandas as pd

from dashboard.theme import LOOKS, UNKNOWN, status_text
from dataflows.playback.audience import Audience
from dataflows.playback.profile import PlaybackStatus, ViewerProfile

__all__ = [
    "AUDIENCE_STATUSES",
    "audience_frame",
    "clock_text",
    "shown_viewers",
    "viewers_frame",
]

AUDIENCE_STATUSES: Final = tuple(s for s in LOOKS if s is not PlaybackStatus.LEFT)
"""The statuses that an audience record counts, in the order they are shown."""

_NO_TITLE: Final = "(no title)"
_LONGEST: Final = 160
"""Letters shown of a viewer or title; a column has room for fewer."""
_GAP: Final = np.timedelta64(5, "s")
"""Records further apart than this have a gap between them, not a line."""
# Control characters, and those that turn the direction of the text after them
# (https://unicode.org/reports/tr9/#Directional_Formatting_Characters).
_UNSHOWABLE: Final = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_DTYPES: Final = {
    "viewer": "str",
    "title": "str",
    "status": "str",
    "position_s": "float64",
    "ads": "int64",
    "clicked": "int64",
    "skipped": "int64",
}


def viewers_frame(profiles: Sequence[ViewerProfile]) -> pd.DataFrame:
    """Return a row a profile; `title` is missing where the player has none."""
    rows = [
        (
            profile.viewer_id,
            profile.label,
            str(profile.status),
            profile.status_since,
            profile.session_start,
            profile.video_ts,
            profile.ads,
            profile.ads_clicked,
            profile.ads_skipped,
        )
        for profile in profiles
    ]
    columns = (
        "viewer title status status_since session_start position_s ads clicked skipped"
    )
    frame = pd.DataFrame(rows, columns=columns.split()).astype(_DTYPES)
    for column in ("status_since", "session_start"):
        frame[column] = pd.to_datetime(frame[column], utc=True, format="ISO8601")
    return frame


def shown_viewers(frame: pd.DataFrame, now: pd.Timestamp) -> pd.DataFrame:
    """Return a `viewers_frame` as a person reads it at the moment `now`: all text."""
    in_status = (now - frame["status_since"]).dt.total_seconds()
    session = (now - frame["session_start"]).dt.total_seconds()
    return pd.DataFrame(
        {
            "Viewer": [_shown(viewer) for viewer in frame["viewer"]],
            "Title": [_title(title) for title in frame["title"]],
            "Status": [status_text(PlaybackStatus(s)) for s in frame["status"]],
            "Time in status": [clock_text(s) for s in in_status],
            "Position": [clock_text(s) for s in frame["position_s"]],
            "Ads seen": frame["ads"].map(str),
            "Clicked": frame["clicked"].map(str),
            "Skipped": frame["skipped"].map(str),
            "Session": [clock_text(s) for s in session],
        },
        dtype=object,
    )


def audience_frame(records: Sequence[Audience]) -> pd.DataFrame:
    """Return viewers by status, a row a record by `tstamp`; a gap is a row of NaN."""
    index = pd.DatetimeIndex(
        pd.to_datetime([r.tstamp for r in records], utc=True, format="ISO8601"),
        name="tstamp",
    )
    columns = {s: [r.viewers.get(s) for r in records] for s in AUDIENCE_STATUSES}
    frame = pd.DataFrame(columns, index=index, dtype="float64")
    starts = index[1:][np.diff(index) > _GAP]
    gaps = pd.DataFrame(index=starts - timedelta(milliseconds=1), columns=frame.columns)
    return pd.concat([frame, gaps.astype("float64")]).sort_index().rename_axis("tstamp")


def clock_text(seconds: float) -> str:
    """Return seconds as `4:07` or `1:04:07`; a moment still to come is `0:00`."""
    if math.isnan(seconds):
        return UNKNOWN
    minutes, rest = divmod(int(max(0.0, seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _title(title: object) -> str:
    return _shown(title) if isinstance(title, str) and title.strip() else _NO_TITLE


def _shown(text: str) -> str:
    """Return a stranger's text fit for a table: one line, cut, not turned."""
    plain = _UNSHOWABLE.sub("\ufffd", text)
    return plain if len(plain) <= _LONGEST else f"{plain[: _LONGEST - 1]}…"
