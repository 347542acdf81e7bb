"""What a session amounts to: its profile, and the items of its history."""

from typing import Final

from msgspec.structs import force_setattr

from dataflows.playback.decode.dimensions import DIMENSIONS, Dimensions
from dataflows.playback.events import (
    AD_EVENTS,
    EventData,
    EventName,
    MediaEvent,
    error_code,
)
from dataflows.playback.profile import (
    COUNTS,
    HistoryItem,
    PlaybackStatus,
    TrackerTotals,
    ViewerProfile,
    iso_from_ms,
)
from dataflows.playback.session import Session
from dataflows.playback.short import NAMES, UNKNOWN, known_or_none
from dataflows.playback.timing import Timing

__all__ = ["change_item", "left_item", "profile_of"]

_DIMENSIONS: Final = tuple(DIMENSIONS)
# What another module holds is looked up by its name each time.
_NAMES: Final = NAMES
_LEFT: Final = PlaybackStatus.LEFT
_ENDED: Final = PlaybackStatus.COMPLETED_VIDEO
_CONTENT_PAUSED: Final = PlaybackStatus.PAUSED_VIDEO


def change_item(
    session: Session,
    status: PlaybackStatus,
    previous: PlaybackStatus | None,
    collector_tstamp: str,
    event: MediaEvent | None = None,
) -> HistoryItem:
    """Return an item of the history, at a `history_key`, of an event if it is one's."""
    clicks, skips = session.ad_totals()
    ad_id, detail, bitrate = session.ad_id, None, None
    if event is not None:
        if event.ad is not None and event.name in AD_EVENTS:
            ad_id = event.ad.ad_id
        if event.data is not None:
            detail, bitrate = _detail(event, event.data), event.data.bitrate
    return HistoryItem(
        session.viewer_id,
        collector_tstamp,
        session.event_id() if event is None else event.event_id,
        _NAMES[session.name_number],
        _seconds(session.current.position),
        clicks,
        skips,
        ad_id,
        status=status,
        previous_status=previous,
        session_start=iso_from_ms(session.start),
        media_session_id=session.media_session_id or None,
        label=session.content.label,
        detail=detail,
        bitrate=bitrate,
    )


def left_item(session: Session, timing: Timing) -> HistoryItem | None:
    """Return the change that a session's end is; none where the content has ended."""
    if session.status is _ENDED:
        return None
    at = iso_from_ms(session.closes_after(timing))
    return change_item(session, _LEFT, session.status, at)


def profile_of(
    session: Session, timing: Timing, *, newest: int, closed: bool, sealed: bool = False
) -> ViewerProfile:
    """Return what the session amounts to.

    Args:
        session: The newest session of a viewer.
        timing: The gaps.
        newest: The time of the viewer's newest event, or of a duplicate of one.
        closed: The session is over.
        sealed: It was, and its version must not go back behind that.

    """
    current, content = session.current, session.content
    totals = session.totals()
    watched = totals.content_watched
    played, paused, in_ads, stalled = session.times
    closes = session.closes_after(timing)
    status, since = session.status, session.since
    playing = current.facts.content
    if closed and status is not _ENDED:
        status, since = _LEFT, closes
    profile = ViewerProfile(
        session.viewer_id,
        iso_from_ms(session.last),
        session.event_id(),
        _NAMES[session.name_number],
        _seconds(current.position),
        totals.ads_clicked,
        totals.ads_skipped,
        session.ad_id,
        status=status,
        status_since=iso_from_ms(since),
        session_start=iso_from_ms(session.start),
        session_end=iso_from_ms(closes) if closed else None,
        media_session_id=session.media_session_id or None,
        label=content.label,
        duration=None if content.duration == UNKNOWN else content.duration,
        time_played=played / 1000,
        time_paused=paused / 1000,
        time_spent_ads=in_ads / 1000,
        time_buffering=stalled / 1000,
        content_watched=None if watched is None else watched / 1000,
        events=session.events,
        paused=playing is _CONTENT_PAUSED,
        ended=playing is _ENDED,
        livestream=content.livestream,
        quality=content.quality,
        bitrate=known_or_none(content.bitrate),
        player_type=content.player_type,
        startup_time=_seconds(session.startup),
        dimensions=_dimensions(session.dimensions),
        tracker_totals=_tracker_totals(totals.tracker),
        version=_version(newest, session.taken, over=closed or sealed),
    )
    if session.counts is not None:
        # By name, and while nobody else has it: quicker than a dict of arguments.
        for name, count in zip(COUNTS, session.counts, strict=True):
            if count:
                force_setattr(profile, name, count)
    return profile


def _version(newest: int, taken: int, *, over: bool) -> str:
    """Return what sorts as text: the time, how many were taken in, whether it ended."""
    ending = "1" if over else "0"
    return f"{str(newest).zfill(15)}-{str(taken).zfill(7)}-{ending}"


def _seconds(ms: int) -> float | None:
    return None if ms == UNKNOWN else ms / 1000


def _dimensions(values: Dimensions) -> dict[str, str]:
    # A snapshot of before a dimension was added has fewer. With `strict`, whatever it
    # is, the loop would not be compiled.
    return {
        name: value
        for name, value in zip(_DIMENSIONS, values)  # noqa: B905
        if value
    }


def _detail(event: MediaEvent, data: EventData) -> str | None:
    """Return what an error or a change of quality is about."""
    return error_code(event) if event.name is EventName.ERROR else data.new_quality


def _tracker_totals(totals: list[float | None]) -> TrackerTotals:
    if not totals:
        return _NO_TRACKER_TOTALS
    played, paused, in_ads, buffering, watched, ads, breaks = totals
    return TrackerTotals(
        time_played=played,
        time_paused=paused,
        time_spent_ads=in_ads,
        time_buffering=buffering,
        content_watched=watched,
        ads=None if ads is None else int(ads),
        ad_breaks=None if breaks is None else int(breaks),
    )


_NO_TRACKER_TOTALS: Final = TrackerTotals()
