"""The viewers of a shard: who is awake, who rests, and who is to be looked at when.

Whoever pauses, and whoever has left, stays known for minutes. Once nothing that was
heard of them can be corrected any more, all that is left of them is their session: it
is kept packed until they are heard or due. Times are milliseconds.
"""

from typing import Any, Final

import msgspec

from dataflows.playback.timing import Timing
from dataflows.playback.viewer import Viewer
from dataflows.playback.window import ExpiryWheel

__all__ = ["Roster"]

# Who rests for less is not worth the packing.
_REST_LEAST_MS: Final = 60_000


class Roster:
    """Holds each viewer once, awake or at rest, and in the wheel."""

    __slots__ = ("_resting", "_timing", "_wheel", "awake")

    def __init__(self, timing: Timing) -> None:
        """Begin with nobody."""
        self.awake: dict[str, Viewer] = {}
        # By id: the slot, whether the session is closed, and the packed viewer.
        self._resting: dict[str, tuple[int, bool, bytes]] = {}
        self._wheel = ExpiryWheel()
        self._timing = timing

    def find(self, viewer_id: str) -> Viewer | None:
        """Return a viewer, woken if they rest; None where nobody knows them."""
        viewer = self.awake.get(viewer_id)
        if viewer is None and viewer_id in self._resting:
            return self._wake(viewer_id)
        return viewer

    def ids(self) -> set[str]:
        """Return who is known."""
        return {*self.awake, *self._resting}

    def add(self, viewer: Viewer) -> None:
        """Take in a viewer, who is in no slot yet."""
        self.awake[viewer.session.viewer_id] = viewer

    def forget(self, viewer: Viewer) -> None:
        """Let a viewer go."""
        del self.awake[viewer.session.viewer_id]

    def schedule(self, viewer: Viewer) -> None:
        """Have a viewer looked at when they can rest, or are due."""
        due = viewer.due(self._timing)
        settled = viewer.session.last + self._timing.settling
        at = settled if due - settled > _REST_LEAST_MS else due
        self._put(viewer, at)

    def put_off(self, viewer: Viewer, reading: int, settled: int) -> None:
        """Look again later at a viewer, who may rest until then.

        Args:
            viewer: One who is in no slot, and has nothing to be shown.
            reading: The event time that it is.
            settled: Events before this time have neither duplicates nor earlier ones
                still to come.

        """
        last = viewer.session.last
        if last + self._timing.settling > reading:
            self.schedule(viewer)
            return
        self._put(viewer, viewer.due(self._timing))
        if last < settled:
            self._rest(viewer)

    def take_due(self, reading: int, gone: list[str]) -> list[Viewer]:
        """Take out of the wheel who is to be looked at; append to `gone` who is over.

        Args:
            reading: The event time that it is.
            gone: Takes those at rest whose closed session's retention is over.

        """
        due = []
        for slot, viewer_id in self._wheel.take_due(reading):
            rests = self._resting.get(viewer_id)
            if rests is not None and rests[0] == slot:
                if rests[1]:
                    del self._resting[viewer_id]
                    gone.append(viewer_id)
                    continue
                self._wake(viewer_id)
            viewer = self.awake.get(viewer_id)
            if viewer is not None and viewer.slot == slot:
                viewer.slot = 0
                due.append(viewer)
        return due

    def pack(self) -> tuple[list[Any], dict[str, Any]]:
        """Return what `unpack` takes: who is awake, and who rests."""
        return [viewer.pack() for viewer in self.awake.values()], self._resting

    @classmethod
    def unpack(
        cls, awake: list[Any], resting: dict[str, Any], timing: Timing
    ) -> "Roster":
        """Return the viewers who were packed.

        Those of an open session are awake, for other gaps may tell otherwise when they
        leave.
        """
        roster = cls(timing)
        packed = [*awake]
        for viewer_id, (slot, closed, viewer) in resting.items():
            if closed:
                roster._resting[viewer_id] = slot, closed, viewer
                roster._wheel.put_in(slot, viewer_id)
            else:
                packed.append(_decode(viewer))
        for one in packed:
            viewer = Viewer.unpack(one, timing)
            roster.add(viewer)
            roster.schedule(viewer)
        return roster

    def _put(self, viewer: Viewer, at: int) -> None:
        viewer.slot = self._wheel.put(viewer.session.viewer_id, at, viewer.slot)

    def _rest(self, viewer: Viewer) -> None:
        viewer.settle()
        packed = _encode(viewer.pack())
        viewer_id = viewer.session.viewer_id
        self._resting[viewer_id] = viewer.slot, viewer.closed, packed
        del self.awake[viewer_id]

    def _wake(self, viewer_id: str) -> Viewer:
        slot, _, packed = self._resting.pop(viewer_id)
        viewer = self.awake[viewer_id] = Viewer.unpack(_decode(packed), self._timing)
        viewer.slot = slot
        return viewer


_encode: Final = msgspec.msgpack.Encoder().encode
_decode: Final = msgspec.msgpack.Decoder().decode
