"""A stretch of a viewer's recent events, packed: what `Recent` is made of."""

from typing import Any, Final

from mypy_extensions import i32, mypyc_attr, u8

from dataflows.playback.events import MediaEvent
from dataflows.playback.folding import fold
from dataflows.playback.packing import (
    SAID_NOTHING,
    pack_event,
    pack_said,
    unpack_events,
)
from dataflows.playback.profile import HistoryItem
from dataflows.playback.session import Session
from dataflows.playback.short import full_text, pack_id, unpack_items
from dataflows.playback.timing import Timing

__all__ = ["Stretch"]

# An id is marked by one bit of so many, which fit into a number without an object.
_MARKS: Final = 61
_ANY_MARK: Final = -1

# A stretch of no session before it, and the items in front of its events.
_NONE: Final = b"\xc0"
_HEADS: Final = 2


@mypyc_attr(acyclic=True)
class Stretch:
    """Some events in their order, packed, and the session before them, packed.

    The ids stand apart, for they are looked up, and are all that is left once no event
    can come between the others any more.
    """

    __slots__ = (
        "changed",
        "count",
        "events",
        "first",
        "ids",
        "last",
        "marks",
        "older",
        "said",
    )

    def __init__(self, before: Session | None, first: int) -> None:
        """Begin at the time of the first event, after a session if there was one."""
        # The stretch before this one, if it is not forgotten.
        self.older: Stretch | None = None
        self.first = first
        self.last = first
        self.count: u8 = 0
        # Whether its events brought about a change of status.
        self.changed = False
        # Where in `events` stands what was said last.
        self.said: i32 = 0
        self.ids = b""
        # What any of the ids is marked by: most others can be told from them by that.
        self.marks = 0
        # Before the events themselves, what holds before them; empty once settled.
        self.events = SAID_NOTHING + (_NONE if before is None else before.pack())

    @classmethod
    def of(cls, event: MediaEvent) -> "Stretch":
        """Return a stretch of one event that is not folded."""
        stretch = cls(None, event.time)
        stretch.add(event, pack_id(event.event_id), changed=False)
        return stretch

    def add(self, event: MediaEvent, packed_id: bytes, *, changed: bool) -> None:
        """Add the next event and its id, and whether it brought about a change."""
        # Not `+=`, of which mypyc knows nothing for bytes.
        self.ids = self.ids + packed_id
        self.marks |= _mark(packed_id)
        said = pack_said(event)
        if self._said_last(said):
            self.events = self.events + pack_event(event, self.first, None)
        else:
            self.events = self.events + pack_event(event, self.first, said)
            self.said = len(self.events) - len(said)
        self.last = event.time
        self.count += 1
        self.changed = self.changed or changed

    def _said_last(self, said: bytes) -> bool:
        if said is SAID_NOTHING and not self.said:
            return True
        # As `startswith` would, which is looked up by its name.
        return self.events[self.said : self.said + len(said)] == said

    def settle(self) -> None:
        """Keep no more than what tells a duplicate."""
        self.events = b""
        self.said = 0

    def knows(self, event_id: str, packed_id: bytes) -> bool:
        """Return whether an event is one of these, by its id."""
        if not self.marks & _mark(packed_id):
            return False
        # Found is not proven: another may hold it. `in` would try a number first.
        return self.ids.find(packed_id) >= 0 and event_id in self.known()

    def known(self) -> list[str]:
        """Return the ids of the events."""
        return [full_text(each) for each in unpack_items(self.ids, self.count)]

    def before(self, viewer_id: str) -> Session | None:
        """Return the session before it."""
        packed = unpack_items(self.events, self.count + _HEADS)[1]
        return None if packed is None else Session.unpack(packed, viewer_id)

    def unpacked(self, viewer_id: str) -> list[MediaEvent]:
        """Return the events; of what is settled, none."""
        if not self.events:
            return []
        items = unpack_items(self.events, self.count + _HEADS)[_HEADS:]
        ids = unpack_items(self.ids, self.count)
        return unpack_events(viewer_id, self.first, ids, items)

    def folded(
        self, viewer_id: str, timing: Timing, changes: list[HistoryItem]
    ) -> Session:
        """Return the session after it, from the one before it."""
        session = self.before(viewer_id)
        for event in self.unpacked(viewer_id):
            session = fold(session, event, timing, changes)
        assert session is not None  # noqa: S101, a stretch has events
        return session

    def pack(self, base: int) -> tuple[object, ...]:
        """Return what `unpack` takes, with a time that both know."""
        return (
            base - self.first,
            self.last - self.first,
            self.count,
            self.changed,
            self.said,
            self.ids,
            self.events,
        )

    @classmethod
    def unpack(cls, packed: Any, base: int) -> "Stretch":  # noqa: ANN401, what msgpack made of it
        """Return the stretch that was packed."""
        first, span, count, changed, said, ids, events = packed
        stretch = cls(None, base - first)
        stretch.last = stretch.first + span
        stretch.count = count
        stretch.changed = changed
        stretch.said = said
        stretch.ids = ids
        stretch.marks = _ANY_MARK
        stretch.events = events
        return stretch


def _mark(packed_id: bytes) -> int:
    return 1 << packed_id[-1] % _MARKS
