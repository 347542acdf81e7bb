"""Snowplow's media vocabulary: the names of the events, and the entities on them.

Schemas: https://github.com/snowplow/iglu-central,
`com.snowplowanalytics.snowplow.media`. Seconds are floats, as there.
"""

from enum import StrEnum, unique
from typing import Any, Final

import msgspec

__all__ = [
    "AD_EVENTS",
    "Ad",
    "AdBreak",
    "EventData",
    "EventName",
    "MediaPlayer",
    "MediaSession",
    "entity_fields",
]


@unique
class EventName(StrEnum):
    """The 25 media events, in the order that holds within one millisecond.

    Events of one request can share their stamp, and then nothing tells their order. It
    must not hang on arrival, so it is this one: what closes comes before what opens, an
    ad break starts before the pause it causes and ends before the play it allows,
    and `end_event` is last; so the last one leaves the state that the page is in.
    """

    READY = "ready_event"
    AD_CLICK = "ad_click_event"
    AD_PAUSE = "ad_pause_event"
    AD_RESUME = "ad_resume_event"
    AD_QUARTILE = "ad_quartile_event"
    AD_SKIP = "ad_skip_event"
    AD_COMPLETE = "ad_complete_event"
    AD_BREAK_END = "ad_break_end_event"
    AD_BREAK_START = "ad_break_start_event"
    AD_START = "ad_start_event"
    SEEK_START = "seek_start_event"
    SEEK_END = "seek_end_event"
    PLAYBACK_RATE_CHANGE = "playback_rate_change_event"
    VOLUME_CHANGE = "volume_change_event"
    FULLSCREEN_CHANGE = "fullscreen_change_event"
    PICTURE_IN_PICTURE_CHANGE = "picture_in_picture_change_event"
    QUALITY_CHANGE = "quality_change_event"
    PERCENT_PROGRESS = "percent_progress_event"
    BUFFER_END = "buffer_end_event"
    BUFFER_START = "buffer_start_event"
    PAUSE = "pause_event"
    PLAY = "play_event"
    PING = "ping_event"
    ERROR = "error_event"
    END = "end_event"


AD_EVENTS: Final = frozenset(name for name in EventName if name.startswith("ad_"))
"""Events of an ad; the player entity on them is stale."""


class _Entity(msgspec.Struct, frozen=True, gc=False, array_like=True, rename="camel"):
    """Packed as an array: a snapshot holds every viewer's recent events."""


class MediaPlayer(_Entity, frozen=True):
    """`media_player` 2-0-0: the player at the moment of the event.

    Of the flat shape only `current_time` (as `video_ts`) is sure to be there; `paused`
    being `None` is what tells that an event carries edges and no levels.
    """

    current_time: float | None = None
    duration: float | None = None
    paused: bool | None = None
    ended: bool | None = None
    livestream: bool | None = None
    muted: bool | None = None
    fullscreen: bool | None = None
    picture_in_picture: bool | None = None
    loop: bool | None = None
    label: str | None = None
    media_type: str | None = None
    player_type: str | None = None
    quality: str | None = None
    playback_rate: float | None = None
    volume: int | None = None


class MediaSession(_Entity, frozen=True):
    """`session` 1-0-0: one playback, and totals that the page reckoned (seconds).

    The totals only grow within one `media_session_id`, and a zero is left out.
    """

    media_session_id: str = ""
    started_at: str | None = None
    ping_interval: float | None = None
    time_played: float | None = None
    time_played_muted: float | None = None
    time_paused: float | None = None
    content_watched: float | None = None
    time_buffering: float | None = None
    time_spent_ads: float | None = None
    avg_playback_rate: float | None = None
    ads: int | None = None
    ads_clicked: int | None = None
    ads_skipped: int | None = None
    ad_breaks: int | None = None


class Ad(_Entity, frozen=True):
    """`ad` 1-0-0: the ad on screen. `ad_id` is text, also where it came as a number."""

    ad_id: str
    name: str | None = None
    creative_id: str | None = None
    pod_position: int | None = None
    duration: float | None = None
    skippable: bool | None = None


class AdBreak(_Entity, frozen=True):
    """`ad_break` 1-0-0: the break that holds the ad; `start_time` is content time."""

    break_id: str
    start_time: float | None = None
    name: str | None = None
    break_type: str | None = None
    pod_size: int | None = None


class EventData(_Entity, frozen=True):
    """What events say beside their entities; `bitrate` is in bits a second."""

    percent_progress: float | None = None
    previous_rate: float | None = None
    new_rate: float | None = None
    previous_volume: int | None = None
    new_volume: int | None = None
    fullscreen: bool | None = None
    picture_in_picture: bool | None = None
    previous_quality: str | None = None
    new_quality: str | None = None
    bitrate: int | None = None
    frames_per_second: float | None = None
    automatic: bool | None = None
    error_code: str | None = None
    error_name: str | None = None
    error_description: str | None = None


def entity_fields(entity: msgspec.Struct) -> dict[str, Any]:
    """Return what an entity says, under its schema's names; what is unset is absent."""
    names = zip(entity.__struct_fields__, entity.__struct_encode_fields__, strict=True)
    found = {word: getattr(entity, name) for name, word in names}
    return {word: value for word, value in found.items() if value is not None}
