"""Histories for tests: items by hand, and as the core writes them of real requests."""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import replace
from functools import cache
from typing import Any, Final, NamedTuple

from dataflows.playback.decode import decode
from dataflows.playback.events import EventName, MediaEvent
from dataflows.playback.profile import (
    HistoryItem,
    PlaybackStatus,
    ViewerProfile,
    iso_from_ms,
)
from dataflows.playback.shard import Shard
from stack.collector.shapes import Shape, message
from tests.dashboard.records import profile
from tests.dataflows.playback.streams import TIMING, Reader, flat
from tests.stack.captures import rows_of

__all__ = [
    "START_MS",
    "Later",
    "Recorded",
    "at",
    "change",
    "notable",
    "now_profile",
    "recorded",
]

START_MS: Final = 1_795_410_000_000  # 2026-11-23T05:00:00Z
_WATCHING: Final = PlaybackStatus.WATCHING_VIDEO


class Recorded(NamedTuple):
    """What the core made of a real viewer's requests."""

    items: list[HistoryItem]
    profile: ViewerProfile


class Later(Executor):
    """Threads that run when they are told to."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], Any]] = []

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.waiting.append(lambda: fn(*args, **kwargs))
        return Future()

    def run(self) -> None:
        waiting, self.waiting = self.waiting, []
        for read in waiting:
            read()


def at(seconds: float, nth: int = 0) -> str:
    """Return the sort key so many seconds after the start."""
    stamp = iso_from_ms(START_MS + round(seconds * 1000))
    return f"{stamp}#{nth}" if nth else stamp


def change(
    seconds: float,
    status: PlaybackStatus,
    previous: PlaybackStatus | None = None,
    **fields: Any,
) -> HistoryItem:
    """Return a change of status, so many seconds after the start."""
    known: dict[str, Any] = {
        "viewer_id": "alice",
        "collector_tstamp": at(seconds),
        "event_id": f"{fields.get('event_name')}@{seconds}",
        "event_name": "play_event",
        "status": status,
        "previous_status": previous,
        "session_start": at(0),
    }
    return HistoryItem(**known | fields)


def notable(seconds: float, name: EventName, **fields: Any) -> HistoryItem:
    """Return an item of an event that changes no status."""
    status = fields.pop("status", _WATCHING)
    return change(seconds, status, status, event_name=name, **fields)


def now_profile(seconds: float, status: PlaybackStatus, **fields: Any) -> ViewerProfile:
    """Return a profile of the session, its status begun so many seconds in."""
    known: dict[str, Any] = {
        "status": status,
        "status_since": at(seconds),
        "session_start": at(0),
        "collector_tstamp": at(seconds),
        "video_ts": None,
    }
    return profile("alice", **known | fields)


@cache
def recorded(viewer_id: str) -> Recorded:
    """Return the history and the profile of one of the captured viewers, gone since."""
    events = [decode(message(row, Shape.ENRICHED_JSON)) for row in rows_of("main")]
    reader = Reader(Shard(TIMING))
    for event in events:
        if isinstance(event, MediaEvent):
            reader.send(event)
    far = flat(EventName.PING, viewer_id="far", event_id="far")
    reader.send(_later(far, events))
    reader.tick(2)
    reader.end()
    keys = sorted(key for key in reader.history if key[0] == viewer_id)
    return Recorded([reader.history[k] for k in keys], reader.profiles[viewer_id])


def _later(event: MediaEvent, events: list[Any]) -> MediaEvent:
    times = [e.time for e in events if isinstance(e, MediaEvent)]
    return replace(event, time=max(times) + 3_600_000)
