"""Snowplow's media vocabulary: the names of the events, and the entities on them.

Schemas: https://github.com/snowplow/iglu-central,
`com.snowplowanalytics.snowplow.media`. Seconds are floats, as there.
"""

from enum import StrEnum, unique
from typing import Any, Final

import msgspec

from dataflows.playback.bounds import (
    Bitrate,
    Count,
    Id,
    Percent,
    Progress,
    Quantity,
    Rate,
    Text,
)

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


class _Entity(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """An object of a media schema, of which msgspec makes a Struct as it decodes."""


class MediaPlayer(_Entity, frozen=True):
    """`media_player` 2-0-0: the player at the moment of the event.

    Of the flat shape only `current_time` (as `video_ts`) is sure to be there; `paused`
    being `None` is what tells that an event carries edges and no levels.
    """

    current_time: Quantity | None = None
    duration: Quantity | None = None
    paused: bool | None = None
    ended: bool | None = None
    livestream: bool | None = None
    muted: bool | None = None
    fullscreen: bool | None = None
    picture_in_picture: bool | None = None
    loop: bool | None = None
    label: Text | None = None
    media_type: Text | None = None
    player_type: Text | None = None
    quality: Text | None = None
    playback_rate: Rate | None = None
    volume: Percent | None = None


class MediaSession(_Entity, frozen=True):
    """`session` 1-0-0: one playback, and totals that the page reckoned (seconds).

    The totals only grow within one `media_session_id`, and a zero is left out.
    """

    media_session_id: Id = ""
    started_at: Text | None = None
    ping_interval: Quantity | None = None
    time_played: Quantity | None = None
    time_played_muted: Quantity | None = None
    time_paused: Quantity | None = None
    content_watched: Quantity | None = None
    time_buffering: Quantity | None = None
    time_spent_ads: Quantity | None = None
    avg_playback_rate: Rate | None = None
    ads: Count | None = None
    ads_clicked: Count | None = None
    ads_skipped: Count | None = None
    ad_breaks: Count | None = None


class Ad(_Entity, frozen=True):
    """`ad` 1-0-0: the ad on screen. `ad_id` is text, also where it came as a number."""

    ad_id: Id
    name: Text | None = None
    creative_id: Text | None = None
    pod_position: Count | None = None
    duration: Quantity | None = None
    skippable: bool | None = None


class AdBreak(_Entity, frozen=True):
    """`ad_break` 1-0-0: the break that holds the ad; `start_time` is content time."""

    break_id: Id
    start_time: Quantity | None = None
    name: Text | None = None
    break_type: Text | None = None
    pod_size: Count | None = None


class EventData(_Entity, frozen=True):
    """What events say beside their entities; `bitrate` is in bits a second."""

    percent_progress: Progress | None = None
    previous_rate: Rate | None = None
    new_rate: Rate | None = None
    previous_volume: Percent | None = None
    new_volume: Percent | None = None
    fullscreen: bool | None = None
    picture_in_picture: bool | None = None
    previous_quality: Text | None = None
    new_quality: Text | None = None
    bitrate: Bitrate | None = None
    frames_per_second: Quantity | None = None
    automatic: bool | None = None
    error_code: Text | None = None
    error_name: Text | None = None
    error_description: Text | None = None


def entity_fields(entity: msgspec.Struct) -> dict[str, Any]:
    """Return what an entity says, under its schema's names; what is unset is absent."""
    names = zip(entity.__struct_fields__, entity.__struct_encode_fields__, strict=True)
    found = {word: getattr(entity, name) for name, word in names}
    return {word: value for word, value in found.items() if value is not None}
