"""The steps of the flow; each says what goes in and what comes out."""

from collections.abc import Callable, Iterable
from typing import TypeVar

import bytewax.operators as op
from bytewax.dataflow import Stream, operator
from bytewax.operators import KeyedStream

from dataflows.audience_logic import AudienceLogic, TallyItem
from dataflows.clock import Clock
from dataflows.keeping import KeptLogic, SavedShard, Shelf, saved_shards
from dataflows.logic import SessionsLogic, ShardState
from dataflows.metrics import took_in
from dataflows.pace import Pace
from dataflows.playback.audience import Audience, AudienceMinute
from dataflows.playback.intake import SHARDS, Reach
from dataflows.playback.messages import DeadLetter, RawBatch, ShardOutput
from dataflows.playback.tallies import IntakeTally
from dataflows.playback.timing import Timing
from dataflows.thread_state import keep_thread_state

__all__ = [
    "by_shard",
    "dead_letters",
    "flat_map_values",
    "minutes_of",
    "seconds_of",
    "sum_audience",
    "track_sessions",
]

V = TypeVar("V")
W = TypeVar("W")

_ALL = "all"
_NAMES = tuple(str(shard) for shard in range(SHARDS))


def _intake_tallies(messages: list[RawBatch]) -> list[tuple[str, TallyItem]]:
    return [(_ALL, _intake_tally(raw)) for raw in messages]


def _intake_tally(raw: RawBatch) -> IntakeTally:
    took_in(raw)
    return IntakeTally(
        partition=raw.partition,
        received=0 if raw.replayed else len(raw.values),
        lag_messages=raw.lag_messages,
        lag_ms=raw.lag_ms,
    )


def _shard_tallies(items: list[tuple[str, ShardOutput]]) -> list[tuple[str, TallyItem]]:
    tallies: list[tuple[str, TallyItem]] = []
    for shard, output in items:
        if output.tally is not None:
            tallies.append((_ALL, (shard, output.tally)))
        if output.latencies is not None:
            tallies.append((_ALL, output.latencies))
    return tallies


def _letters(output: ShardOutput) -> Iterable[DeadLetter]:
    return output.letters


def _second(record: Audience | AudienceMinute) -> Audience | None:
    return record if isinstance(record, Audience) else None


def _minute(record: Audience | AudienceMinute) -> AudienceMinute | None:
    return record if isinstance(record, AudienceMinute) else None


@operator
def flat_map_values(
    step_id: str, up: KeyedStream[V], mapper: Callable[[V], Iterable[W]]
) -> KeyedStream[W]:
    """Map each value to some; Bytewax's own takes three calls and a generator each."""

    def mapped(items: list[tuple[str, V]]) -> list[tuple[str, W]]:
        return [(key, one) for key, value in items for one in mapper(value)]

    return op.flat_map_batch("items", up, mapped)


@operator
def by_shard(
    step_id: str, up: Stream[RawBatch], timing: Timing, clock: Clock
) -> KeyedStream[RawBatch]:
    """Key the messages by shard: `RawBatch` -> `("17", RawBatch)`, one a shard."""
    reach = Reach(timing)

    def keyed(messages: list[RawBatch]) -> list[tuple[str, RawBatch]]:
        now = clock()
        return [
            (_NAMES[shard], batch)
            for raw in messages
            for shard, batch in reach.routed(raw, now).items()
        ]

    return op.flat_map_batch("batches", up, keyed)


@operator
def track_sessions(
    step_id: str,
    up: KeyedStream[RawBatch],
    timing: Timing,
    clock: Clock,
    pace: Pace | None = None,
) -> KeyedStream[ShardOutput]:
    """Keep the session windows: `("17", RawBatch)` -> `("17", ShardOutput)`."""
    shelf: Shelf = {}
    # Where nobody paces a source by it, it is told to nobody.
    heard = pace or Pace()

    def build(state: ShardState | None) -> SessionsLogic:
        # Every worker has some of the shards.
        keep_thread_state()
        return SessionsLogic(state, timing, clock, shelf, heard)

    def build_kept(state: SavedShard | None) -> KeptLogic:
        return KeptLogic.resume(state, shelf)

    outputs = op.stateful_batch("shard", up, build)
    saved = flat_map_values("saved", outputs, saved_shards)
    op.stateful_batch("kept", saved, build_kept)
    return outputs


@operator
def sum_audience(
    step_id: str,
    messages: Stream[RawBatch],
    outputs: KeyedStream[ShardOutput],
    clock: Clock,
) -> KeyedStream[Audience | AudienceMinute]:
    """Add the tallies up: `("all", Audience)` a second, `AudienceMinute` a minute."""

    def build(state: bytes | None) -> AudienceLogic:
        return AudienceLogic.resume(state, clock)

    intake = op.flat_map_batch("intake", messages, _intake_tallies)
    shards = op.flat_map_batch("shards", outputs, _shard_tallies)
    tallies = op.merge("tallies", intake, shards)
    return op.stateful_batch("book", tallies, build)


@operator
def dead_letters(step_id: str, up: KeyedStream[ShardOutput]) -> KeyedStream[DeadLetter]:
    """Pick what was not used: `("17", ShardOutput)` -> `("17", DeadLetter)`."""
    return flat_map_values("letters", up, _letters)


@operator
def seconds_of(
    step_id: str, up: KeyedStream[Audience | AudienceMinute]
) -> KeyedStream[Audience]:
    """Pick the records of seconds: -> `("all", Audience)`."""
    return op.filter_map_value("pick", up, _second)


@operator
def minutes_of(
    step_id: str, up: KeyedStream[Audience | AudienceMinute]
) -> KeyedStream[AudienceMinute]:
    """Pick the records of minutes: -> `("all", AudienceMinute)`."""
    return op.filter_map_value("pick", up, _minute)
