"""A stretch of a viewer's recent events, packed: what `Recent` is made of."""

from typing import Any, Final

from mypy_extensions import i32, mypyc_attr, u8

from dataflows.playback.events import MediaEvent
from dataflows.playback.folding import fold
from dataflows.playback.packing import pack_event, unpack_events
from dataflows.playback.profile import HistoryItem
from dataflows.playback.said import SAID_NOTHING, pack_common, pack_said, shared
from dataflows.playback.session import Session
from dataflows.playback.short import full_text, split_items, unpack_items
from dataflows.playback.timing import Timing

__all__ = ["Stretch"]

# An id is marked by two bits of so many.
_MARKS: Final = 31
_ANY_MARK: Final = -1

# A stretch of no session before it, the items in front of its events, and how many
# there are of each: its id, and the rest of it.
_NONE: Final = b"\xc0"
_HEADS: Final = 2
_EACH: Final = 2


@mypyc_attr(acyclic=True)
class Stretch:
    """Some events in their order, packed, and the session before them, packed.

    Of what is settled, for no event can come between these any more, only the ids are
    left. There are very many: all is in one object beside this one.
    """

    __slots__ = (
        "changed",
        "common",
        "count",
        "first",
        "kept",
        "marks",
        "older",
        "said",
        "settled",
        "span",
    )

    def __init__(self, before: Session | None, first: int) -> None:
        """Begin at the time of the first event, after a session if there was one."""
        # The stretch before this one, if it is not forgotten.
        self.older: Stretch | None = None
        self.first = first
        # How long after the first the last one is: no longer than events are kept.
        self.span: i32 = 0
        self.count: u8 = 0
        # Whether its events brought about a change of status.
        self.changed = False
        self.settled = False
        # Where in `kept` stands what was said last.
        self.said: i32 = 0
        # What any of the ids is marked by: most others can be told from them by that.
        self.marks: i32 = 0
        # What the first event says that very many viewers have in common.
        self.common = SAID_NOTHING
        # What holds before the events, then each one's id and the rest of it; once
        # settled, the ids.
        self.kept = SAID_NOTHING + (_NONE if before is None else before.pack())

    @property
    def last(self) -> int:
        """Return the time of the last event."""
        # A sum with a short number in it is a short one, when compiled.
        return self.first + int(self.span)

    @classmethod
    def of(cls, event: MediaEvent) -> "Stretch":
        """Return a stretch of one event that is not folded."""
        stretch = cls(None, event.time)
        stretch.add(event, changed=False)
        return stretch

    def add(self, event: MediaEvent, *, changed: bool) -> None:
        """Add the next event, and whether it brought about a change."""
        self.marks |= _mark(event.packed_id)
        common = pack_common(event)
        if self.count == 0:
            self.common = shared(common)
        said = pack_said(event, None if common == self.common else common)
        news = None if self._said_last(said) else said
        packed = pack_event(event, self.first, news)
        # Not `+=`, of which mypyc knows nothing for bytes.
        self.kept = self.kept + (event.packed_id + packed)
        if news is not None:
            self.said = len(self.kept) - len(news)
        self.span = event.time - self.first
        self.count += 1
        self.changed = self.changed or changed

    def _said_last(self, said: bytes) -> bool:
        if said is SAID_NOTHING and not self.said:
            return True
        # As `startswith` would, which is looked up by its name.
        return self.kept[self.said : self.said + len(said)] == said

    def settle(self) -> None:
        """Keep no more than what tells a duplicate."""
        if not self.settled:
            items = split_items(self.kept, self._items())
            self.kept = b"".join(items[_HEADS::_EACH])
            self.settled = True

    def knows(self, event: MediaEvent) -> bool:
        """Return whether an event is one of these, by its id."""
        mark = _mark(event.packed_id)
        if self.marks & mark != mark:
            return False
        # Found is not proven: another may hold it. `in` would try a number first.
        found = self.kept.find(event.packed_id) >= 0
        return found and event.event_id in self.known()

    def known(self) -> list[str]:
        """Return the ids of the events."""
        if self.settled:
            ids = unpack_items(self.kept, self.count)
        else:
            ids = unpack_items(self.kept, self._items())[_HEADS::_EACH]
        return [full_text(each) for each in ids]

    def before(self, viewer_id: str) -> Session | None:
        """Return the session before it, which is not settled."""
        packed = unpack_items(self.kept, self._items())[1]
        return None if packed is None else Session.unpack(packed, viewer_id)

    def unpacked(self, viewer_id: str) -> list[MediaEvent]:
        """Return the events; of what is settled, none."""
        if self.settled:
            return []
        items = unpack_items(self.kept, self._items())[_HEADS:]
        ids, rest = items[::_EACH], items[1::_EACH]
        return unpack_events(viewer_id, self.first, self.common, ids, rest)

    def _items(self) -> int:
        """Return how many are kept of what is not settled."""
        return _HEADS + _EACH * int(self.count)

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
            self.span,
            self.count,
            self.changed,
            self.settled,
            self.said,
            self.common,
            self.kept,
        )

    @classmethod
    def unpack(cls, packed: Any, base: int) -> "Stretch":  # noqa: ANN401, what msgpack made of it
        """Return the stretch that was packed."""
        first, span, count, changed, settled, said, common, kept = packed
        stretch = cls(None, base - first)
        stretch.span = span
        stretch.count = count
        stretch.changed = changed
        stretch.settled = settled
        stretch.said = said
        stretch.marks = _ANY_MARK
        stretch.common = shared(common)
        stretch.kept = kept
        return stretch


def _mark(packed_id: bytes) -> i32:
    one: i32 = packed_id[-1]
    other: i32 = packed_id[len(packed_id) // 2]
    return 1 << one % _MARKS | 1 << other % _MARKS
