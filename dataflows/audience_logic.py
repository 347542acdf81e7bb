"""Thin adapter: what Bytewax calls, handed on to the book. No rule lives here."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

import msgspec
from bytewax.operators import StatefulBatchLogic

from dataflows.clock import Clock, moment
from dataflows.playback.audience import Audience, AudienceMinute
from dataflows.playback.latency import Latencies, RecentLatency
from dataflows.playback.roll_up import AudienceBook
from dataflows.playback.tallies import IntakeTally, ShardTally

__all__ = ["AudienceLogic", "TallyItem"]

TallyItem = tuple[str, ShardTally] | IntakeTally | Latencies
"""What is added up: a shard's name and tally, a tally of the intake, or latencies."""

_SECOND_MS: Final = 1_000


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
        return moment(self._due)

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
        return (self._clock() // _SECOND_MS + 1) * _SECOND_MS


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(AudienceBook).decode
