"""One viewer's session: the fold of their events, in event-time order.

A session is a window in event time: it opens with the first event and ends when nothing
is heard for the gap of its status. `fold` is the whole rule; it is given a viewer's
events in `event_order`, and its result hangs on nothing but them. Times are
milliseconds.
"""

from typing import Final

import msgspec

from dataflows.playback.events import EventName, MediaEvent
from dataflows.playback.playback import Playback, Totals, seconds_or_none
from dataflows.playback.profile import (
    HistoryItem,
    PlaybackStatus,
    TrackerTotals,
    ViewerProfile,
    history_key,
    iso_from_ms,
)
from dataflows.playback.statuses import Content, status_of
from dataflows.playback.window import Timing

__all__ = ["Session", "fold", "left_item", "profile_of"]

# Who opens more players than this at once has the totals of the ones that were heard
# longest ago added up; their own states are forgotten.
_PLAYBACKS_MOST: Final = 8

# Which of the session's times a status adds to.
_TIME_OF: Final = {
    PlaybackStatus.WATCHING_VIDEO: 0,
    PlaybackStatus.PAUSED_VIDEO: 1,
    PlaybackStatus.WATCHING_AD: 2,
    PlaybackStatus.BUFFERING: 3,
    PlaybackStatus.COMPLETED_VIDEO: 4,
}


class Session(msgspec.Struct, array_like=True):
    """An open session; mutable, and only ever changed by `fold`."""

    viewer_id: str
    start: int
    last: int
    event_id: str = ""
    event_name: EventName = EventName.READY
    status: PlaybackStatus | None = None
    since: int = 0
    since_nth: int = 0
    media_session_id: str = ""
    playbacks: dict[str, Playback] = {}
    retired: Totals = msgspec.field(default_factory=Totals)
    times: list[int] = msgspec.field(default_factory=lambda: [0, 0, 0, 0, 0])
    times_before: list[int] = msgspec.field(default_factory=lambda: [0, 0, 0, 0, 0])
    taken: int = 0
    ad_id: str | None = None
    ads: int = 0
    ads_completed: int = 0
    ad_breaks: int = 0
    stalls: int = 0
    errors: int = 0
    events: int = 0
    label: str | None = None
    duration: float | None = None
    livestream: bool | None = None
    quality: str | None = None
    player_type: str | None = None

    def closes_after(self, timing: Timing) -> int:
        """Return the event time after which silence has ended the session."""
        assert self.status is not None  # noqa: S101, `fold` gives every session one
        return self.last + timing.gap(self.status)

    def totals(self) -> Totals:
        """Return the numbers that add up over playbacks."""
        totals = Totals()
        totals.add(self.retired)
        for playback in self.playbacks.values():
            totals.add(playback.totals())
        return totals


def fold(
    session: Session | None,
    event: MediaEvent,
    timing: Timing,
    changes: list[HistoryItem],
) -> Session:
    """Take in a viewer's next event; append to `changes` what it did to the status.

    Returns:
        The same session, or a new one where the event comes after the end of it.

    """
    if session is None:
        session = Session(event.viewer_id, start=event.time, last=event.time)
    elif event.time > session.closes_after(timing):
        left = left_item(session, timing)
        if left is not None:
            changes.append(left)
        session = _successor(session, event, timing)
    else:
        assert session.status is not None  # noqa: S101, `fold` gives every session one
        session.times[_TIME_OF[session.status]] += event.time - session.last
    playback = _playback(session, event)
    playback.hear(event)
    _keep(session, event)
    _enter(session, status_of(playback.facts), event, changes)
    return session


def left_item(session: Session, timing: Timing) -> HistoryItem | None:
    """Return the change that a session's end is; none where the content has ended."""
    if session.status is PlaybackStatus.COMPLETED_VIDEO:
        return None
    at = iso_from_ms(session.closes_after(timing))
    return _item(session, PlaybackStatus.LEFT, session.status, at)


def profile_of(
    session: Session, timing: Timing, *, newest: int, closed: bool
) -> ViewerProfile:
    """Return what the session amounts to.

    Args:
        session: The newest session of a viewer.
        timing: The gaps.
        newest: The time of the viewer's newest event, or of a duplicate of one.
        closed: The session is over.

    """
    current = session.playbacks[session.media_session_id]
    totals = session.totals()
    played, paused, ads, buffering, _ = session.times
    closes = session.closes_after(timing)
    status, since = session.status, session.since
    assert status is not None  # noqa: S101, `fold` gives every session one
    if closed and status is not PlaybackStatus.COMPLETED_VIDEO:
        status, since = PlaybackStatus.LEFT, closes
    return ViewerProfile(
        viewer_id=session.viewer_id,
        collector_tstamp=iso_from_ms(session.last),
        event_id=session.event_id,
        event_name=session.event_name,
        video_ts=seconds_or_none(current.position),
        ads_clicked=totals.ads_clicked,
        ads_skipped=totals.ads_skipped,
        ad_id=session.ad_id,
        status=status,
        status_since=iso_from_ms(since),
        session_start=iso_from_ms(session.start),
        session_end=iso_from_ms(closes) if closed else None,
        media_session_id=session.media_session_id or None,
        label=session.label,
        duration=session.duration,
        time_played=played / 1000,
        time_paused=paused / 1000,
        time_spent_ads=ads / 1000,
        time_buffering=buffering / 1000,
        content_watched=seconds_or_none(totals.content_watched),
        ads=session.ads,
        ads_completed=session.ads_completed,
        ad_breaks=session.ad_breaks,
        stalls=session.stalls,
        errors=session.errors,
        events=session.events,
        paused=current.facts.content is Content.PAUSED,
        ended=current.facts.content is Content.ENDED,
        livestream=session.livestream,
        quality=session.quality,
        player_type=session.player_type,
        tracker_totals=_tracker_totals(totals.tracker),
        version=f"{newest:015d}-{session.taken:07d}-{closed:d}",
    )


def _successor(session: Session, event: MediaEvent, timing: Timing) -> Session:
    """Return the session that follows one that is over.

    It goes on counting events, for a late one may join the two or part them, and the
    newer profile must have taken the more. Where the viewer may have been forgotten in
    between, it begins anew, whether they were or not.
    """
    forgotten = session.closes_after(timing) + timing.closed_retention - timing.lateness
    return Session(
        event.viewer_id,
        start=event.time,
        last=event.time,
        times_before=[
            a + b for a, b in zip(session.times_before, session.times, strict=True)
        ],
        taken=0 if event.time > forgotten else session.taken,
    )


def _playback(session: Session, event: MediaEvent) -> Playback:
    """Return the playback that the event is of, which is now the one heard last."""
    media_session_id = event.session.media_session_id if event.session else ""
    playback = session.playbacks.get(media_session_id)
    if playback is None:
        if len(session.playbacks) == _PLAYBACKS_MOST:
            oldest = min(session.playbacks, key=lambda m: session.playbacks[m].heard)
            session.retired.add(session.playbacks.pop(oldest).totals())
        playback = session.playbacks[media_session_id] = Playback(event.time)
    session.media_session_id = media_session_id
    return playback


def _keep(session: Session, event: MediaEvent) -> None:
    """Keep what the event says of the session as a whole."""
    session.last = event.time
    session.event_id = event.event_id
    session.event_name = event.name
    session.events += 1
    session.taken += 1
    if event.name is EventName.AD_START:
        session.ads += 1
    elif event.name is EventName.AD_COMPLETE:
        session.ads_completed += 1
    elif event.name is EventName.AD_BREAK_START:
        session.ad_breaks += 1
    elif event.name is EventName.ERROR:
        session.errors += 1
    player = event.player
    if player is not None and player.paused is not None:
        session.label = player.label
        session.duration = player.duration
        session.livestream = player.livestream
        session.player_type = player.player_type
        session.quality = player.quality or session.quality
    if event.data is not None and event.data.new_quality:
        session.quality = event.data.new_quality


def _enter(
    session: Session,
    status: PlaybackStatus,
    event: MediaEvent,
    changes: list[HistoryItem],
) -> None:
    """Put the session into a status, and tell of it where it is another one."""
    ad_on = status is PlaybackStatus.WATCHING_AD
    if event.ad is not None or not ad_on:
        session.ad_id = event.ad.ad_id if event.ad is not None and ad_on else None
    previous = session.status
    if status is previous:
        return
    again = previous is not None and event.time == session.since
    session.since_nth = session.since_nth + 1 if again else 0
    session.since = event.time
    session.status = status
    session.stalls += status is PlaybackStatus.BUFFERING
    at = history_key(event.time, session.since_nth)
    changes.append(_item(session, status, previous, at))


def _item(
    session: Session,
    status: PlaybackStatus,
    previous: PlaybackStatus | None,
    collector_tstamp: str,
) -> HistoryItem:
    totals = session.totals()
    return HistoryItem(
        viewer_id=session.viewer_id,
        collector_tstamp=collector_tstamp,
        event_id=session.event_id,
        event_name=session.event_name,
        video_ts=seconds_or_none(session.playbacks[session.media_session_id].position),
        ads_clicked=totals.ads_clicked,
        ads_skipped=totals.ads_skipped,
        ad_id=session.ad_id,
        status=status,
        previous_status=previous,
        session_start=iso_from_ms(session.start),
        media_session_id=session.media_session_id or None,
        label=session.label,
    )


def _tracker_totals(totals: list[float | None]) -> TrackerTotals:
    if not totals:
        return TrackerTotals()
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
