"""The flow: playback events in, live viewer profiles out.

    Kafka snowplow-enriched-good
      -> route     messages by viewer, decoded, to 128 shards
      -> sessions  event-time windows, status, history             -> dead letters
           -> profiles        Kafka live-viewer-profiles
           -> profile_items   DynamoDB viewer_profiles
           -> history_items   DynamoDB video_events
           -> audience        Kafka live-audience, live-audience-minutes

Run it, and again with recovery:

    python -m bytewax.run "dataflows.live_viewers:get_flow()"

    mkdir -p recovery && python -m bytewax.recovery recovery 1
    python -m bytewax.run "dataflows.live_viewers:get_flow()" -r recovery -s 2 -b 0

Step ids and the shard count are part of the recovery format.
"""

import gc
import logging
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

import bytewax.operators as op
from bytewax.dataflow import Dataflow
from bytewax.inputs import FixedPartitionedSource
from bytewax.outputs import Sink

from dataflows.clock import Clock, wall_clock
from dataflows.clock_guard import guard_clock
from dataflows.operators import (
    by_shard,
    dead_letters,
    flat_map_values,
    minutes_of,
    seconds_of,
    sum_audience,
    track_sessions,
)
from dataflows.pace import Pace, PacedSource
from dataflows.playback.messages import RawBatch
from dataflows.playback.timing import Timing
from dataflows.records import (
    audience_record,
    dead_letter_record,
    history_writes,
    profile_records,
    profile_writes,
)
from dataflows.settings import Settings
from dataflows.source import KafkaBatchSource
from sinks.dynamodb import Delete, DynamoDBSink, Put
from sinks.kafka import KafkaRecord, KafkaSink

__all__ = ["Outputs", "build_flow", "get_flow", "spare_collector"]


@dataclass(frozen=True, kw_only=True)
class Outputs:
    """Where the flow writes; a table that is `None` is not written."""

    profiles: Sink[tuple[str, KafkaRecord]]
    audience: Sink[tuple[str, KafkaRecord]]
    audience_minutes: Sink[tuple[str, KafkaRecord]]
    dead_letters: Sink[tuple[str, KafkaRecord]]
    profile_items: Sink[tuple[str, Put | Delete]] | None = None
    history_items: Sink[tuple[str, Put | Delete]] | None = None
    profiles_retention: timedelta = timedelta(days=30)
    history_retention: timedelta = timedelta(days=90)


def build_flow(
    source: FixedPartitionedSource[RawBatch, Any],
    outputs: Outputs,
    timing: Timing,
    clock: Clock = wall_clock,
) -> Dataflow:
    """Return the flow from a source to its outputs.

    Args:
        source: Emits `RawBatch`.
        outputs: Take `(key, item)`; an item is a `KafkaRecord`, `Put` or `Delete`.
        timing: Gaps, lateness and retention.
        clock: Returns milliseconds since 1970.

    """
    flow = Dataflow("live_viewers")

    pace = Pace()
    messages = op.input("events", flow, PacedSource(source, pace))
    # RawBatch(topic, partition, offsets, values)

    batches = by_shard("route", messages, timing, clock)
    # ("17", RawBatch(topic, partition, offsets, values, decoded))

    changes = track_sessions("sessions", batches, timing, clock, pace)
    # ("17", ShardOutput(profiles, gone, history, letters, tally))

    profiles = flat_map_values("profile_records", changes, profile_records)
    # ("17", KafkaRecord(viewer_id, profile JSON or None))
    op.output("profiles", profiles, outputs.profiles)

    if outputs.profile_items is not None:
        to_items = partial(profile_writes, retention=outputs.profiles_retention)
        items = flat_map_values("profile_writes", changes, to_items)
        # ("17", Put(item of viewer_profiles))
        op.output("profile_items", items, outputs.profile_items)

    if outputs.history_items is not None:
        to_history = partial(history_writes, retention=outputs.history_retention)
        history = flat_map_values("history_writes", changes, to_history)
        # ("17", Put(item of video_events)) or ("17", Delete(its key))
        op.output("history_items", history, outputs.history_items)

    letters = dead_letters("letters", changes)
    # ("17", DeadLetter(raw, topic, partition, offset, reason, detail))
    letter_records = op.map_value("letter_records", letters, dead_letter_record)
    op.output("dead_letters", letter_records, outputs.dead_letters)

    audience = sum_audience("sum", messages, changes, clock)
    # ("all", Audience(tstamp, viewers, ...)) or ("all", AudienceMinute(...))
    seconds = op.map_value(
        "second_records", seconds_of("seconds", audience), audience_record
    )
    op.output("audience", seconds, outputs.audience)
    minutes = op.map_value(
        "minute_records", minutes_of("minutes", audience), audience_record
    )
    op.output("audience_minutes", minutes, outputs.audience_minutes)

    return flow


def get_flow() -> Dataflow:
    """Return the flow that the environment asks for; what `bytewax.run` calls.

    Raises:
        SettingsError: a variable holds what it must not.

    """
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s"
    )
    settings = Settings.from_env()
    guard_clock()
    spare_collector()
    source = KafkaBatchSource(
        settings.bootstrap_servers,
        settings.source_topic,
        settings.source_start,
        settings.snapshot_epochs,
        config=settings.kafka_config() | {"group.id": settings.group_id},
    )
    return build_flow(source, _outputs(settings), settings.timing())


def spare_collector() -> None:
    """Leave to reference counts what has outlived one collection of cycles.

    What the flow keeps, its viewers, holds no cycles: a collector that walks all of
    them again and again frees nothing, takes an eighth of the time, and shows as
    latency.
    """
    gc.set_threshold(100_000)
    if _keep not in gc.callbacks:
        gc.callbacks.append(_keep)


def _keep(phase: str, _: dict[str, int]) -> None:
    if phase == "stop":
        gc.freeze()


def _outputs(settings: Settings) -> Outputs:
    to_topic = partial(
        KafkaSink, settings.bootstrap_servers, config=settings.kafka_config()
    )
    to_table = partial(
        DynamoDBSink,
        region=settings.aws_region,
        endpoint_url=settings.aws_endpoint_url,
        # The source has no end; what the dashboard sees must not wait for DynamoDB.
        keep_pending=True,
    )
    profile_items = to_table(
        settings.profiles_table, key=("viewer_id",), version="version"
    )
    history_items = to_table(
        settings.history_table, key=("viewer_id", "collector_tstamp")
    )
    return Outputs(
        profiles=to_topic(settings.profiles_topic),
        audience=to_topic(settings.audience_topic),
        audience_minutes=to_topic(settings.audience_minutes_topic),
        dead_letters=to_topic(settings.dead_letters_topic),
        profile_items=profile_items if settings.write_profiles else None,
        history_items=history_items if settings.write_history else None,
        profiles_retention=settings.profiles_retention,
        history_retention=settings.history_retention,
    )
