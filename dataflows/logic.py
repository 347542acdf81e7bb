"""Thin adapter: what Bytewax calls, handed on to a shard. No rule lives here."""

from collections.abc import Iterable
from datetime import datetime
from time import perf_counter
from typing import Final

from bytewax.operators import StatefulBatchLogic

from dataflows.clock import Clock, moment
from dataflows.keeping import PATIENCE_MS, Shelf, missing_shard
from dataflows.metrics import EVENT_TO_PROFILE, ShardMetrics
from dataflows.pace import Pace
from dataflows.playback.intake import decoded, unread
from dataflows.playback.latency import LatencyCounts
from dataflows.playback.messages import RawBatch, ShardOutput
from dataflows.playback.shard import Shard
from dataflows.playback.timing import Timing
from dataflows.playback.turns import SaveTurns

__all__ = ["SessionsLogic", "ShardState"]

ShardState = bytes | int
"""A packed shard, nothing of a new one, or the number that `KeptLogic` has it under."""

_NEW: Final = b""
_TICK_MS: Final = 1_000
_WAIT_MS: Final = 5


class SessionsLogic(StatefulBatchLogic[RawBatch, ShardOutput, ShardState]):
    """Forward batches and ticks to one shard, and have it saved.

    Where the source goes back when it is resumed (`RawBatch.reread`), that is in its
    turn, by a step of its own; otherwise at the end of each epoch.
    """

    def __init__(
        self,
        state: ShardState | None,
        timing: Timing,
        clock: Clock,
        shelf: Shelf,
        pace: Pace,
    ) -> None:
        self._state = _NEW if state is None else state
        self._timing = timing
        self._clock = clock
        self._shelf = shelf
        self._pace = pace
        now = clock()
        self._tick_at = moment(now)
        self._gives_up_at = now + PATIENCE_MS
        self._latency = LatencyCounts()
        self._turns = SaveTurns()
        self._in_turns = isinstance(state, int)
        self._waiting: list[RawBatch] = []
        self._shard: Shard | None = None
        self._there()

    def on_batch(self, values: list[RawBatch]) -> tuple[Iterable[ShardOutput], bool]:
        """Decode and apply what the partitions bring, once the shard is there."""
        self._waiting += values
        return self._take(), self.RETAIN

    def on_notify(self) -> tuple[Iterable[ShardOutput], bool]:
        """Let the clock close what is due."""
        now = self._clock()
        shard = self._there()
        self._tick_at = moment(now + (_TICK_MS if shard else _WAIT_MS))
        if shard is None:
            return (), self.RETAIN
        waited = self._take()
        output = shard.tick(now)
        self._note_change(output)
        return (*waited, *self._told(output)), self.RETAIN

    def on_eof(self) -> tuple[Iterable[ShardOutput], bool]:
        """Return the last tally of a source that ends, and keep all that there is."""
        shard = self._there()
        if shard is None:
            return (), self.RETAIN
        waited = self._take()
        self._in_turns = False
        return (*waited, *self._told(shard.end())), self.RETAIN

    def notify_at(self) -> datetime:
        """Ask for a tick a second."""
        return self._tick_at

    def snapshot(self) -> ShardState:
        """Return the packed shard; where it is saved in turns, who has it."""
        shard = self._shard
        if shard is None:
            return self._state
        state = self._state if self._in_turns else self._packed(shard)
        shard.end_epoch()
        return state

    def _there(self) -> Shard | None:
        """Return the shard; None while it is on its way from the recovery store."""
        if self._shard is None:
            packed = self._saved()
            if packed is None:
                return None
            timing = self._timing
            self._shard = Shard.unpack(timing, packed) if packed else Shard(timing)
            # All that a run before has told of it may be read again.
            self._shard.replaying = packed == _NEW or self._in_turns
            self._metrics = ShardMetrics(self._shard.tally(), len(packed))
        return self._shard

    def _saved(self) -> bytes | None:
        state = self._state
        if isinstance(state, bytes):
            return state
        packed = self._shelf.pop(state, None)
        if packed is None and self._clock() >= self._gives_up_at:
            raise missing_shard(state)
        return packed

    def _take(self) -> tuple[ShardOutput, ...]:
        """Apply what waits, and save the shard if it is its turn."""
        shard = self._there()
        if shard is None or not self._waiting:
            return ()
        raws = [unread(raw, shard.read_to(raw.partition)) for raw in self._waiting]
        self._waiting = []
        for raw in raws:
            self._in_turns = raw.reread > 0
            if self._in_turns:
                self._turns.hear(raw)
        shard.replaying = self._in_turns and self._turns.replaying
        batches = [decoded(raw) for raw in raws]
        for batch in batches:
            self._pace.hear(batch)
        output = shard.apply_all(batches, self._clock())
        if output.profiles:
            self._time(raws)
        if not any(raw.values for raw in raws):
            self._note_change(output)
        if self._turns.due:
            self._state = raws[-1].shard
            output.saved = self._state, self._packed(shard)
            self._turns.save()
        return self._told(output)

    def _note_change(self, output: ShardOutput) -> None:
        """Have the shard saved for what time alone brought about."""
        if output.profiles or output.gone or output.history:
            self._turns.change()

    def _packed(self, shard: Shard) -> bytes:
        started = perf_counter()
        packed = shard.pack()
        self._metrics.packed(perf_counter() - started, len(packed))
        return packed

    def _time(self, values: list[RawBatch]) -> None:
        """Count how long it took from Kafka's oldest stamp to profiles that changed.

        What is read again was told by the run before; its stamp is as old as that.
        """
        stamps = [
            raw.stamped_ms for raw in values if raw.stamped_ms and not raw.replayed
        ]
        if stamps:
            # The clock that stamped it may be ahead of this one.
            self._latency.add(max(0, self._clock() - min(stamps)))

    def _told(self, output: ShardOutput) -> tuple[ShardOutput, ...]:
        """Return what says something: most batches are a ping or two, and do not."""
        if not output.says():
            return ()
        if output.tally is not None:
            self._metrics.tell(output.tally)
            output.latencies = self._latency.take()
            if output.latencies is not None:
                EVENT_TO_PROFILE.add(output.latencies)
        return (output,)
