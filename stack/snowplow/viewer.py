"""A recorded viewer's events, and how a tracker sends them again as somebody else's."""

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

import msgspec

from stack.collector.tracking import recorded_request

__all__ = ["TP2", "Tracked", "payload", "story_of"]

TP2: Final = "/com.snowplowanalytics.snowplow/tp2"
"""Where a tracker posts."""

_SCHEMA: Final = "iglu:com.snowplowanalytics.snowplow/payload_data/jsonschema/1-0-4"


class Tracked(NamedTuple):
    """An event as the tracker made it, and how long after the first of its story."""

    after_ms: int
    fields: dict[str, str]


class _Run(msgspec.Struct):
    run: str


class _Payload(msgspec.Struct):
    data: list[dict[str, str]]


def story_of(capture: Iterable[bytes], run: str, user_id: str) -> list[Tracked]:
    """Return what one user's tracker sent in a run of a capture, in the order made.

    Args:
        capture: recorded requests, one a line.
        run: the part of the capture.
        user_id: whose events.

    """
    events = [
        fields
        for line in capture
        if msgspec.json.decode(line, type=_Run).run == run
        for fields in _events(line)
        if fields.get("uid") == user_id
    ]
    events.sort(key=_created_ms)
    return [Tracked(_created_ms(e) - _created_ms(events[0]), e) for e in events]


def _events(line: bytes) -> list[dict[str, str]]:
    body = recorded_request(line).body
    return msgspec.json.decode(body, type=_Payload).data if body else []


def _created_ms(fields: dict[str, str]) -> int:
    return int(fields["dtm"])


def payload(
    tracked: Tracked, *, user_id: str, event_id: str, created_ms: int, sent_ms: int
) -> bytes:
    """Return the body of a tracker's request with one event, as new.

    Its entities stay as they were, so the story is the same.
    """
    changed: dict[str, Any] = {
        "uid": user_id,
        "eid": event_id,
        "dtm": str(created_ms),
        "stm": str(sent_ms),
    }
    return msgspec.json.encode({"schema": _SCHEMA, "data": [tracked.fields | changed]})
