"""One viewer: what an event does to their history, closing, and what is packed.

A change shows at once, and is corrected when a late event proves it wrong; so does a
close. What may still be corrected is in `Recent`.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final

from mypy_extensions import mypyc_attr

from dataflows.playback.correction import (
    DUPLICATE,
    LATE,
    NOTHING,
    Correction,
    difference,
)
from dataflows.playback.disorder import disorder_of
from dataflows.playback.events import MediaEvent, event_order
from dataflows.playback.folding import fold
from dataflows.playback.profile import HistoryItem, ViewerProfile, history_key
from dataflows.playback.recent import Recent
from dataflows.playback.session import Session
from dataflows.playback.share import Share
from dataflows.playback.stretch import Stretch
from dataflows.playback.summary import left_item, profile_of
from dataflows.playback.timing import Timing
from dataflows.playback.window import NEVER

__all__ = ["Viewer"]

# What another module holds is looked up by its name each time.
_NOTHING: Final = NOTHING
_DUPLICATE: Final = DUPLICATE


@mypyc_attr(acyclic=True)
class Viewer(Recent):
    """One viewer of a shard; mutable, and never leaves it."""

    __slots__ = ("closed", "newest", "sealed", "shown", "slot", "told")

    def __init__(self, session: Session, stretch: Stretch) -> None:
        """Begin with the stretches of which the last ends in a session, in no slot."""
        super().__init__(session, stretch)
        self.closed = False
        # A duplicate took a close back: no version may be below the closed one's.
        self.sealed = False
        # The time of the newest event, or of a duplicate of one.
        self.newest = session.last
        # The event time and the `told` of the session when the profile was shown last.
        self.shown = NEVER
        self.told = 0
        self.slot = 0

    @classmethod
    def arrive(cls, first: MediaEvent, timing: Timing) -> tuple["Viewer", Correction]:
        """Return a viewer with their first event, and what that did to the history."""
        changes: list[HistoryItem] = []
        session = fold(None, first, timing, changes)
        stretch = Stretch(None, first.time)
        stretch.add(first, changed=bool(changes))
        return cls(session, stretch), Correction(right=tuple(changes))

    def take(self, event: MediaEvent, timing: Timing, settled: int) -> Correction:
        """Take in one more event.

        Args:
            event: An event no older than the lateness bound allows.
            timing: The gaps.
            settled: Events before this time have neither duplicates nor earlier ones
                still to come.

        Returns:
            What it did to the history; nothing yet where it came out of order, see
            `catch_up`.

        """
        last = self.session.last
        in_order = event.time > last or (
            event.time == last and event_order(event) > self.session.order()
        )
        floor = self.disorder.floor
        if not in_order and floor is not None and event_order(event) <= floor:
            return LATE
        # Of duplicates too: a profile must not fall behind one that was shown.
        self.newest = max(self.newest, event.time)
        known = self.known(event)
        if known is not None:
            # Of two deliveries the earlier stamp counts, whichever came first.
            if event_order(event) < event_order(known):
                self.sealed = self.sealed or self.closed
                self.put_off(event)
            return _DUPLICATE
        self.sealed = False
        if not in_order or self.pending:
            self.put_off(event)
            return _NOTHING
        if self.closed:
            wrong = self._reopen(timing)
            changes: list[HistoryItem] = []
            self.append(event, timing, settled, changes)
            return difference(wrong, changes)
        changes = []
        self.append(event, timing, settled, changes)
        return Correction(right=tuple(changes)) if changes else _NOTHING

    def catch_up(
        self, timing: Timing, settled: int, *, at_once: bool = False
    ) -> Correction:
        """Fold again with the `pending` events, which came out of order.

        Args:
            timing: The gaps.
            settled: As in `take`.
            at_once: Whatever it costs; otherwise they may stay pending.

        Returns:
            What they did to the history.

        """
        if not self.pending or (self.may_wait() and not at_once):
            return _NOTHING
        mark = self._mark()
        left = self._reopen(timing)
        waited = self.pending
        were, are = self.merge(timing)
        correction = difference((*were, *left), are)
        if len(waited) > 1:
            correction.again = tuple(are)
            correction.void = self._void(waited, are)
        self.forget(settled)
        if correction.wrong or correction.right or self._mark() != mark:
            self.shown = NEVER
        return correction

    def close(self, timing: Timing) -> HistoryItem | None:
        """End the session, for the watermark has passed the gap behind it.

        Returns:
            The change that this is, to be told when it can't be lost.

        """
        self.closed = True
        self.shown = NEVER
        return left_item(self.session, timing)

    def due(self, timing: Timing) -> int:
        """Return the event time after which to close it, or to forget one closed."""
        closes = self.session.closes_after(timing)
        return closes + timing.closed_retention if self.closed else closes

    def profile(self, timing: Timing) -> ViewerProfile:
        """Return the current profile."""
        return profile_of(
            self.session,
            timing,
            newest=self.newest,
            closed=self.closed,
            sealed=self.sealed,
        )

    def is_stale(self, after: int) -> bool:
        """Return whether to show the profile: it is another one, or so much older."""
        session = self.session
        return session.told != self.told or session.last - self.shown >= after

    def show(self, timing: Timing) -> ViewerProfile:
        """Return the profile, and keep what it tells."""
        self.told = self.session.told
        self.shown = self.session.last
        return self.profile(timing)

    def share(self) -> Share:
        """Return what is tallied of the viewer as they are now."""
        return self.session.share(there=not self.closed)

    def pack(self) -> tuple[object, ...]:
        """Return what `unpack` takes: the recovery format of a viewer."""
        newest, floor = self.newest, self.disorder.floor
        rare = None
        if self.sealed or self.pending or floor is not None:
            waiting = [Stretch.of(event).pack(newest) for event in self.pending]
            rare = (self.sealed, floor, waiting)
        return (
            self.session.viewer_id,
            newest,
            self.closed,
            newest - self.shown,
            self.told,
            rare,
            [stretch.pack(newest) for stretch in self.stretches()],
        )

    @classmethod
    def unpack(cls, packed: Any, timing: Timing) -> "Viewer":  # noqa: ANN401, what msgpack made of it
        """Return the viewer that was packed, in no slot yet."""
        viewer_id, newest, closed, shown, told, rare, kept = packed
        stretches = [Stretch.unpack(stretch, newest) for stretch in kept]
        for older, newer in pairwise(stretches):
            newer.older = older
        last = stretches[-1]
        viewer = cls(last.folded(viewer_id, timing, []), last)
        viewer.newest = newest
        viewer.closed = closed
        viewer.shown = newest - shown
        viewer.told = told
        if rare is not None:
            viewer.sealed, floor, waiting = rare
            pending = tuple(
                event
                for one in waiting
                for event in Stretch.unpack(one, newest).unpacked(viewer_id)
            )
            viewer.disorder = disorder_of(pending, floor and tuple(floor), None)
        return viewer

    def _reopen(self, timing: Timing) -> tuple[HistoryItem, ...]:
        """Take the close back, if there was one; an event tells whether it holds."""
        if not self.closed:
            return ()
        self.closed = False
        self.shown = NEVER
        left = left_item(self.session, timing)
        return (left,) if left else ()

    def _void(
        self, waited: Sequence[MediaEvent], items: list[HistoryItem]
    ) -> tuple[tuple[str, str], ...]:
        """Return the keys, from the first that waited on, that none of the items has.

        Also those of deliveries that an earlier stamp of the same event replaced.
        """
        viewer_id = self.session.viewer_id
        first = min(event.time for event in waited)
        times = Counter(e.time for s in self.stretches() for e in s.unpacked(viewer_id))
        times.update(event.time for event in waited)
        told = {item.collector_tstamp for item in items}
        keys = (
            history_key(time, nth)
            for time in sorted(times)
            if time >= first
            for nth in range(times[time])
        )
        return tuple((viewer_id, key) for key in keys if key not in told)

    def _mark(self) -> tuple[object, ...]:
        """Return what tells that another profile is to be shown, with the history."""
        session = self.session
        label = session.content.label
        return session.told, session.media_session_id, label, session.ad_id
