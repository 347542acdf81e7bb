"""One viewer: what an event does to their history, closing, and what is packed.

A change shows at once, and is corrected when a late event proves it wrong; so does a
close. What may still be corrected is in `Recent`.
"""

from collections.abc import Iterable
from typing import cast

import msgspec

from dataflows.playback.events import MediaEvent, event_order
from dataflows.playback.profile import HistoryItem, ViewerProfile
from dataflows.playback.recent import Recent
from dataflows.playback.session import NO_SHARE, Share
from dataflows.playback.summary import left_item, profile_of
from dataflows.playback.window import NEVER, Timing

__all__ = ["Correction", "PackedCrowd", "PackedViewer", "Standing", "Viewer"]


class Correction(msgspec.Struct, frozen=True, gc=False):
    """What an event did to a viewer's history: items that are not so, and that are.

    A `duplicate` corrects where it tells of an earlier moment than the known one. An
    event that is `late` came before what is settled, and was not taken.
    """

    wrong: tuple[HistoryItem, ...] = ()
    right: tuple[HistoryItem, ...] = ()
    duplicate: bool = False
    late: bool = False


class Standing(msgspec.Struct, frozen=True, gc=False):
    """What is compared before and after: what to show at once, and what is tallied."""

    mark: tuple[object, ...] = ()
    share: Share = NO_SHARE


class PackedViewer(msgspec.Struct, frozen=True, array_like=True):
    """A viewer in a snapshot; the rest is folded again.

    A positional recovery format: append fields last and with a default, else raise the
    format's number in `snapshot`.
    """

    settled: bytes
    recent: list[MediaEvent]
    newest: int
    closed: bool
    shown: int
    crowd: "PackedCrowd | None" = None


class PackedCrowd(msgspec.Struct, frozen=True, array_like=True):
    """What few viewers have; a positional recovery format too."""

    pending: tuple[MediaEvent, ...] = ()
    floor: tuple[int, int, str] | None = None
    sealed: bool = False


class Viewer(Recent):
    """One viewer of a shard; mutable, and never leaves it."""

    __slots__ = ("_left", "_sealed", "closed", "newest", "shown", "slot")

    def __init__(
        self, settled: bytes, recent: list[MediaEvent], timing: Timing
    ) -> None:
        """Begin with settled or recent events, in no slot of the wheel yet."""
        super().__init__(settled, recent, timing)
        self._left: HistoryItem | None = None
        # A duplicate took a close back: no version may be below the closed one's.
        self._sealed = False
        self.newest = NEVER
        self.closed = False
        self.shown = NEVER
        self.slot = 0

    @classmethod
    def arrive(cls, first: MediaEvent, timing: Timing) -> tuple["Viewer", Correction]:
        """Return a viewer with their first event, and what that did to the history."""
        viewer = cls(b"", [first], timing)
        viewer.newest = first.time
        return viewer, Correction(right=tuple(viewer.changes))

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
        order = event_order(event)
        if self.floor is not None and order <= self.floor:
            return _LATE
        # Of duplicates too: a profile must not fall behind one that was shown.
        self.newest = max(self.newest, event.time)
        known = self.known(event.event_id)
        if known is not None:
            # Of two deliveries the earlier stamp counts, whichever came first.
            if order < event_order(known):
                self._sealed = self._sealed or self.closed
                self.put_off(event)
            return _DUPLICATE
        self._sealed = False
        recent = self.recent
        if self.pending or (recent and order < event_order(recent[-1])):
            self.put_off(event)
            return _NOTHING
        self.settle(timing, settled)
        return self._append(event, timing)

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
        before = (*self.changes, *self._reopen())
        self.merge(timing)
        correction = _difference(before, self.changes)
        if correction.wrong:
            # What was shown is then wrong in more than the newest status.
            self.shown = NEVER
        self.settle(timing, settled)
        return correction

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
        return profile_of(
            self.session,
            timing,
            newest=self.newest,
            closed=self.closed,
            sealed=self._sealed,
        )

    def standing(self) -> Standing:
        """Return what is compared before and after, of the viewer as they are now."""
        session = self.session
        mark = (self.closed, *session.mark())
        return Standing(mark, session.share(there=not self.closed))

    def touch(self, touched: dict[str, Standing]) -> None:
        """Keep how the viewer stands, where it is not kept from before."""
        if self.session.viewer_id not in touched:
            touched[self.session.viewer_id] = self.standing()

    def pack(self) -> PackedViewer:
        """Return what `unpack` makes the same viewer of."""
        crowd = PackedCrowd(self.pending, self.floor, self._sealed)
        return PackedViewer(
            self.settled,
            # Packed already, which makes the same bytes.
            cast("list[MediaEvent]", self.packed()),
            self.newest,
            self.closed,
            self.shown,
            None if crowd == _NO_CROWD else crowd,
        )

    @classmethod
    def unpack(cls, packed: PackedViewer, timing: Timing) -> "Viewer":
        """Return the viewer that was packed, in no slot yet."""
        viewer = cls(packed.settled, packed.recent, timing)
        viewer.newest = packed.newest
        viewer.shown = packed.shown
        if packed.closed:
            viewer.close(timing)
        if packed.crowd is not None:
            viewer.pending = packed.crowd.pending
            viewer.floor = packed.crowd.floor
            viewer._sealed = packed.crowd.sealed
        return viewer

    def _append(self, event: MediaEvent, timing: Timing) -> Correction:
        told = len(self.changes)
        wrong = self._reopen()
        self.append(event, timing)
        if not wrong and told == len(self.changes):
            return _NOTHING
        return _difference(wrong, self.changes[told:])

    def _reopen(self) -> tuple[HistoryItem, ...]:
        """Take the close back, if there was one; an event tells whether it holds."""
        left = (self._left,) if self._left else ()
        self.closed = False
        self._left = None
        return left


_NOTHING = Correction()
_DUPLICATE = Correction(duplicate=True)
_LATE = Correction(late=True)
_NO_CROWD = PackedCrowd()


def _difference(
    before: Iterable[HistoryItem], after: Iterable[HistoryItem]
) -> Correction:
    """Tell the items of each that the other has not; a key is in each but once."""
    old = {item.collector_tstamp: item for item in before}
    new = {item.collector_tstamp: item for item in after}
    return Correction(
        wrong=tuple(item for key, item in old.items() if new.get(key) != item),
        right=tuple(item for key, item in new.items() if old.get(key) != item),
    )
