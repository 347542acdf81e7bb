"""Viewers of this very moment, and a crowd of them that never rests."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from threading import Event, Thread
from typing import Any

from dataflows.playback.profile import ViewerProfile
from tests.browser.conftest import DashboardServer
from tests.dashboard.records import profile, stamp

__all__ = ["changing", "viewer_now"]


def viewer_now(viewer_id: str, since: float = -5.0, **fields: Any) -> ViewerProfile:
    """Return a viewer whose status began `since` seconds from this moment."""
    now = datetime.now(UTC)
    times = {
        "status_since": stamp(since, now),
        "session_start": stamp(-600, now),
        "version": stamp(0, now),
    }
    return profile(viewer_id, **times | fields)


@contextmanager
def changing(server: DashboardServer, *viewers: str) -> Iterator[None]:
    """Change viewers, one after the other, without a pause."""
    stopping = Event()

    def _change() -> None:
        for number in count(1):
            if stopping.is_set():
                return
            viewer = viewers[number % len(viewers)]
            server.cluster.send_profiles(
                viewer_now(viewer, since=0, ads=number, stalls=number)
            )

    thread = Thread(target=_change)
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join()
