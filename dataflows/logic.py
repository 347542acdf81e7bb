"""Thin adapters: what Bytewax calls, handed on to the pure core. No rule lives here."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from time import perf_counter, time_ns

import msgspec
from bytewax.operators import StatefulBatchLogic

from dataflows.metrics import EVENT_TO_PROFILE, ShardMetrics
from dataflows.playback.audience import Audience, AudienceMinute
from dataflows.playback.intake import decoded
from dataflows.playback.latency import Latencies, LatencyCounts, RecentLatency
from dataflows.playback.messages import RawBatch, ShardOutput
from dataflows.playback.roll_up import AudienceBook
from dataflows.playback.shard import Shard
from dataflows.playback.tallies import IntakeTally, ShardTally
from dataflows.playback.timing import Timing

__all__ = ["AudienceLogic", "Clock", "SessionsLogic", "TallyItem", "wall_clock"]

Clock = Callable[[], int]
"""Returns milliseconds since 1970."""

TallyItem = tuple[str, ShardTally] | IntakeTally | Latencies
"""What is added up: a shard's name and tally, a tally of the intake, or latencies."""

_TICK_MS = 1_000


def wall_clock() -> int:
    """Return the time of day in milliseconds since 1970."""
    return time_ns() // 1_000_000


def _datetime(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


class SessionsLogic(StatefulBatchLogic[RawBatch, ShardOutput, bytes]):
    """Forward batches and ticks to one shard; the snapshot is the packed shard."""

    def __init__(self, shard: Shard, clock: Clock) -> None:
        self._shard = shard
        self._clock = clock
        self._tick_at = _datetime(clock())
        self._metrics = ShardMetrics(shard.tally())
        self._latency = LatencyCounts()

    @classmethod
    def resume(
        cls, state: bytes | None, timing: Timing, clock: Clock
    ) -> "SessionsLogic":
        """Return the logic of a new shard, or of one from a snapshot."""
        if state is None:
            return cls(Shard(timing), clock)
        return cls(Shard.unpack(timing, state), clock)

    def on_batch(self, values: list[RawBatch]) -> tuple[Iterable[ShardOutput], bool]:
        """Decode and apply what the partitions bring."""
        output = self._shard.apply_all([decoded(raw) for raw in values], self._clock())
        if output.profiles:
            self._time(values)
        return self._told(output), self.RETAIN

    def on_notify(self) -> tuple[Iterable[ShardOutput], bool]:
        """Let the clock close what is due."""
        now = self._clock()
        self._tick_at = _datetime(now + _TICK_MS)
        return self._told(self._shard.tick(now)), self.RETAIN

    def on_eof(self) -> tuple[Iterable[ShardOutput], bool]:
        """Return the last tally of a source that ends."""
        return self._told(self._shard.end()), self.RETAIN

    def notify_at(self) -> datetime:
        """Ask for a tick a second."""
        return self._tick_at

    def snapshot(self) -> bytes:
        """Return the packed shard."""
        started = perf_counter()
        packed = self._shard.pack()
        self._metrics.packed(perf_counter() - started, len(packed))
        return packed

    def _time(self, values: list[RawBatch]) -> None:
        """Count how long it took from Kafka's oldest stamp to profiles that changed."""
        stamps = [raw.stamped_ms for raw in values if raw.stamped_ms]
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


class AudienceLogic(StatefulBatchLogic[TallyItem, Audience | AudienceMinute, bytes]):
    """Forward tallies to the book, and ask it for a record a second."""

    def __init__(self, book: AudienceBook, clock: Clock) -> None:
        self._book = book
        self._clock = clock
        self._due = self._next_second()
        self._latency = RecentLatency()

    @classmethod
    def resume(cls, state: bytes | None, clock: Clock) -> "AudienceLogic":
        """Return the logic of a new book, or of one from a snapshot."""
        return cls(AudienceBook() if state is None else _decode(state), clock)

    def on_batch(
        self, values: list[TallyItem]
    ) -> tuple[Iterable[Audience | AudienceMinute], bool]:
        """Take tallies."""
        for item in values:
            if isinstance(item, IntakeTally):
                self._book.take_intake(item)
            elif isinstance(item, Latencies):
                self._latency.add(item)
            else:
                self._book.take_shard(*item)
        return (), self.RETAIN

    def on_notify(self) -> tuple[Iterable[Audience | AudienceMinute], bool]:
        """Return the second's record, and the minute's where one is over."""
        self._due = self._next_second()
        return self._records(), self.RETAIN

    def on_eof(self) -> tuple[Iterable[Audience | AudienceMinute], bool]:
        """Return the last record of a source that ends."""
        return self._records(), self.RETAIN

    def notify_at(self) -> datetime:
        """Ask to be called when the second is over."""
        return _datetime(self._due)

    def snapshot(self) -> bytes:
        """Return the packed book."""
        return _encode(self._book)

    def _records(self) -> list[Audience | AudienceMinute]:
        record = msgspec.structs.replace(
            self._book.audience(self._clock()),
            latency_p50_ms=self._latency.quantile_ms(0.5),
            latency_p99_ms=self._latency.quantile_ms(0.99),
        )
        self._latency.turn()
        minute = self._book.minute(record)
        return [record] if minute is None else [record, minute]

    def _next_second(self) -> int:
        return (self._clock() // _TICK_MS + 1) * _TICK_MS


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(AudienceBook).decode
