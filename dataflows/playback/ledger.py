"""What a shard tells of what happened: the history's changes, and its tally."""

from typing import Final

from dataflows.playback.correction import Correction
from dataflows.playback.counting import RunningTally
from dataflows.playback.messages import DeadLetter, ShardOutput
from dataflows.playback.partings import Partings
from dataflows.playback.profile import HistoryItem, PlaybackStatus
from dataflows.playback.tallies import ShardTally

__all__ = ["Ledger"]

_LEFT: Final = PlaybackStatus.LEFT
_TALLY_EVERY_MS: Final = 1_000


class Ledger:
    """Counts what it tells; the `tally` is counted by the shard as well."""

    __slots__ = ("_told", "_told_at", "partings", "tally")

    def __init__(self, tally: RunningTally, partings: Partings) -> None:
        """Begin with what was counted, and with who has left but is not told of."""
        self.tally = tally
        self.partings = partings
        self._told: ShardTally | None = None
        self._told_at: int | None = None

    def refuse(self, letter: DeadLetter, output: ShardOutput) -> None:
        """Tell of an event that came at a wrong time."""
        output.letters.append(letter)
        self.tally.refuse(letter)

    def correct(self, correction: Correction, output: ShardOutput) -> None:
        """Tell what an event did to the history."""
        for viewer_id, tstamp in correction.void:
            output.history[viewer_id, tstamp] = None
        for item in correction.again:
            self._say(item, output)
        for item in correction.wrong:
            output.history[item.viewer_id, item.collector_tstamp] = None
            self.tally.unchange(item)
            if item.status is _LEFT:
                self.partings.drop(item)
        for item in correction.right:
            self._say(item, output)
            self.tally.change(item)

    def leave(self, item: HistoryItem) -> None:
        """Take note of a departure."""
        self.tally.change(item)
        self.partings.put(item)

    def part(self, output: ShardOutput, *, at_once: bool) -> None:
        """Tell the history of departures, in time."""
        for item in self.partings.take(at_once=at_once):
            output.history[item.viewer_id, item.collector_tstamp] = item

    def tell(self, now: int, watermark: int) -> ShardTally | None:
        """Return the tally, where it changed and a second has passed since the last."""
        # A clock that was set back must not silence it until it is the time again.
        if self._told_at is not None and 0 <= now - self._told_at < _TALLY_EVERY_MS:
            return None
        tally = self.tally.told(watermark)
        if tally == self._told:
            return None
        self._told, self._told_at = tally, now
        return tally

    def _say(self, item: HistoryItem, output: ShardOutput) -> None:
        """Tell the history of a change; of a departure, when it can't be lost."""
        if item.status is _LEFT:
            self.partings.put(item)
        else:
            output.history[item.viewer_id, item.collector_tstamp] = item
