"""The events of a viewer that may still be disordered, and the session that they make.

They are kept packed, in stretches: a stretch holds the session as it was before it, and
some events in their order. Events in order are folded as they come. One that came out
of order waits until the stretches from its time on are folded again, from the session
before them. A stretch is forgotten once nothing can come between its events any more.

One id may stand for very many people (a site that sends the same for all). It must not
stop a worker, so a viewer of many recent events is folded again only when enough wait
to share the cost, or once a second; and of more than `_STRETCHES_MOST` the older half
is forgotten early: what comes before those is late, though the lateness bound would
allow it. What is late then hangs on nothing but the batches that came, and the ticks
between.
"""

from collections.abc import Iterable
from typing import Final

from mypy_extensions import mypyc_attr

from dataflows.playback.disorder import ORDERLY, Disorder, disorder_of
from dataflows.playback.events import (
    EventName,
    MediaEvent,
    event_order,
)
from dataflows.playback.folding import fold
from dataflows.playback.profile import HistoryItem
from dataflows.playback.session import Session
from dataflows.playback.stretch import Stretch
from dataflows.playback.timing import Timing

__all__ = ["Recent"]

# Longer ones mean more to fold again, shorter ones more sessions to pack.
_STRETCH_MOST: Final = 16
# The hottest id that still has a second of disorder: about 1,000 events a second.
_STRETCHES_MOST: Final = 128
# So many are folded again for a single event; more only for their share of events.
_REFOLD_FREE: Final = 64
_REFOLD_EACH: Final = 4
# More than this are looked up by id; a scan of fewer costs less than the memory.
_SCAN_MOST: Final = 64


@mypyc_attr(acyclic=True)
class Recent:
    """The recent events of one viewer; a part of `Viewer`, not a thing of its own.

    There are very many, so it is its base: one object a viewer is smaller than two.
    """

    __slots__ = ("disorder", "session", "stretch")

    def __init__(self, session: Session, stretch: Stretch) -> None:
        """Begin with the stretches of which the last ends in a session."""
        self.session = session
        # The last one, which knows the one before it: smaller than a list of them.
        self.stretch: Stretch | None = stretch
        self.disorder: Disorder = ORDERLY

    @property
    def pending(self) -> tuple[MediaEvent, ...]:
        """Return the events that wait to be folded."""
        return self.disorder.pending

    def known(self, event: MediaEvent) -> MediaEvent | None:
        """Return the earliest delivery of an event, of those that are not forgotten.

        Of what is settled only that it is before all that can still come.
        """
        ids = self.disorder.ids
        if ids is not None and event.event_id not in ids:
            return None
        # What is pending took the place of what is known.
        for waiting in reversed(self.pending):
            if waiting.event_id == event.event_id:
                return waiting
        stretch = self.stretch
        while stretch is not None:
            if stretch.knows(event):
                return self._found(stretch, event.event_id)
            stretch = stretch.older
        return None

    def stretches(self) -> list[Stretch]:
        """Return all of them, the oldest first."""
        found: list[Stretch] = []
        stretch = self.stretch
        while stretch is not None:
            found.append(stretch)
            stretch = stretch.older
        found.reverse()
        return found

    def put_off(self, event: MediaEvent) -> None:
        """Let an event wait that came out of order."""
        disorder = self.disorder
        ids, waiting = disorder.ids, (*disorder.pending, event)
        self.disorder = disorder_of(waiting, disorder.floor, ids)
        if ids is not None:
            ids.add(event.event_id)
        elif len(waiting) > _SCAN_MOST:
            self._note_ids()

    def append(
        self,
        event: MediaEvent,
        timing: Timing,
        settled: int,
        changes: list[HistoryItem],
    ) -> None:
        """Fold an event that comes in order, and forget what is settled."""
        if self.session.last < settled:
            self.stretch = None
            self._keep_ids(None)
        before = self.stretch
        self.session = self._fold_behind(self.session, event, timing, changes)
        ids = self.disorder.ids
        if ids is not None:
            ids.add(event.event_id)
        if self.stretch is not before and before is not None:
            self.forget(settled)
            self._settle(settled + timing.lateness)

    def may_wait(self) -> bool:
        """Return whether too few wait to fold all again for them."""
        shared = max(_REFOLD_FREE, _REFOLD_EACH * len(self.pending))
        return sum([stretch.count for stretch in self.stretches()]) > shared

    def merge(self, timing: Timing) -> tuple[list[HistoryItem], list[HistoryItem]]:
        """Fold again with those that wait.

        Returns:
            The changes of what is folded again: as they were, and as they are.

        """
        stretches = self.stretches()
        first = min(event.time for event in self.pending)
        at = len(stretches) - 1
        while at and stretches[at - 1].last >= first and not stretches[at - 1].settled:
            at -= 1
        again = stretches[at:]
        viewer_id = self.session.viewer_id
        events = [event for stretch in again for event in stretch.unpacked(viewer_id)]
        were: list[HistoryItem] = []
        for stretch in again:
            if stretch.changed:
                stretch.folded(viewer_id, timing, were)
        earliest: dict[str, MediaEvent] = {}
        for event in sorted((*events, *self.pending), key=event_order):
            # Of two deliveries the earlier stamp counts, whichever came first.
            earliest.setdefault(event.event_id, event)
        self.disorder = disorder_of((), self.disorder.floor, self.disorder.ids)
        self.stretch = again[0].older
        are: list[HistoryItem] = []
        self._refold(again[0].before(viewer_id), earliest.values(), timing, are)
        return were, are

    def forget(self, settled: int) -> None:
        """Forget the stretches before a time, and the older half of too many."""
        stretches = self.stretches()
        old = 0
        while old < len(stretches) - 1 and stretches[old].last < settled:
            old += 1
        if len(stretches) > _STRETCHES_MOST:
            old = max(old, len(stretches) // 2)
            if not stretches[old].settled:
                before = stretches[old].before(self.session.viewer_id)
                floor = None if before is None else before.order()
                self.disorder = disorder_of(self.pending, floor, self.disorder.ids)
        ids = self.disorder.ids
        if ids is not None:
            for stretch in stretches[:old]:
                ids.difference_update(stretch.known())
        stretches[old].older = None

    def settle(self) -> None:
        """Forget all that can't be corrected any more: everything but the session."""
        self.stretch = Stretch(self.session, self.session.last)
        self._keep_ids(None)

    def _stretch_for(
        self, time: int, session: Session | None, timing: Timing
    ) -> Stretch:
        """Return the stretch for the next event: the last, or a new one behind it."""
        last = self.stretch
        # Of one that is settled only ids are kept: nothing can be behind them.
        if (
            last is not None
            and not last.settled
            and last.count < _STRETCH_MOST
            and time - last.first <= timing.settling
        ):
            return last
        stretch = self.stretch = Stretch(session, time)
        stretch.older = last
        return stretch

    def _fold_behind(
        self,
        session: Session | None,
        event: MediaEvent,
        timing: Timing,
        changes: list[HistoryItem],
    ) -> Session:
        """Fold an event behind a session, and keep it in its stretch."""
        stretch = self._stretch_for(event.time, session, timing)
        told = len(changes)
        session = fold(session, event, timing, changes)
        stretch.add(event, changed=len(changes) > told)
        return session

    def _refold(
        self,
        session: Session | None,
        events: Iterable[MediaEvent],
        timing: Timing,
        changes: list[HistoryItem],
    ) -> None:
        """Fold events behind a session, into new stretches."""
        for event in events:
            session = self._fold_behind(session, event, timing, changes)
        assert session is not None  # noqa: S101, what is folded again has events
        self.session = session

    def _note_ids(self) -> None:
        ids = {event.event_id for event in self.pending}
        for stretch in self.stretches():
            ids.update(stretch.known())
        self._keep_ids(ids)

    def _keep_ids(self, ids: set[str] | None) -> None:
        if ids is not self.disorder.ids:
            self.disorder = disorder_of(self.pending, self.disorder.floor, ids)

    def _found(self, stretch: Stretch, event_id: str) -> MediaEvent:
        viewer_id = self.session.viewer_id
        for event in stretch.unpacked(viewer_id):
            if event.event_id == event_id:
                return event
        return MediaEvent(viewer_id, event_id, EventName.READY, stretch.first)

    def _settle(self, before: int) -> None:
        """Keep only the ids of the stretches before a time: of events, none come.

        Of very many ids a set is made: they are not scanned any more.
        """
        stretches = self.stretches()
        for stretch in stretches[:-1]:
            if stretch.last >= before:
                break
            stretch.settle()
        if self.disorder.ids is None and len(stretches) > _SCAN_MOST // _STRETCH_MOST:
            self._note_ids()
