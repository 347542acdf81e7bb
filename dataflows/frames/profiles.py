"""Profiles as a DataFrame: a row a viewer, in the state they are in or ended in."""

from collections.abc import Iterable, Sequence
from typing import Final

import pandas as pd

from dataflows.frames.columns import struct_frame
from dataflows.frames.lines import Record
from dataflows.playback.profile import ViewerProfile, profile_from_json

__all__ = ["DIMENSIONS", "newest_profiles", "profiles_frame"]

DIMENSIONS: Final = ("device", "country")
"""What the flow knows of most viewers beside what they watch."""


def profiles_frame(
    profiles: Iterable[ViewerProfile], dimensions: Sequence[str] = DIMENSIONS
) -> pd.DataFrame:
    """Return a row a profile.

    Columns have the names of the topic and the table, but for `dimensions`: each that
    is named is a column of text of its own.

    Raises:
        ValueError: a dimension has the name of another column.

    """
    rows = list(profiles)
    frame = struct_frame(ViewerProfile, rows)
    for name in dimensions:
        if name in frame.columns:
            msg = f"dimension `{name}` must differ from the columns; leave it out"
            raise ValueError(msg)
        values = [profile.dimensions.get(name) for profile in rows]
        frame[name] = pd.array(values, dtype="string")
    return frame


def newest_profiles(records: Iterable[Record]) -> list[ViewerProfile]:
    """Return what the records of the profiles topic leave: the newest of each viewer.

    Args:
        records: of each partition in their order; a deletion removes its viewer.

    Raises:
        ValueError: a record is no profile; the message says which.

    """
    newest: dict[bytes | None, ViewerProfile] = {}
    for record in records:
        if record.value is None:
            newest.pop(record.key, None)
            continue
        try:
            newest[record.key] = profile_from_json(record.value)
        except ValueError as ex:
            where = f"record {record.offset} of partition {record.partition}"
            msg = f"{where} must be a profile; got {ex}"
            raise ValueError(msg) from ex
    return list(newest.values())
