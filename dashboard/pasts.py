"""The pasts of the viewers that somebody looks at, read once for all browsers.

`ViewerPasts.look` answers at once with what is known so far, and has a thread read what
is missing: everything at first, then only what is new once the live profile shows that
something happened. Bounded: so many viewers, so many items of each.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from functools import cache
from threading import Lock
from typing import Final

from dashboard.past import Past, PastReader, PastState
from dataflows.playback.profile import ViewerProfile
from dataflows.settings import Settings

__all__ = ["ViewerPasts", "shared_pasts"]

_VIEWERS_MOST: Final = 64
_THREADS: Final = 4
_LEAST_S: Final = 2.0
"""Between two reads of one viewer, whatever happens and whoever looks."""
_RETRY_S: Final = 5.0
_GONE_S: Final = 30.0
"""Between two reads of a viewer of whom the topic tells nothing."""
# The tables are written after the topic, in batches: what a profile shows may take a
# few seconds to be there, and that somebody left a minute. Seconds after the change at
# which to look for it.
_LOOKS_S: Final = (0.0, 3.0, 10.0, 30.0, 75.0)


class _Viewer:
    """What is kept of one viewer: the past, and when to read what next."""

    def __init__(self) -> None:
        self.past = Past()
        self.busy = False
        self.earlier = False
        self.read_at: float | None = None
        self.mark: object = None
        self.looks: list[float] = []


class ViewerPasts:
    """The pasts of the viewers asked for last; safe to ask from many threads.

    Args:
        reader: What reads the tables.
        threads: What runs it; threads of its own where it is not given.
        clock: Seconds that only go forward.

    """

    def __init__(
        self,
        reader: PastReader,
        threads: Executor | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._reader = reader
        self._threads = threads or ThreadPoolExecutor(_THREADS, "tables")
        self._clock = clock
        self._lock = Lock()
        self._viewers: OrderedDict[str, _Viewer] = OrderedDict()

    def look(self, viewer_id: str, live: ViewerProfile | None) -> Past:
        """Return what is known; what is missing is being read when this returns.

        Args:
            viewer_id: Whose past.
            live: The profile that the topic has: it tells when to read again.

        """
        with self._lock:
            viewer = self._kept(viewer_id)
            self._plan(viewer, _mark(live))
            past = viewer.past
            if viewer.busy:
                return past
            if viewer.earlier and past.items:
                viewer.earlier = False
                self._start(viewer, lambda: self._reader.earlier(past, viewer_id))
            elif self._is_due(viewer):
                gone = live is None
                viewer.looks = [at for at in viewer.looks if at > self._clock()]
                self._start(
                    viewer, lambda: self._reader.newest(past, viewer_id, gone=gone)
                )
            return past

    def load_earlier(self, viewer_id: str) -> None:
        """Have the next look read one more page of what was before."""
        with self._lock:
            viewer = self._kept(viewer_id)
            viewer.earlier = viewer.past.more and not viewer.past.full

    def _kept(self, viewer_id: str) -> _Viewer:
        viewer = self._viewers.setdefault(viewer_id, _Viewer())
        self._viewers.move_to_end(viewer_id)
        while len(self._viewers) > _VIEWERS_MOST:
            self._viewers.popitem(last=False)
        return viewer

    def _plan(self, viewer: _Viewer, mark: object) -> None:
        if viewer.mark != mark:
            viewer.mark = mark
            viewer.looks = [self._clock() + after for after in _LOOKS_S]

    def _is_due(self, viewer: _Viewer) -> bool:
        if viewer.read_at is None:
            return True
        now = self._clock()
        since = now - viewer.read_at
        if viewer.past.state is PastState.FAILED:
            return since >= _RETRY_S
        if viewer.mark is None and since >= _GONE_S:
            return True
        waiting = any(at <= now for at in viewer.looks)
        return waiting and since >= _LEAST_S

    def _start(self, viewer: _Viewer, read: Callable[[], Past]) -> None:
        viewer.busy = True
        self._threads.submit(self._run, viewer, read)

    def _run(self, viewer: _Viewer, read: Callable[[], Past]) -> None:
        past = read()
        with self._lock:
            # The same object where nothing is new, so that nobody draws it anew.
            viewer.past = viewer.past if past == viewer.past else past
            viewer.read_at = self._clock()
            viewer.busy = False


def _mark(live: ViewerProfile | None) -> object:
    """Return what differs once a history has one more item."""
    if live is None:
        return None
    return (
        live.session_start,
        live.session_end,
        live.status,
        live.status_since,
        live.ads,
        live.ads_completed,
        live.ads_clicked,
        live.ads_skipped,
        live.errors,
        live.quality,
    )


@cache
def shared_pasts() -> ViewerPasts:
    """Return the pasts of this server process.

    Raises:
        SettingsError: a variable of the environment holds what it must not.

    """
    return ViewerPasts(PastReader(Settings.from_env()))
