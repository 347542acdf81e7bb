"""A viewer's live profile and history, and their stored shapes, both ways.

The original accelerator's fields keep its names (`adsClicked`, `video_ts`); ours stand
beside them in the words of Snowplow's media session entity. The profile topic, the
`viewer_profiles` table and the API hold the same names, all from here.
"""

from typing import Any, Final

import msgspec

from dataflows.playback.events import EventName
from dataflows.playback.stamps import history_key, iso_from_ms, ms_from_iso
from dataflows.playback.status import (
    STATUS_RULES,
    TIMES,
    PlaybackStatus,
    StatusRules,
)

__all__ = [
    "COUNTED",
    "COUNTS",
    "NOTABLE",
    "STATUS_RULES",
    "TIMES",
    "HistoryItem",
    "PlaybackStatus",
    "StatusRules",
    "TrackerTotals",
    "ViewerProfile",
    "history_item",
    "history_key",
    "iso_from_ms",
    "ms_from_iso",
    "profile_from_json",
    "profile_item",
    "profile_json",
]


COUNTED: Final = {
    "ads": EventName.AD_START,
    "ads_completed": EventName.AD_COMPLETE,
    "ad_breaks": EventName.AD_BREAK_START,
    "errors": EventName.ERROR,
}
"""The profile's fields that count events of a kind. `stalls` is none of them: it counts
how often the status became `BUFFERING`, here as in the audience."""

COUNTS: Final = (*COUNTED, "stalls")
"""All fields that count; their order is part of the recovery format."""


NOTABLE: Final = frozenset(
    {
        EventName.AD_START,
        EventName.AD_COMPLETE,
        EventName.AD_SKIP,
        EventName.AD_CLICK,
        EventName.QUALITY_CHANGE,
        EventName.ERROR,
    }
)
"""Events that are in a viewer's history whether or not they change the status: what
became of each ad, and what the picture suffered."""


class TrackerTotals(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """The page's own totals, to check ours against; `None` if unsent."""

    time_played: float | None = None
    time_paused: float | None = None
    time_spent_ads: float | None = None
    time_buffering: float | None = None
    content_watched: float | None = None
    ads: int | None = None
    ad_breaks: int | None = None


class _Original(msgspec.Struct, frozen=True, gc=False):
    """The original accelerator's fields, in its order.

    Of all fields these alone may be given by their places: msgspec looks a name up by
    walking through them, which is most of what it takes to make a profile.
    """

    viewer_id: str
    collector_tstamp: str
    event_id: str
    event_name: str
    video_ts: float | None = None
    ads_clicked: int = msgspec.field(default=0, name="adsClicked")
    ads_skipped: int = msgspec.field(default=0, name="adsSkipped")
    ad_id: str | None = msgspec.field(default=None, name="adId")


class ViewerProfile(_Original, frozen=True, kw_only=True):
    """One viewer's current session.

    Points in time are ISO-8601 in UTC with milliseconds, durations are seconds, `None`
    is what can't be known. `session_end` is set once the session's window has closed:
    it is over, whatever its status. `collector_tstamp` is the newest event's time: its
    collector stamp, less the time that the event waited in the browser where that is
    known. `bitrate` is what the player said last, in bits a second. `startup_time` is
    an estimate: from the player's ready event to the first one that shows a picture.
    `dimensions` are what else is known to break audiences down by, such as `device` and
    `country`. `version` orders the profiles of one viewer as text: newer is greater,
    and the same set of events gives the same one however they came.
    """

    status: PlaybackStatus
    status_since: str
    session_start: str
    session_end: str | None = None
    media_session_id: str | None = None
    label: str | None = None
    duration: float | None = None
    time_played: float = 0.0
    time_paused: float = 0.0
    time_spent_ads: float = 0.0
    time_buffering: float = 0.0
    content_watched: float | None = None
    ads: int = 0
    ads_completed: int = 0
    ad_breaks: int = 0
    stalls: int = 0
    errors: int = 0
    events: int = 0
    paused: bool = False
    ended: bool = False
    livestream: bool | None = None
    quality: str | None = None
    bitrate: int | None = None
    player_type: str | None = None
    startup_time: float | None = None
    dimensions: dict[str, str] = {}
    tracker_totals: TrackerTotals = TrackerTotals()
    version: str


class HistoryItem(_Original, frozen=True, kw_only=True):
    """One status change: the original's attributes, and ours beside them.

    `collector_tstamp` is when the status began (as in `ViewerProfile`); two changes in
    one millisecond both survive, see `history_key`. The events in `NOTABLE` have items
    too where they change no status: `previous_status` is `status` then. `detail` is
    the quality that they tell of, or the error's code or name; `bitrate` is in bits a
    second.
    """

    status: PlaybackStatus
    previous_status: PlaybackStatus | None = None
    session_start: str
    media_session_id: str | None = None
    label: str | None = None
    detail: str | None = None
    bitrate: int | None = None


_encode_profile = msgspec.json.Encoder().encode
_decode_profile = msgspec.json.Decoder(ViewerProfile).decode


def profile_json(profile: ViewerProfile) -> bytes:
    """Return the value of the compacted topic."""
    return _encode_profile(profile)


def profile_from_json(data: bytes) -> ViewerProfile:
    """Return the profile that `profile_json` wrote.

    Raises:
        msgspec.DecodeError: `data` is not such a value.

    """
    return _decode_profile(data)


def profile_item(profile: ViewerProfile, expires_at: int) -> dict[str, Any]:
    """Return the item of `viewer_profiles`; it expires at a second since 1970."""
    item: dict[str, Any] = msgspec.to_builtins(profile)
    item["expires_at"] = expires_at
    return item


def history_item(change: HistoryItem, expires_at: int) -> dict[str, Any]:
    """Return the item of `video_events`; it expires at a second since 1970."""
    item: dict[str, Any] = msgspec.to_builtins(change)
    item["expires_at"] = expires_at
    return item
