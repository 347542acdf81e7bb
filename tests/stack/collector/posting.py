"""Requests that post events, and what they become."""

import json
from typing import Any, Final

from stack.collector.enriched import Row
from stack.collector.tracking import BadRow, Request
from stack.collector.translation import translate

__all__ = ["EVENT_ID", "PAYLOAD", "TP2", "only_bad_row", "only_row", "play", "post"]

TP2: Final = "/com.snowplowanalytics.snowplow/tp2"
PAYLOAD: Final = "iglu:com.snowplowanalytics.snowplow/payload_data/jsonschema/1-0-4"
UNSTRUCT: Final = "iglu:com.snowplowanalytics.snowplow/unstruct_event/jsonschema/1-0-0"
PLAY: Final = "iglu:com.snowplowanalytics.snowplow.media/play_event/jsonschema/1-0-0"
EVENT_ID: Final = "b6b0b9da-16c7-4f01-ac8e-c5a03a9fc837"


def play(**fields: str) -> dict[str, str]:
    """Return a play event as a tracker posts it."""
    event = {"schema": UNSTRUCT, "data": {"schema": PLAY, "data": {}}}
    return {"e": "ue", "eid": EVENT_ID, "ue_pr": json.dumps(event), **fields}


def post(*events: Any, arrival_ms: int = 1_795_410_490_000, **request: Any) -> Request:
    """Return a request that posts these events."""
    body = json.dumps({"schema": PAYLOAD, "data": events}).encode()
    return Request(method="POST", path=TP2, body=body, arrival_ms=arrival_ms, **request)


def only_row(request: Request) -> Row:
    """Return the one event that a request holds."""
    (row,) = translate(request).rows
    return row


def only_bad_row(request: Request) -> BadRow:
    """Return the one event that could not be translated."""
    translation = translate(request)
    assert translation.rows == []
    (bad_row,) = translation.bad_rows
    return bad_row
