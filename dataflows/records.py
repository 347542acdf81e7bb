"""Finished items: what the flow hands to the sinks, which know nothing of playback."""

from datetime import timedelta

import msgspec

from dataflows.playback.audience import Audience, AudienceMinute
from dataflows.playback.messages import DeadLetter, ShardOutput
from dataflows.playback.profile import (
    history_item,
    profile_item,
    profile_json,
)
from dataflows.playback.stamps import seconds_from_iso
from sinks.dynamodb import Delete, Put
from sinks.kafka import KafkaRecord

__all__ = [
    "audience_record",
    "dead_letter_record",
    "history_writes",
    "profile_records",
    "profile_writes",
]


_encode = msgspec.json.Encoder().encode


def profile_records(output: ShardOutput) -> list[KafkaRecord]:
    """Return records of the compacted topic: profiles, tombstones of the gone."""
    records = [
        KafkaRecord(p.viewer_id.encode(), profile_json(p)) for p in output.profiles
    ]
    records += [KafkaRecord(viewer_id.encode(), None) for viewer_id in output.gone]
    return records


def profile_writes(output: ShardOutput, retention: timedelta) -> list[Put | Delete]:
    """Return the writes of `viewer_profiles`; an item expires some time after it."""
    kept_s = int(retention.total_seconds())
    return [
        Put(profile_item(p, seconds_from_iso(p.collector_tstamp) + kept_s))
        for p in output.profiles
    ]


def history_writes(output: ShardOutput, retention: timedelta) -> list[Put | Delete]:
    """Return the writes and deletions that bring `video_events` up to date."""
    kept_s = int(retention.total_seconds())
    writes: list[Put | Delete] = []
    for (viewer_id, tstamp), item in output.history.items():
        if item is None:
            writes.append(Delete({"viewer_id": viewer_id, "collector_tstamp": tstamp}))
        else:
            expires_at = seconds_from_iso(tstamp) + kept_s
            writes.append(Put(history_item(item, expires_at)))
    return writes


def audience_record(record: Audience | AudienceMinute) -> KafkaRecord:
    """Return the record of an audience topic; its key is its second or minute."""
    return KafkaRecord(record.tstamp.encode(), _encode(record))


def dead_letter_record(letter: DeadLetter) -> KafkaRecord:
    """Return the untouched message, with headers that tell where from and why."""
    headers = {
        "reason": letter.reason,
        "detail": letter.detail,
        "topic": letter.topic,
        "partition": letter.partition,
        "offset": str(letter.offset),
    }
    return KafkaRecord(
        None,
        letter.raw,
        tuple((name, text.encode(errors="replace")) for name, text in headers.items()),
    )
