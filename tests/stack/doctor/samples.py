"""What the checks are given: records, events, the audience, and a context."""

from collections.abc import Iterable
from typing import Any

import msgspec
from confluent_kafka import Producer

from dataflows.playback.audience import Audience
from dataflows.playback.profile import iso_from_ms
from dataflows.settings import Settings
from stack.doctor.context import Context
from stack.doctor.finding import Finding, Level
from stack.doctor.kafka import Record
from stack.doctor.sample import Media
from tests.dataflows.playback.decode.messages import event

NOW_MS = 1_795_410_490_699
"""2026-11-23T05:08:10.699Z, which is when the events are that `event` makes."""


def record(value: bytes | None = b"", **fields: Any) -> Record:
    """Return a record that was stamped just now."""
    values: dict[str, Any] = {"partition": 0, "offset": 7, "key": b"key"}
    return Record(value=value, **{**values, "stamped_ms": NOW_MS, **fields})


def media(
    viewer_id: str = "viewer-alice",
    *,
    partition: int = 0,
    key: bytes | None = None,
    **fields: Any,
) -> Media:
    """Return a ping of a viewer, keyed by it unless told."""
    found = record(partition=partition, key=key or viewer_id.encode())
    return Media(found, event(viewer_id=viewer_id, **fields))


def audience(ago_s: float = 0.0, **fields: Any) -> Audience:
    """Return the audience's record of a moment ago, without viewers."""
    values: dict[str, Any] = {"viewers": {}, "titles": {}}
    tstamp = iso_from_ms(NOW_MS - round(ago_s * 1000))
    return Audience(tstamp=tstamp, **{**values, **fields})


def audience_value(found: Audience) -> bytes:
    """Return the record's value."""
    return msgspec.json.encode(found)


def context(servers: str = "127.0.0.1:1", **fields: Any) -> Context:
    """Return the context of these brokers, at that moment."""
    settings = Settings(bootstrap_servers=servers)
    return Context(**{"settings": settings, "clock": lambda: NOW_MS, **fields})


def send(
    servers: str, topic: str, messages: Iterable[tuple[bytes | None, bytes | None]]
) -> None:
    """Send keys and values."""
    producer = Producer({"bootstrap.servers": servers})
    for key, value in messages:
        producer.produce(topic, value, key)
    assert producer.flush(30) == 0


def levels(findings: Iterable[Finding]) -> list[Level]:
    """Return how bad each finding is."""
    return [finding.level for finding in findings]
