"""What the topics hold, read and checked: what passes can be stored, ordered and shown.

The feed and every browser session rely on it, so it is checked once, on the way in.
"""

from collections.abc import Iterable
from typing import Final

from dashboard.known import ViewerChange
from dataflows.playback.audience import (
    Audience,
    AudienceMinute,
    audience_from_json,
    minute_from_json,
)
from dataflows.playback.profile import iso_from_ms, ms_from_iso, profile_from_json

__all__ = ["UNREADABLE", "audience_minute", "audience_record", "viewer_change"]

UNREADABLE: Final = (ValueError, OverflowError, RecursionError)
"""What is raised for a record that can't be read; msgspec's errors are of the first."""

# NumPy's whole numbers, and pandas' nanoseconds since 1970, are of 64 bits.
_COUNT_BOUND: Final = 2**63
_COUNTS: Final = ("ads", "ads_clicked", "ads_skipped", "stalls", "errors")
_MS_BOUND: Final = 2**63 // 1_000_000


def viewer_change(key: bytes | None, value: bytes | None) -> ViewerChange:
    """Return what a message of the profiles topic changes.

    Raises:
        ValueError: it is not what the flow writes; or another of `UNREADABLE`.

    """
    if value is None:
        if key is None:
            msg = "a tombstone must have a key"
            raise ValueError(msg)
        return key.decode(), None
    profile = profile_from_json(value)
    stamps = (profile.status_since, profile.session_start, profile.collector_tstamp)
    _check_stamps((*stamps, profile.session_end or profile.session_start))
    _check_counts(getattr(profile, name) for name in _COUNTS)
    return profile.viewer_id, profile


def audience_record(value: bytes | None) -> Audience:
    """Return the record that a message of the audience topic holds.

    Raises:
        ValueError: it is not what the flow writes; or another of `UNREADABLE`.

    """
    audience = audience_from_json(value or b"")
    _check_stamps((audience.tstamp, audience.watermark or audience.tstamp))
    _check_counts(audience.viewers.values())
    return audience


def audience_minute(value: bytes | None) -> AudienceMinute:
    """Return the minute that a message of the audience minutes topic holds.

    Raises:
        ValueError: it is not what the flow writes; or another of `UNREADABLE`.

    """
    minute = minute_from_json(value or b"")
    _check_stamps((minute.tstamp,))
    _check_counts(minute.peak.values())
    return minute


def _check_stamps(stamps: Iterable[str]) -> None:
    for stamp in stamps:
        ms = ms_from_iso(stamp)
        # Of one form, for they are ordered as text.
        if not 0 <= ms < _MS_BOUND or iso_from_ms(ms) != stamp:
            msg = f"a point in time must be as `iso_from_ms` writes it; got {stamp!r}"
            raise ValueError(msg)


def _check_counts(counts: Iterable[int]) -> None:
    if any(abs(count) >= _COUNT_BOUND for count in counts):
        msg = "a count must fit into 64 bits"
        raise ValueError(msg)
