"""One viewer: the events that may still be disordered, and the session that they make.

A change shows at once, and is corrected when a late event proves it wrong. So a viewer
holds the session as it was before the recent events (`settled`, packed), the recent
events in order, and the session after them; an event out of order folds the recent
ones again. Once nothing can come between them any more, they are settled.
"""

from bisect import insort
from collections.abc import Iterable

import msgspec

from dataflows.playback.events import MediaEvent, event_order
from dataflows.playback.profile import HistoryItem, ViewerProfile
from dataflows.playback.session import Session, fold, left_item, profile_of
from dataflows.playback.window import NEVER, Timing

__all__ = ["Correction", "PackedViewer", "Viewer"]

# Packing costs more than holding a few events longer than they need to be.
_SETTLE_AT = 4

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Session).decode


class Correction(msgspec.Struct, frozen=True, gc=False):
    """What an event did to a viewer's history: items that are not so, and that are.

    A `duplicate` corrects where it tells of an earlier moment than the known one.
    """

    wrong: tuple[HistoryItem, ...] = ()
    right: tuple[HistoryItem, ...] = ()
    duplicate: bool = False


class PackedViewer(msgspec.Struct, frozen=True, array_like=True):
    """A viewer in a snapshot; the rest is folded again."""

    settled: bytes
    recent: list[MediaEvent]
    newest: int
    closed: bool
    shown: int


class Viewer:
    """One viewer of a shard; mutable, and never leaves it."""

    __slots__ = (
        "_changes",
        "_left",
        "_recent",
        "_settled",
        "closed",
        "newest",
        "session",
        "shown",
        "slot",
    )

    session: Session

    def __init__(
        self, settled: bytes, recent: list[MediaEvent], timing: Timing
    ) -> None:
        """Begin with settled or recent events, in no slot of the wheel yet."""
        self._settled = settled
        self._recent = recent
        self._changes: list[HistoryItem] = []
        self._left: HistoryItem | None = None
        self.newest = recent[-1].time
        self.closed = False
        self.shown = NEVER
        self.slot = 0
        self._refold(timing)

    @classmethod
    def arrive(cls, first: MediaEvent, timing: Timing) -> tuple["Viewer", Correction]:
        """Return a viewer with their first event, and what that did to the history."""
        viewer = cls(b"", [first], timing)
        return viewer, Correction(right=tuple(viewer._changes))

    def take(self, event: MediaEvent, timing: Timing, settled: int) -> Correction:
        """Take in one more event.

        Args:
            event: An event no older than the lateness bound allows.
            timing: The gaps.
            settled: Events before this time have neither duplicates nor earlier ones
                still to come.

        Returns:
            What it did to the history.

        """
        recent = self._recent
        # Of duplicates too: a profile must not fall behind one that was shown.
        self.newest = max(self.newest, event.time)
        for known in reversed(recent):
            if known.event_id == event.event_id:
                # Of two deliveries the earlier stamp counts, whichever came first.
                if event_order(known) <= event_order(event):
                    return _DUPLICATE
                recent.remove(known)
                return self._insert(event, timing, duplicate=True)
        if recent and event_order(event) < event_order(recent[-1]):
            return self._insert(event, timing)
        self._settle(timing, settled)
        return self._append(event, timing)

    def close(self, timing: Timing) -> Correction:
        """End the session, for the watermark has passed the gap behind it."""
        self.closed = True
        self._left = left_item(self.session, timing)
        return Correction(right=(self._left,) if self._left else ())

    def due(self, timing: Timing) -> int:
        """Return the event time after which to close it, or to forget one closed."""
        closes = self.session.closes_after(timing)
        return closes + timing.closed_retention if self.closed else closes

    def profile(self, timing: Timing) -> ViewerProfile:
        """Return the current profile."""
        return profile_of(self.session, timing, newest=self.newest, closed=self.closed)

    def pack(self) -> PackedViewer:
        """Return what `unpack` makes the same viewer of."""
        return PackedViewer(
            self._settled, self._recent, self.newest, self.closed, self.shown
        )

    @classmethod
    def unpack(cls, packed: PackedViewer, timing: Timing) -> "Viewer":
        """Return the viewer that was packed, in no slot yet."""
        viewer = cls(packed.settled, packed.recent, timing)
        viewer.newest = packed.newest
        viewer.shown = packed.shown
        if packed.closed:
            viewer.close(timing)
        return viewer

    def _append(self, event: MediaEvent, timing: Timing) -> Correction:
        told = len(self._changes)
        wrong = self._reopen()
        self._recent.append(event)
        self.session = fold(self.session, event, timing, self._changes)
        if not wrong and told == len(self._changes):
            return _NOTHING
        return _difference(wrong, self._changes[told:], duplicate=False)

    def _insert(
        self, event: MediaEvent, timing: Timing, *, duplicate: bool = False
    ) -> Correction:
        before = [*self._changes, *self._reopen()]
        insort(self._recent, event, key=event_order)
        self._refold(timing)
        correction = _difference(before, self._changes, duplicate=duplicate)
        if correction.wrong:
            # What was shown is then wrong in more than the newest status.
            self.shown = NEVER
        return correction

    def _reopen(self) -> tuple[HistoryItem, ...]:
        """Take the close back, if there was one; an event tells whether it holds."""
        left = (self._left,) if self._left else ()
        self.closed = False
        self._left = None
        return left

    def _refold(self, timing: Timing) -> None:
        session = _decode(self._settled) if self._settled else None
        self._changes = []
        for event in self._recent:
            session = fold(session, event, timing, self._changes)
        assert session is not None  # noqa: S101, there are settled or recent events
        self.session = session

    def _settle(self, timing: Timing, before: int) -> None:
        recent = self._recent
        if recent[-1].time < before:
            self._settled = _encode(self.session)
            self._recent, self._changes = [], []
        elif len(recent) > _SETTLE_AT and recent[_SETTLE_AT - 1].time < before:
            old = sum(event.time < before for event in recent)
            session = _decode(self._settled) if self._settled else None
            changes: list[HistoryItem] = []
            for event in recent[:old]:
                session = fold(session, event, timing, changes)
            self._settled = _encode(session)
            self._recent = recent[old:]
            self._changes = self._changes[len(changes) :]


_NOTHING = Correction()
_DUPLICATE = Correction(duplicate=True)


def _difference(
    before: Iterable[HistoryItem], after: Iterable[HistoryItem], *, duplicate: bool
) -> Correction:
    before, after = list(before), list(after)
    return Correction(
        wrong=tuple(item for item in before if item not in after),
        right=tuple(item for item in after if item not in before),
        duplicate=duplicate,
    )
