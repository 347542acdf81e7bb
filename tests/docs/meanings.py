"""What each field of the contracts means, for the schemas and the guide's tables.

A field of a nested type has a table of its own, by the type's name; a type that shares
fields with the profile says only what differs.
"""

from typing import Final

__all__ = ["ALIKE", "MEANINGS", "TSTAMPS"]

TSTAMPS: Final = frozenset(
    {
        "ViewerProfile.collector_tstamp",
        "ViewerProfile.status_since",
        "ViewerProfile.session_start",
        "ViewerProfile.session_end",
        "HistoryItem.session_start",
        "Audience.tstamp",
        "Audience.watermark",
        "AudienceMinute.tstamp",
    }
)
"""Points in time: ISO-8601 in UTC, always with milliseconds and `Z`."""

ALIKE: Final = {"HistoryItem": "ViewerProfile", "AudienceMinute": "Audience"}
"""Types whose fields mean what those of another mean, where nothing else is said."""

_PROFILE: Final = {
    "viewer_id": "who: `user_id`, else `domain_userid`, else `network_userid`; the key",
    "collector_tstamp": (
        "when the newest event happened: its collector stamp, less the time that it "
        "waited in the browser"
    ),
    "event_id": "the newest event's id",
    "event_name": "the newest event's name, such as `play_event`",
    "video_ts": "position in the content, seconds",
    "adsClicked": "clicks on ads in this session",
    "adsSkipped": "ads skipped in this session",
    "adId": "the ad on screen",
    "status": "what the viewer is doing",
    "status_since": "since when",
    "session_start": "when the session's first event happened",
    "session_end": "when the session ended; set once it is over, whatever the status",
    "media_session_id": "the tracker's media session that was heard last",
    "label": "title of the content",
    "duration": "length of the content, seconds",
    "time_played": "seconds in `WATCHING_VIDEO`",
    "time_paused": "seconds in `PAUSED_VIDEO`",
    "time_spent_ads": "seconds in `WATCHING_AD`",
    "time_buffering": "seconds in `BUFFERING`",
    "content_watched": "seconds of the content that were seen, each counted once",
    "ads": "ads started",
    "ads_completed": "ads seen to their end",
    "ad_breaks": "ad breaks started",
    "stalls": "how often the status became `BUFFERING`",
    "errors": "errors that the player reported",
    "events": "events of this session, duplicates not counted",
    "paused": "whether the content is paused",
    "ended": "whether the content has ended",
    "livestream": "whether it is live",
    "quality": "the quality that the player shows, such as `1080p`",
    "bitrate": "what the player said of its stream last, bits a second",
    "player_type": "the player, as the tracker names it",
    "startup_time": (
        "seconds from the player's being ready to moving pictures: an estimate"
    ),
    "dimensions": "what else is known of the viewer, by name, such as `country`",
    "tracker_totals": "the page's own totals, to check these against",
    "version": (
        "orders a viewer's profiles as text, newest greatest; the same events give the "
        "same one however they came"
    ),
}
_HISTORY: Final = {
    "collector_tstamp": (
        "when it happened; `#1`, `#2` behind it where several share the millisecond"
    ),
    "event_id": "the event that brought it",
    "event_name": "that event's name",
    "adId": "the ad on screen; of an ad's own event, that ad",
    "status": "the status that began then",
    "previous_status": (
        "the status before; none at the start of a session, and the same as `status` "
        "for an event that is told though it changed no status"
    ),
    "detail": "the quality that the event tells of, or the error's code or name",
    "bitrate": "bits a second, of a change of quality",
}
_AUDIENCE: Final = {
    "tstamp": "the second; the key",
    "viewers": "viewers by status",
    "titles": "viewers by title, the 100 largest",
    "other_titles": "viewers of all other titles",
    "sessions_started": "sessions that began, running count",
    "sessions_left": "sessions that were left, running count",
    "sessions_completed": "times that content was seen to its end, running count",
    "events": "what became of the messages",
    "ads": "what became of the ads",
    "ads_by_id": "the same by `adId`, for the ads with the most starts",
    "ads_by_break": (
        "the same by break: `pre-roll`, `mid-roll`, `post-roll`, or the break's name"
    ),
    "quality": "quality of experience",
    "errors_by_code": "errors by code or name, running counts",
    "lag": "how far behind the flow is, by source partition",
    "watermark": "the newest event time of all shards",
    "latency_p50_ms": (
        "from Kafka's stamp of an event to the profile it changed: half took no "
        "longer, over the last 10 seconds; none where nothing changed"
    ),
    "latency_p99_ms": "the same, 99 in a hundred",
}
_MINUTE: Final = {
    "tstamp": "the minute's start; the key",
    "seconds": "how many records of a second went into it",
    "peak": "most viewers at once, by status",
    "mean": "mean of the viewers, by status",
    "viewers_peak": "most viewers at once, but for those who have completed",
    "titles": "viewers by title at the minute's start",
    "sessions_started": "sessions that began in this minute",
    "sessions_left": "sessions that were left in it",
    "sessions_completed": "times that content was seen to its end in it",
    "events": "what became of the messages in it",
    "ads": "what became of the ads in it",
    "quality": "quality of experience in it",
    "errors_by_code": "errors by code or name in it",
}
_ADS: Final = {
    "starts": "ads started",
    "first_quartiles": "ads seen to a quarter",
    "midpoints": "to the middle",
    "third_quartiles": "to three quarters",
    "completes": "to the end",
    "skips": "ads skipped",
    "clicks": "clicks on ads",
    "breaks": "ad breaks started",
}
_EVENTS: Final = {
    "received": "messages read",
    "used": "media events that went into a profile",
    "skipped": "sound events that say nothing of playback, such as page views",
    "late": "events later than the lateness bound; they are dead letters, too",
    "duplicate": "events that were known already",
    "dead_letters": "messages that can't be used, by reason; late ones are not in it",
    "shapes": "messages by the shape that they came in",
}

MEANINGS: Final[dict[str, dict[str, str]]] = {
    "ViewerProfile": _PROFILE,
    "HistoryItem": _HISTORY,
    "Audience": _AUDIENCE,
    "AudienceMinute": _MINUTE,
    "AdTally": _ADS,
    "EventTally": _EVENTS,
    "QualityTally": {
        "time_played": "seconds played by all viewers",
        "time_buffering": "seconds stalled",
        "stalls": "stalls",
        "errors": "errors that players reported",
        "quality_changes": "changes of quality",
    },
    "PartitionLag": {
        "partition": "the source partition",
        "messages": "messages still to be read",
        "seconds": "how old the newest message was when it was read; 0 at the end",
    },
    "TrackerTotals": {
        "time_played": "seconds played",
        "time_paused": "seconds paused",
        "time_spent_ads": "seconds in ads",
        "time_buffering": "seconds stalled",
        "content_watched": "seconds of the content seen",
        "ads": "ads started",
        "ad_breaks": "ad breaks started",
    },
    "DeadLetterHeaders": {
        "reason": "why, out of this closed list",
        "detail": "the same for a person to read: subject, rule, what was found",
        "topic": "topic that it came from",
        "partition": "partition that it came from",
        "offset": "its offset there; with the two above, what tells a repeat",
    },
}
