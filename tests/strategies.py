"""Hypothesis strategies for playback events, and nothing that only one test needs.

`media_event` and `media_events` build what a decoder hands on: entities as a real
player sends them, numbers within their bounds, texts that are never empty.
"""

import string
from typing import Any

from hypothesis import strategies as st

from dataflows.playback.events import (
    Ad,
    AdBreak,
    EventData,
    EventName,
    MediaEvent,
    MediaPlayer,
    MediaSession,
)

__all__ = [
    "START_MS",
    "ad_breaks",
    "ads",
    "event_data",
    "media_event",
    "media_events",
    "media_players",
    "media_sessions",
    "plain_event",
    "times_ms",
    "viewer_ids",
]

START_MS = 1_795_410_000_000  # 2026-11-23T05:00:00Z

_NAMES = st.sampled_from(EventName)
_ID_LETTERS = string.ascii_letters + string.digits + "-_."
_ids = st.text(_ID_LETTERS, min_size=1, max_size=12)
# What must be escaped, and one to four bytes of UTF-8.
_texts = st.text(
    string.printable + "éß→日本\U0001f600\x00\u2028", min_size=1, max_size=12
)
_flags = st.booleans()
_seconds = st.integers(0, 7_200_000).map(lambda ms: ms / 1000)
_counts = st.integers(0, 50)
_percents = st.integers(0, 100)
_rates = st.sampled_from([0.25, 0.5, 1.0, 1.25, 1.5, 2.0, 16.0])
_qualities = st.sampled_from(["180p", "720p", "1080p", "auto"])


def viewer_ids(count: int = 5) -> st.SearchStrategy[str]:
    """Draw one of `count` viewers: `viewer-0`, `viewer-1` and so on."""
    return st.integers(0, count - 1).map("viewer-{}".format)


def times_ms(
    first: int = START_MS, last: int = START_MS + 3_600_000
) -> st.SearchStrategy[int]:
    """Draw an event time, milliseconds since 1970, both ends included."""
    return st.integers(first, last)


_VIEWERS = viewer_ids()
_TIMES = times_ms()


def _or_none(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


def media_players() -> st.SearchStrategy[MediaPlayer]:
    """Draw a player entity with its levels, the rest there or not."""
    return st.builds(
        MediaPlayer,
        current_time=_seconds,
        duration=_or_none(_seconds),
        paused=_flags,
        ended=_flags,
        livestream=_or_none(_flags),
        muted=_or_none(_flags),
        fullscreen=_or_none(_flags),
        picture_in_picture=_or_none(_flags),
        loop=_or_none(_flags),
        label=_or_none(_texts),
        media_type=_or_none(st.sampled_from(["video", "audio"])),
        player_type=_or_none(st.sampled_from(["org.whatwg-media_element", "youtube"])),
        quality=_or_none(_qualities),
        playback_rate=_or_none(_rates),
        volume=_or_none(_percents),
    )


def media_sessions(
    media_session_ids: st.SearchStrategy[str] = _ids,
) -> st.SearchStrategy[MediaSession]:
    """Draw a session entity; as in life, totals may be left out."""
    totals = {
        name: _or_none(_seconds)
        for name in (
            "time_played",
            "time_played_muted",
            "time_paused",
            "content_watched",
            "time_buffering",
            "time_spent_ads",
        )
    }
    counts = {
        name: _or_none(_counts)
        for name in ("ads", "ads_clicked", "ads_skipped", "ad_breaks")
    }
    return st.builds(
        MediaSession,
        media_session_id=media_session_ids,
        started_at=_or_none(st.just("2026-11-23T05:08:09.658Z")),
        ping_interval=_or_none(st.sampled_from([3.0, 15.0, 30.0])),
        avg_playback_rate=_or_none(_rates),
        **totals,
        **counts,
    )


def ads() -> st.SearchStrategy[Ad]:
    """Draw an ad entity."""
    return st.builds(
        Ad,
        ad_id=_ids,
        name=_or_none(_texts),
        creative_id=_or_none(_ids),
        pod_position=_or_none(st.integers(1, 9)),
        duration=_or_none(_seconds),
        skippable=_or_none(_flags),
    )


def ad_breaks() -> st.SearchStrategy[AdBreak]:
    """Draw an ad break entity."""
    return st.builds(
        AdBreak,
        break_id=_ids,
        start_time=_or_none(_seconds),
        name=_or_none(st.sampled_from(["pre-roll", "mid-roll", "post-roll"])),
        break_type=_or_none(st.sampled_from(["linear", "nonlinear", "companion"])),
        pod_size=_or_none(st.integers(1, 9)),
    )


_dimensions = st.tuples(
    st.sampled_from([None, "Phone", "TV"]), st.sampled_from([None, "NL"])
).map(lambda values: values if any(values) else ())
_progress = {"percent_progress": _percents.map(float)}
_DATA: dict[EventName, dict[str, st.SearchStrategy[Any]]] = {
    EventName.AD_QUARTILE: {"percent_progress": st.sampled_from([25.0, 50.0, 75.0])},
    EventName.AD_CLICK: _progress,
    EventName.AD_SKIP: _progress,
    EventName.AD_PAUSE: _progress,
    EventName.AD_RESUME: _progress,
    EventName.PERCENT_PROGRESS: _progress,
    EventName.PLAYBACK_RATE_CHANGE: {
        "previous_rate": _or_none(_rates),
        "new_rate": _rates,
    },
    EventName.VOLUME_CHANGE: {
        "previous_volume": _or_none(_percents),
        "new_volume": _percents,
    },
    EventName.FULLSCREEN_CHANGE: {"fullscreen": _flags},
    EventName.PICTURE_IN_PICTURE_CHANGE: {"picture_in_picture": _flags},
    EventName.QUALITY_CHANGE: {
        "previous_quality": _or_none(_qualities),
        "new_quality": _qualities,
        "bitrate": _or_none(st.integers(100_000, 40_000_000)),
        "frames_per_second": _or_none(st.sampled_from([24.0, 30.0, 60.0])),
        "automatic": _or_none(_flags),
    },
    EventName.ERROR: {
        "error_code": _ids,
        "error_name": _or_none(_texts),
        "error_description": _or_none(_texts),
    },
}


def event_data(name: EventName) -> st.SearchStrategy[EventData | None]:
    """Draw what an event of this name says by itself; most say nothing."""
    fields = _DATA.get(name)
    return st.none() if fields is None else st.builds(EventData, **fields)


@st.composite
def media_event(
    draw: st.DrawFn,
    viewer_ids: st.SearchStrategy[str] = _VIEWERS,
    times: st.SearchStrategy[int] = _TIMES,
    names: st.SearchStrategy[EventName] = _NAMES,
    media_session_ids: st.SearchStrategy[str] = _ids,
) -> MediaEvent:
    """Draw one event with the entities that a current tracker sends."""
    name = draw(names)
    in_ad = name.startswith("ad_") or draw(st.integers(0, 4)) == 0
    return MediaEvent(
        viewer_id=draw(viewer_ids),
        event_id=str(draw(st.uuids())),
        name=name,
        time=draw(times),
        player=draw(media_players()),
        session=draw(media_sessions(media_session_ids)),
        ad=draw(_or_none(ads())) if in_ad else None,
        ad_break=draw(_or_none(ad_breaks())) if in_ad else None,
        data=draw(event_data(name)),
        dimensions=draw(_dimensions),
    )


@st.composite
def plain_event(
    draw: st.DrawFn,
    viewer_ids: st.SearchStrategy[str] = _VIEWERS,
    times: st.SearchStrategy[int] = _TIMES,
    names: st.SearchStrategy[EventName] = _NAMES,
) -> MediaEvent:
    """Draw one event as the flat shape's eight fields tell it: edges, no levels."""
    position, clicked, skipped = draw(
        st.tuples(_or_none(_seconds), _or_none(_counts), _or_none(_counts))
    )
    return MediaEvent(
        viewer_id=draw(viewer_ids),
        event_id=str(draw(st.uuids())),
        name=draw(names),
        time=draw(times),
        player=None if position is None else MediaPlayer(current_time=position),
        session=MediaSession(ads_clicked=clicked or None, ads_skipped=skipped or None)
        if clicked or skipped
        else None,
        ad=draw(_or_none(st.builds(Ad, ad_id=_ids))),
    )


def media_events(
    event: st.SearchStrategy[MediaEvent] | None = None,
    *,
    min_size: int = 0,
    max_size: int = 12,
) -> st.SearchStrategy[list[MediaEvent]]:
    """Draw events in any order, no two with the same `event_id`."""
    return st.lists(
        media_event() if event is None else event,
        min_size=min_size,
        max_size=max_size,
        unique_by=lambda drawn: drawn.event_id,
    )
