"""Why a message can't be used, and what our own code raises.

PlaybackError
└── SnapshotFormatError   a snapshot of another format or shard count

A bad message is not an exception: it is a `Rejected` value with a reason out of a
closed list, and ends in the dead letters.
"""

from enum import StrEnum, unique

import msgspec

__all__ = [
    "DeadLetterReason",
    "PlaybackError",
    "Rejected",
    "Skipped",
    "SnapshotFormatError",
]


class PlaybackError(Exception):
    """Whatever the core raises; always a fault of ours, never of a message."""


class SnapshotFormatError(PlaybackError):
    """A snapshot was packed by code that this code can't follow."""


@unique
class DeadLetterReason(StrEnum):
    """Why a message went to the dead letters; the whole list."""

    UNPARSABLE = "unparsable"
    """Neither JSON of a known shape nor tab-separated columns."""
    WRONG_COLUMN_COUNT = "wrong_column_count"
    """Tab-separated, but not the 131 columns of an enriched event."""
    OVERSIZED = "oversized"
    """Longer than a Snowplow collector takes (1 MiB)."""
    MISSING_VIEWER_ID = "missing_viewer_id"
    """Nobody can be told: no user_id, domain_userid or network_userid."""
    MISSING_EVENT_ID = "missing_event_id"
    """A duplicate of it could not be told."""
    MISSING_EVENT_NAME = "missing_event_name"
    """Nothing says what happened."""
    MISSING_TIMESTAMP = "missing_timestamp"
    """Neither derived_tstamp nor collector_tstamp."""
    UNKNOWN_EVENT_NAME = "unknown_event_name"
    """A media event that the vocabulary does not hold."""
    BAD_TIMESTAMP = "bad_timestamp"
    """Not a point in time, or one before the year 2000."""
    BAD_VALUE = "bad_value"
    """A field holds what its schema rules out and no rule makes sense of."""
    FUTURE_TIMESTAMP = "future_timestamp"
    """Ahead of the clock by more than the tolerance; would close every window."""
    LATE = "late"
    """Behind its partition, or all of them, by more than the lateness bound."""


class Rejected(msgspec.Struct, frozen=True, gc=False):
    """A message that can't be used, and why; `detail` is for a person to read."""

    reason: DeadLetterReason
    detail: str = ""


class Skipped(msgspec.Struct, frozen=True, gc=False):
    """A sound event that says nothing of playback: a page view, say."""

    event_name: str
