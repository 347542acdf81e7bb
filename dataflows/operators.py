"""The steps of the flow; each says what goes in and what comes out."""

from collections.abc import Iterable

import bytewax.operators as op
import msgspec
from bytewax.dataflow import Stream, operator
from bytewax.operators import KeyedStream

from dataflows.logic import AudienceLogic, Clock, SessionsLogic, TallyItem
from dataflows.playback.audience import Audience, AudienceMinute
from dataflows.playback.decode import decode, shape_of
from dataflows.playback.errors import Rejected, Skipped
from dataflows.playback.messages import Arrival, ShardBatch, ShardOutput
from dataflows.playback.shard import SHARDS, shard_of
from dataflows.playback.tallies import IntakeTally
from dataflows.playback.window import Timing
from dataflows.records import DeadLetter
from dataflows.source import RawBatch

__all__ = [
    "DecodedBatch",
    "by_shard",
    "decode_events",
    "minutes_of",
    "refused_letters",
    "seconds_of",
    "sum_audience",
    "track_sessions",
    "undecoded_letters",
]

_ALL = "all"


class DecodedBatch(msgspec.Struct, frozen=True):
    """What a raw batch holds, and how it was counted."""

    batches: dict[int, ShardBatch]
    letters: list[DeadLetter]
    tally: IntakeTally


def _decode_batch(raw: RawBatch) -> DecodedBatch:
    """Decode a raw batch; a partition's word on itself goes to every shard."""
    batches: dict[int, ShardBatch] = {}
    if raw.every:
        word = ShardBatch(raw.partition, every=raw.every, idle=raw.idle)
        batches = dict.fromkeys(range(SHARDS), word)
    letters: list[DeadLetter] = []
    skipped = 0
    shapes: dict[str, int] = {}
    for offset, value in zip(raw.offsets, raw.values, strict=True):
        shape = shape_of(value)
        shapes[shape] = shapes.get(shape, 0) + 1
        event = decode(value, shape)
        if isinstance(event, Skipped):
            skipped += 1
        elif isinstance(event, Rejected):
            letters.append(_letter(raw, offset, value, event))
        else:
            shard = shard_of(event.viewer_id)
            batch = batches.get(shard)
            if batch is None:
                batch = batches[shard] = ShardBatch(raw.partition, topic=raw.topic)
            batch.arrivals.append(Arrival(event, offset, value))
    tally = IntakeTally(
        partition=raw.partition,
        received=len(raw.values),
        skipped=skipped,
        dead_letters=_reasons(letters),
        shapes=shapes,
        lag_messages=raw.lag_messages,
        lag_ms=raw.lag_ms,
    )
    return DecodedBatch(batches, letters, tally)


def _reasons(letters: list[DeadLetter]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for letter in letters:
        counts[letter.reason] = counts.get(letter.reason, 0) + 1
    return counts


def _letter(raw: RawBatch, offset: int, value: bytes, why: Rejected) -> DeadLetter:
    return DeadLetter(value, raw.topic, raw.partition, offset, why.reason, why.detail)


def _keyed_batches(decoded: DecodedBatch) -> Iterable[tuple[str, ShardBatch]]:
    return [(str(shard), batch) for shard, batch in decoded.batches.items()]


def _intake_tally(decoded: DecodedBatch) -> tuple[str, TallyItem]:
    return _ALL, decoded.tally


def _shard_tally(item: tuple[str, ShardOutput]) -> tuple[str, TallyItem] | None:
    shard, output = item
    return None if output.tally is None else (_ALL, (shard, output.tally))


def _keyed_letters(decoded: DecodedBatch) -> Iterable[tuple[str, DeadLetter]]:
    return [(letter.partition, letter) for letter in decoded.letters]


def _refused(output: ShardOutput) -> Iterable[DeadLetter]:
    for refused in output.refused:
        arrival = refused.arrival
        yield DeadLetter(
            arrival.raw,
            refused.topic,
            refused.partition,
            arrival.offset,
            refused.reason,
            refused.detail,
        )


def _second(record: Audience | AudienceMinute) -> Audience | None:
    return record if isinstance(record, Audience) else None


def _minute(record: Audience | AudienceMinute) -> AudienceMinute | None:
    return record if isinstance(record, AudienceMinute) else None


@operator
def decode_events(step_id: str, up: Stream[RawBatch]) -> Stream[DecodedBatch]:
    """Decode raw messages.

    `RawBatch` of one partition -> `DecodedBatch`: its events by shard, its dead letters
    and its counts.
    """
    return op.map("batch", up, _decode_batch)


@operator
def by_shard(step_id: str, up: Stream[DecodedBatch]) -> KeyedStream[ShardBatch]:
    """Key the events by shard: `DecodedBatch` -> `("17", ShardBatch)`, one a shard."""
    return op.flat_map("batches", up, _keyed_batches)


@operator
def track_sessions(
    step_id: str, up: KeyedStream[ShardBatch], timing: Timing, clock: Clock
) -> KeyedStream[ShardOutput]:
    """Keep the session windows: `("17", ShardBatch)` -> `("17", ShardOutput)`."""

    def build(state: bytes | None) -> SessionsLogic:
        return SessionsLogic.resume(state, timing, clock)

    return op.stateful_batch("shard", up, build)


@operator
def sum_audience(
    step_id: str,
    decoded: Stream[DecodedBatch],
    outputs: KeyedStream[ShardOutput],
    clock: Clock,
) -> KeyedStream[Audience | AudienceMinute]:
    """Add the tallies up: `("all", Audience)` a second, `AudienceMinute` a minute."""

    def build(state: bytes | None) -> AudienceLogic:
        return AudienceLogic.resume(state, clock)

    intake = op.map("intake", decoded, _intake_tally)
    shards = op.filter_map("shards", outputs, _shard_tally)
    tallies = op.merge("tallies", intake, shards)
    return op.stateful_batch("book", tallies, build)


@operator
def undecoded_letters(
    step_id: str, up: Stream[DecodedBatch]
) -> KeyedStream[DeadLetter]:
    """Pick what could not be decoded: `DecodedBatch` -> `("3", DeadLetter)`."""
    return op.flat_map("letters", up, _keyed_letters)


@operator
def refused_letters(
    step_id: str, up: KeyedStream[ShardOutput]
) -> KeyedStream[DeadLetter]:
    """Pick what came at a wrong time: `("17", ShardOutput)` -> `("17", DeadLetter)`."""
    return op.flat_map_value("letters", up, _refused)


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
