"""The fold of a viewer's events, in event-time order.

`fold` is the whole rule; it is given a viewer's events in `event_order`, and its result
hangs on nothing but them.
"""

from typing import Final

from dataflows.playback.events import MediaEvent
from dataflows.playback.playback import Playback
from dataflows.playback.profile import (
    COUNTED,
    STATUS_RULES,
    TIMES,
    HistoryItem,
    PlaybackStatus,
    history_key,
)
from dataflows.playback.session import Session
from dataflows.playback.statuses import status_of
from dataflows.playback.summary import change_item, left_item
from dataflows.playback.totals import Retired, milliseconds
from dataflows.playback.window import Timing

__all__ = ["fold"]

# Who opens more players than this at once has the totals of the ones that were heard
# longest ago added up; their own states are forgotten.
_PLAYBACKS_MOST: Final = 8

# Which of the session's times a status adds to, and which count an event.
_TIME_OF: Final = {
    status: TIMES.index(rules.time)
    for status, rules in STATUS_RULES.items()
    if rules.time
}
_COUNT_OF: Final = {name: field for field, name in COUNTED.items()}


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
        time = _TIME_OF.get(session.status)
        if time is not None:
            session.times[time] += event.time - session.last
    playback = _playback(session, event)
    playback.hear(event)
    _keep(session, event)
    _enter(session, status_of(playback.facts), event, changes)
    return session


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
        playback = _begin(session, media_session_id, event.time)
        session.playbacks[media_session_id] = playback
    session.media_session_id = media_session_id
    return playback


def _begin(session: Session, media_session_id: str, time: int) -> Playback:
    """Return a new playback, or one that was retired and is heard again."""
    before = session.retired.take(media_session_id) if session.retired else None
    if len(session.playbacks) == _PLAYBACKS_MOST:
        oldest = min(session.playbacks, key=lambda m: session.playbacks[m].heard)
        session.retired = session.retired or Retired()
        session.retired.put(oldest, session.playbacks.pop(oldest).totals())
    return Playback(time) if before is None else Playback.again(time, before)


def _keep(session: Session, event: MediaEvent) -> None:
    """Keep what the event says of the session as a whole."""
    session.last = event.time
    session.event_id = event.event_id
    session.event_name = event.name
    session.events += 1
    session.taken += 1
    counted = _COUNT_OF.get(event.name)
    if counted is not None:
        session.count(counted)
    player = event.player
    if player is not None and player.paused is not None:
        session.label = player.label
        session.duration = milliseconds(player.duration)
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
    if status is session.status:
        return
    previous = None if session.status is PlaybackStatus.LEFT else session.status
    again = previous is not None and event.time == session.since
    session.since_nth = session.since_nth + 1 if again else 0
    session.since = event.time
    session.status = status
    if status is PlaybackStatus.BUFFERING:
        session.count("stalls")
    at = history_key(event.time, session.since_nth)
    changes.append(change_item(session, status, previous, at))
