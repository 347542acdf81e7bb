"""The audience topics as DataFrames: a row a second or a minute, indexed by time."""

from collections.abc import Iterable, Sequence
from typing import Final

import pandas as pd

from dataflows.frames.columns import moments, struct_frame
from dataflows.playback.audience import AdTally, Audience, AudienceMinute
from dataflows.playback.profile import PlaybackStatus

__all__ = ["audience_frame", "by_key_frame", "minutes_frame"]

_LEFT: Final = f".{PlaybackStatus.LEFT}"


def audience_frame(records: Iterable[Audience]) -> pd.DataFrame:
    """Return a row a second: viewers, and counts that run since the flow began.

    Columns of a part have its name and a dot before theirs: `viewers.PAUSED_VIDEO`,
    `ads.starts`, `quality.stalls`.
    """
    return _by_time(struct_frame(Audience, records))


def minutes_frame(records: Iterable[AudienceMinute]) -> pd.DataFrame:
    """Return a row a minute: `peak` and `mean` viewers, and counts of that minute."""
    return _by_time(struct_frame(AudienceMinute, records))


def by_key_frame(
    records: Sequence[Audience] | Sequence[AudienceMinute], field: str
) -> pd.DataFrame:
    """Return a row a time and key of a field that counts by title, ad or code.

    Its columns are `tstamp`, `key`, and either `count` or the counts of an `AdTally`.

    Args:
        records: of seconds or of minutes.
        field: `titles`, `ads_by_id`, `ads_by_break` or `errors_by_code`.

    """
    rows = [
        (record.tstamp, key, value)
        for record in records
        for key, value in getattr(record, field).items()
    ]
    tstamps, keys, values = zip(*rows, strict=True) if rows else ((), (), ())
    frame = pd.DataFrame(
        {"tstamp": moments(tstamps), "key": pd.array(keys, dtype="string")}
    )
    if field.startswith("ads_by_"):
        return frame.join(struct_frame(AdTally, values))
    return frame.assign(count=pd.array(values, dtype="int64"))


def _by_time(frame: pd.DataFrame) -> pd.DataFrame:
    # Who has left is not counted: they are no audience.
    uncounted = [name for name in frame.columns if name.endswith(_LEFT)]
    return frame.drop(columns=uncounted).set_index("tstamp").sort_index()
