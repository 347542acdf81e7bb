"""Bad rows as messages."""

import base64
from typing import Any

import msgspec
import pytest

from stack.collector.bad_rows import (
    LARGEST_MESSAGE_BYTES,
    bad_row_message,
    bad_rows_topic,
)
from stack.collector.tracking import BadRow, BadRowReason, Request

REQUEST = Request(
    method="POST",
    path="/com.snowplowanalytics.snowplow/tp2",
    headers={"Content-Type": "text/plain", "User-Agent": "UA/1"},
    arrival_ms=1_795_410_509_170,
)


def written(payload: bytes, left_out_bytes: int = 0) -> dict[str, Any]:
    """Return the bad row of a payload as it is read back; its size is checked."""
    bad_row = BadRow(BadRowReason.BAD_BODY, "why", payload, left_out_bytes)
    message = bad_row_message(bad_row, REQUEST)
    assert len(message) <= LARGEST_MESSAGE_BYTES
    fields: dict[str, Any] = msgspec.json.decode(message)
    return fields


def payload_of(fields: dict[str, Any]) -> bytes:
    """Return the payload of a bad row, decoded."""
    text: str = fields["payload"]
    if fields["payload_encoding"] == "base64":
        return base64.b64decode(text)
    return text.encode()


def test_fields() -> None:
    """A bad row says what was wrong, when, of which request, and holds the payload."""
    assert written(b'{"e":"xx"}') == {
        "reason": "bad_body",
        "detail": "why",
        "collector_tstamp": "2026-11-23T05:08:29.17Z",
        "method": "POST",
        "path": "/com.snowplowanalytics.snowplow/tp2",
        "content_type": "text/plain",
        "useragent": "UA/1",
        "referer": None,
        "payload_encoding": "text",
        "payload_bytes": 10,
        "payload_cut": False,
        "payload": '{"e":"xx"}',
    }


@pytest.mark.parametrize(
    ("payload", "encoding"),
    [
        (b"", "text"),
        (b"plain \xc3\xa4 \x00 \t", "text"),
        (b"\xff\xfe", "base64"),
        (b"\x01" * 300_000, "base64"),
        (b"a" * 960_000, "text"),
    ],
    ids=["empty", "text", "no text", "text that grows", "large text"],
)
def test_payload_is_whole(payload: bytes, encoding: str) -> None:
    """What fits into a message is there whole, and comes back as it was."""
    fields = written(payload)

    assert (fields["payload_encoding"], fields["payload_cut"]) == (encoding, False)
    assert payload_of(fields) == payload


@pytest.mark.parametrize(
    ("payload", "left_out_bytes"),
    [
        (b"a" * 1_048_576, 0),
        (b"a" * 1_048_576, 4_000_000),
        ("ä".encode() * 524_288, 1),
        (("a" + "ä" * 524_287).encode(), 0),
        (b"\xff" * 1_048_576, 0),
        (b"\x01" * 1_048_576, 0),
        (b"short", 1),
    ],
)
def test_payload_is_cut(payload: bytes, left_out_bytes: int) -> None:
    """What does not fit is cut, which the bad row says, and how long it was."""
    fields = written(payload, left_out_bytes)

    kept = payload_of(fields)
    assert fields["payload_cut"]
    assert fields["payload_bytes"] == len(payload) + left_out_bytes
    assert payload.startswith(kept)
    assert len(kept) >= min(len(payload), 700_000)


def test_long_texts_are_cut() -> None:
    """Neither a detail nor a header can make a message too large."""
    request = Request(
        method="GET",
        path="/i",
        headers={"referer": "\x01" * 100_000, "user-agent": "\U0001f600" * 100_000},
        arrival_ms=1,
    )
    bad_row = BadRow(BadRowReason.BAD_FIELD, "\x01" * 100_000, b"\xff" * 2_000_000)

    assert len(bad_row_message(bad_row, request)) <= LARGEST_MESSAGE_BYTES


def test_topic_takes_the_largest() -> None:
    """The topic is kept for a week and takes the largest bad row."""
    topic = bad_rows_topic("bad")

    assert (topic.name, topic.config["retention.ms"]) == ("bad", "604800000")
    assert int(topic.config["max.message.bytes"]) > LARGEST_MESSAGE_BYTES
