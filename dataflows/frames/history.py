"""The history of viewers, the table `video_events`, as DataFrames."""

from collections.abc import Iterable

import pandas as pd

from dataflows.frames.columns import struct_frame
from dataflows.playback.profile import HistoryItem, PlaybackStatus

__all__ = ["history_frame", "spans_frame"]

_SESSION = ["viewer_id", "session_start"]


def history_frame(items: Iterable[HistoryItem]) -> pd.DataFrame:
    """Return a row an item, a viewer after the other, each in order of time.

    `changed` tells the changes of status from the other notable events: an ad that
    began, say, or another quality.
    """
    # By the keys of the table, which order what happened in one millisecond.
    rows = sorted(items, key=lambda item: (item.viewer_id, item.collector_tstamp))
    frame = struct_frame(HistoryItem, rows)
    changed = [item.previous_status is not item.status for item in rows]
    frame["changed"] = pd.array(changed, dtype="bool")
    return frame


def spans_frame(history: pd.DataFrame) -> pd.DataFrame:
    """Return a row a stretch of time that a viewer was in one status.

    `end` is when the next one began; the last of a session that is still open, or
    that ended with its video, has none, and so no `seconds`.

    Args:
        history: of `history_frame`.

    """
    changes = history[history["changed"]]
    spans = changes[["viewer_id", "session_start", "label", "status"]].copy()
    spans["begin"] = changes["collector_tstamp"]
    spans["end"] = spans.groupby(_SESSION)["begin"].shift(-1)
    spans["seconds"] = (spans["end"] - spans["begin"]).dt.total_seconds()
    left = spans["status"] == str(PlaybackStatus.LEFT)
    return spans[~left].reset_index(drop=True)
