"""The events of a viewer that may still be disordered, and the session that they make.

The session as it was before them is packed (`settled`). Events in order are folded as
they come; those out of order wait until all are folded again. Once nothing can come
between the oldest any more, they are settled.

One id may stand for very many people (a site that sends the same for all). It must not
stop a worker, so a viewer of many recent events is folded again only when enough wait
to share the cost, or once a second; and of more than `_RECENT_MOST` the older half is
settled early: what comes before those is late, though the lateness bound would allow
it. What is late then hangs on nothing but the batches that came, and the ticks between.
"""

from bisect import bisect_left
from typing import Final

import msgspec

from dataflows.playback.events import MediaEvent, event_order
from dataflows.playback.folding import fold
from dataflows.playback.profile import HistoryItem
from dataflows.playback.session import Session
from dataflows.playback.window import Timing

__all__ = ["Recent"]

# Packing costs more than holding a few events longer than they need to be.
_SETTLE_AT: Final = 4
_SETTLE_SHARE: Final = 16
# The hottest id that still has a second of disorder: about 1,000 events a second.
_RECENT_MOST: Final = 2_048
# So many are folded again for a single event; more only for their share of events.
_REFOLD_FREE: Final = 64
_REFOLD_EACH: Final = 4
# More than this are looked up by id; a scan of fewer costs less than the memory.
_SCAN_MOST: Final = 64

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Session).decode


class Recent:
    """The recent events of one viewer; a part of `Viewer`, not a thing of its own.

    There are very many, so it is its base: one object a viewer is smaller than two.
    """

    __slots__ = (
        "_ids",
        "_packed",
        "changes",
        "floor",
        "pending",
        "recent",
        "session",
        "settled",
    )

    session: Session

    def __init__(
        self, settled: bytes, recent: list[MediaEvent], timing: Timing
    ) -> None:
        """Begin with settled or recent events."""
        self.settled = settled
        # Of many recent events, by id; else not kept.
        self._ids: dict[str, MediaEvent] | None = None
        self.recent = recent
        # As many of them, from the first, as were packed before.
        self._packed: list[msgspec.Raw] = []
        self.changes: list[HistoryItem] = []
        # The last of those that were settled early.
        self.floor: tuple[int, int, str] | None = None
        self.pending: tuple[MediaEvent, ...] = ()
        self.refold(timing)

    def known(self, event_id: str) -> MediaEvent | None:
        """Return the earliest delivery of an event, of those that are not settled."""
        if self._ids is not None:
            return self._ids.get(event_id)
        # What is pending took the place of what is known.
        for events in (self.pending, self.recent):
            for event in reversed(events):
                if event.event_id == event_id:
                    return event
        return None

    def _note(self, event: MediaEvent) -> None:
        """Keep the ids where there are many."""
        if self._ids is not None:
            self._ids[event.event_id] = event
        elif len(self.recent) + len(self.pending) > _SCAN_MOST:
            known = (*self.recent, *self.pending)
            self._ids = {event.event_id: event for event in known}

    def put_off(self, event: MediaEvent) -> None:
        """Let an event wait that came out of order."""
        self.pending += (event,)
        self._note(event)

    def append(self, event: MediaEvent, timing: Timing) -> None:
        """Fold an event that came in order."""
        self.recent.append(event)
        self._note(event)
        self.session = fold(self.session, event, timing, self.changes)

    def packed(self) -> list[msgspec.Raw]:
        """Return the recent events for a snapshot.

        An event stays through many of them, and is packed only for the first.
        """
        new = self.recent[len(self._packed) :]
        self._packed.extend(msgspec.Raw(_encode(event)) for event in new)
        return self._packed

    def may_wait(self) -> bool:
        """Return whether too few wait to fold all again for them."""
        shared = max(_REFOLD_FREE, _REFOLD_EACH * len(self.pending))
        return len(self.recent) > shared

    def merge(self, timing: Timing) -> None:
        """Fold the recent events again, and those that wait with them."""
        earliest: dict[str, MediaEvent] = {}
        for event in sorted((*self.recent, *self.pending), key=event_order):
            # Of two deliveries the earlier stamp counts, whichever came first.
            earliest.setdefault(event.event_id, event)
        self.recent = list(earliest.values())
        self._packed = []
        self.pending = ()
        self.refold(timing)

    def refold(self, timing: Timing) -> None:
        """Fold the recent events again."""
        self.changes = []
        self.session = self._folded(self.recent, timing, self.changes)

    def _folded(
        self, events: list[MediaEvent], timing: Timing, changes: list[HistoryItem]
    ) -> Session:
        """Return the session after the settled events and these."""
        session = _decode(self.settled) if self.settled else None
        for event in events:
            session = fold(session, event, timing, changes)
        assert session is not None  # noqa: S101, there are settled or recent events
        return session

    def settle(self, timing: Timing, before: int) -> None:
        """Settle the events before a time, and the older half of too many."""
        recent = self.recent
        if not recent:
            return
        if recent[-1].time < before:
            self.settled = _encode(self.session)
            self.recent, self.changes, self._ids = [], [], None
            self._packed = []
            return
        old = max(_SETTLE_AT, len(recent) // _SETTLE_SHARE)
        if len(recent) > _RECENT_MOST:
            old = len(recent) // 2
            self.floor = event_order(recent[old - 1])
        elif len(recent) > old and recent[old - 1].time < before:
            old = bisect_left(recent, before, key=_time_of)
        else:
            return
        changes: list[HistoryItem] = []
        self.settled = _encode(self._folded(recent[:old], timing, changes))
        self.recent = recent[old:]
        self._packed = self._packed[old:]
        self.changes = self.changes[len(changes) :]
        self._ids = None


def _time_of(event: MediaEvent) -> int:
    return event.time
