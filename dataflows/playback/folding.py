"""The fold of a viewer's events, in event-time order.

`fold` is the whole rule; it is given a viewer's events in `event_order`, and its result
hangs on nothing but them.
"""

from typing import Final

from dataflows.playback.content import content_of
from dataflows.playback.earlier import Earlier
from dataflows.playback.events import EventName, Levels, MediaEvent
from dataflows.playback.profile import (
    COUNTED,
    NOTABLE,
    HistoryItem,
    PlaybackStatus,
    history_key,
)
from dataflows.playback.session import Session
from dataflows.playback.short import NAMES, UNKNOWN, by_number, milliseconds, or_unknown
from dataflows.playback.summary import change_item, left_item
from dataflows.playback.timing import Timing

__all__ = ["fold"]

# By the numbers of names: which of the session's counts count an event, and whether the
# history has it.
_FIELDS: Final = {name: field for field, name in COUNTED.items()}
_COUNT_OF: Final = tuple([_FIELDS.get(name) for name in NAMES])
_NOTABLE: Final = by_number(NOTABLE)
_READY: Final = EventName.READY
_LEFT: Final = PlaybackStatus.LEFT
_WATCHING_AD: Final = PlaybackStatus.WATCHING_AD
_BUFFERING: Final = PlaybackStatus.BUFFERING


def fold(
    session: Session | None,
    event: MediaEvent,
    timing: Timing,
    changes: list[HistoryItem],
) -> Session:
    """Take in a viewer's next event; append to `changes` what the history has of it.

    Returns:
        The same session, or a new one where the event comes after the end of it.

    """
    time = event.time
    heard = event.session
    media_session_id = heard.media_session_id if heard is not None else ""
    if session is None:
        session = Session(event.viewer_id, time, media_session_id)
    elif time > session.last + timing.gaps[session.status]:
        left = left_item(session, timing)
        if left is not None:
            changes.append(left)
        session = _successor(session, event, timing, media_session_id)
    else:
        session.spend(time - session.last)
        if media_session_id != session.media_session_id:
            session.turn_to(media_session_id, time)
    if session.current.hear(event):
        session.told += 1
    _keep(session, event)
    before = session.status
    if _enter(session, event) or _NOTABLE[event.number]:
        changes.append(_noted(session, event, before))
    return session


def _successor(
    session: Session, event: MediaEvent, timing: Timing, media_session_id: str
) -> Session:
    """Return the session that follows one that is over.

    It goes on counting events, for a late one may join the two or part them, and the
    newer profile must have taken the more. Where the viewer may have been forgotten in
    between, it begins anew, whether they were or not.
    """
    forgotten = session.closes_after(timing) + timing.closed_retention - timing.lateness
    successor = Session(session.viewer_id, event.time, media_session_id)
    taken = 0 if event.time > forgotten else session.taken
    successor.earlier = Earlier(session.times_in_all(), taken)
    successor.told = session.told + 1
    return successor


def _keep(session: Session, event: MediaEvent) -> None:
    """Keep what the event says of the session as a whole."""
    session.packed_id = event.packed_id
    session.name_number = event.number
    session.events += 1
    counted = _COUNT_OF[event.number]
    if counted is not None:
        session.count(counted)
        session.told += 1
    if event.dimensions:
        session.dimensions = event.dimensions
    if session.ready != UNKNOWN and session.startup == UNKNOWN:
        # A picture: the content has moved, or an ad is on.
        if event.ad is not None or event.current_time:
            session.startup = event.time - session.ready
    elif event.name is _READY and session.ready == UNKNOWN:
        session.ready = event.time
    if event.levels is not None:
        _keep_content(session, event.levels)
    if event.data is not None and event.data.new_quality:
        _keep_quality(session, event.data.new_quality, event.data.bitrate)


def _keep_content(session: Session, levels: Levels) -> None:
    """Keep what a player with levels says of the content."""
    content, said = session.content, levels.duration
    duration = float(UNKNOWN) if said is None else milliseconds(said)
    quality = levels.quality or content.quality
    if levels.label != content.label:
        session.told += 1
    elif (
        duration == content.duration
        and levels.livestream is content.livestream
        and quality == content.quality
        and levels.player_type == content.player_type
    ):
        return
    session.content = content_of(
        levels.label,
        duration,
        levels.livestream,
        quality,
        content.bitrate,
        levels.player_type,
    )


def _keep_quality(session: Session, quality: str, bitrate: int | None) -> None:
    """Keep what the content is watched in from now on."""
    content = session.content
    session.content = content_of(
        content.label,
        content.duration,
        content.livestream,
        quality,
        or_unknown(bitrate),
        content.player_type,
    )


def _enter(session: Session, event: MediaEvent) -> bool:
    """Put the session into its status; return whether it is another one."""
    status = session.current.facts.status
    ad = event.ad
    if status is _WATCHING_AD:
        if ad is not None and ad.ad_id != session.ad_id:
            session.ad_id = ad.ad_id
            session.told += 1
    elif session.ad_id is not None:
        session.ad_id = None
        session.told += 1
    if status is session.status:
        return False
    session.since = event.time
    session.status = status
    session.told += 1
    if status is _BUFFERING:
        session.count("stalls")
    return True


def _noted(session: Session, event: MediaEvent, before: PlaybackStatus) -> HistoryItem:
    """Return the item of the history that an event is."""
    again = event.time == session.noted
    session.noted_nth = session.noted_nth + 1 if again else 0
    session.noted = event.time
    previous = None if before is _LEFT else before
    at = history_key(event.time, session.noted_nth)
    return change_item(session, session.status, previous, at, event)
