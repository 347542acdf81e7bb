"""The playbacks of a session beside the one that is heard: other tabs and titles."""

from typing import Any, Final

import msgspec
from mypy_extensions import mypyc_attr

from dataflows.playback.playback import Playback
from dataflows.playback.short import full_text, short_text
from dataflows.playback.totals import Retired, Totals

__all__ = ["Others"]

# Who opens more players than this at once has the totals of the ones that were heard
# longest ago added up; their own states are forgotten.
_PLAYBACKS_MOST: Final = 8


@mypyc_attr(acyclic=True)
class Others:
    """Playbacks by `media_session_id`, and the totals of those that are forgotten."""

    __slots__ = ("_playbacks", "_retired")

    def __init__(self) -> None:
        """Begin with none."""
        self._playbacks: dict[str, Playback] = {}
        self._retired: Retired | None = None

    def names(self) -> list[str]:
        """Return the `media_session_id` of each whose state is known."""
        return list(self._playbacks)

    def put(self, media_session_id: str, playback: Playback) -> None:
        """Take in the playback that was heard until now."""
        self._playbacks[media_session_id] = playback

    def take(self, media_session_id: str, time: int) -> Playback:
        """Take out the playback that is heard now: one that was here, or a new one."""
        again = self._playbacks.pop(media_session_id, None)
        if again is not None:
            return again
        before = self._retired.take(media_session_id) if self._retired else None
        if len(self._playbacks) == _PLAYBACKS_MOST:
            self._retire_one()
        return Playback(time) if before is None else Playback.again(time, before)

    def totals(self) -> Totals:
        """Return what they add up to."""
        totals = Totals()
        if self._retired is not None:
            totals.add(self._retired.total)
        for playback in self._playbacks.values():
            totals.add(playback.totals())
        return totals

    def pack(self, base: int) -> list[Any]:
        """Return what `unpack` takes, with a time that both know: a recovery format."""
        playbacks = [(short_text(n), p.pack(base)) for n, p in self._playbacks.items()]
        return [playbacks, self._retired]

    @classmethod
    def unpack(cls, packed: list[Any], base: int) -> "Others":
        """Return the playbacks that were packed."""
        others = cls()
        playbacks, retired = packed
        for name, playback in playbacks:
            others.put(full_text(name), Playback.unpack(playback, base))
        if retired is not None:
            others._retired = msgspec.convert(retired, Retired)
        return others

    def _retire_one(self) -> None:
        """Forget all but the totals of the one that was heard longest ago."""
        playbacks = self._playbacks
        oldest = min(playbacks, key=lambda name: playbacks[name].heard)
        self._retired = self._retired or Retired()
        self._retired.put(oldest, playbacks.pop(oldest).totals())
