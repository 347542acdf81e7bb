"""Finished items: what the flow hands to the sinks, which know nothing of playback."""

from collections.abc import Iterable
from datetime import timedelta

import msgspec

from dataflows.playback.audience import Audience, AudienceMinute
from dataflows.playback.messages import DeadLetter, ShardOutput
from dataflows.playback.profile import (
    history_item,
    ms_from_iso,
    profile_item,
    profile_json,
)
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


def profile_writes(output: ShardOutput, retention: timedelta) -> Iterable[Put | Delete]:
    """Return the writes of `viewer_profiles`; an item expires some time after it."""
    for profile in output.profiles:
        expires_at = _expiry(profile.collector_tstamp, retention)
        yield Put(profile_item(profile, expires_at))


def history_writes(output: ShardOutput, retention: timedelta) -> Iterable[Put | Delete]:
    """Return the writes and deletions that bring `video_events` up to date."""
    for (viewer_id, tstamp), item in output.history.items():
        if item is None:
            yield Delete({"viewer_id": viewer_id, "collector_tstamp": tstamp})
        else:
            yield Put(history_item(item, _expiry(tstamp, retention)))


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


def _expiry(collector_tstamp: str, retention: timedelta) -> int:
    return ms_from_iso(collector_tstamp) // 1000 + int(retention.total_seconds())
