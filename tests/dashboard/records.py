"""Profiles and audience records for tests, and a moment to stand in."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec

from dataflows.playback.audience import (
    AdTally,
    Audience,
    AudienceMinute,
    EventTally,
    QualityTally,
)
from dataflows.playback.profile import PlaybackStatus, ViewerProfile, iso_from_ms

NOW: Final = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def stamp(seconds: float = 0.0, moment: datetime = NOW) -> str:
    """Return the point in time so many seconds after `moment`, as records hold it."""
    later = moment + timedelta(seconds=seconds)
    return iso_from_ms(round(later.timestamp() * 1000))


def profile(
    viewer_id: str = "alice", since: float = -65.0, **fields: Any
) -> ViewerProfile:
    """Return a profile whose status began `since` seconds from now."""
    known: dict[str, Any] = {
        "viewer_id": viewer_id,
        "collector_tstamp": stamp(since),
        "event_id": "e1",
        "event_name": "play_event",
        "video_ts": 247.5,
        "status": PlaybackStatus.WATCHING_VIDEO,
        "status_since": stamp(since),
        "session_start": stamp(-3847),
        "label": "A film",
        "version": "1",
    }
    return ViewerProfile(**known | fields)


def audience(at: float = 0.0, moment: datetime = NOW, **fields: Any) -> Audience:
    """Return an audience record `at` seconds from `moment`."""
    viewers = {
        PlaybackStatus.WATCHING_VIDEO: 1_200,
        PlaybackStatus.PAUSED_VIDEO: 30,
        PlaybackStatus.WATCHING_AD: 20,
        PlaybackStatus.BUFFERING: 0,
        PlaybackStatus.COMPLETED_VIDEO: 4,
    }
    known: dict[str, Any] = {
        "tstamp": stamp(at, moment),
        "viewers": viewers,
        "titles": {"A film": 1_254},
    }
    return Audience(**known | fields)


def audience_json(record: Audience) -> bytes:
    """Return the record as the audience topic holds it."""
    return msgspec.json.encode(record)


def minute(at: float = 0.0, moment: datetime = NOW, **fields: Any) -> AudienceMinute:
    """Return a minute of the audience that began `at` seconds from `moment`."""
    counts = audience().viewers
    known: dict[str, Any] = {
        "tstamp": stamp(at, moment),
        "seconds": 60,
        "peak": counts,
        "mean": {status: float(count) for status, count in counts.items()},
        "viewers_peak": 1_250,
        "titles": {},
        "sessions_started": 0,
        "sessions_left": 0,
        "sessions_completed": 0,
        "events": EventTally(),
        "ads": AdTally(),
        "quality": QualityTally(),
    }
    return AudienceMinute(**known | fields)
