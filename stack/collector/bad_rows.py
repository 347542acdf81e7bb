"""What can't be used, as messages on a topic of its own: the reason and the bytes."""

import base64
import codecs
from datetime import timedelta
from typing import Any, Final

import msgspec

from stack.collector.enriched import iso_tstamp
from stack.collector.tracking import BadRow, Request
from stack.services.topics import Topic

__all__ = ["LARGEST_MESSAGE_BYTES", "bad_row_message", "bad_rows_topic"]

# https://kafka.apache.org/documentation/#topicconfigs_max.message.bytes
_KAFKAS_OWN_LIMIT_BYTES: Final = 1_048_588

LARGEST_MESSAGE_BYTES: Final = 1_000_000
"""Of a bad row: below Kafka's own limit, so that a topic made by others takes it."""

# Beside the payload: the other fields are a few short texts.
_ROOM_BYTES: Final = 32_768
_MOST_TEXT: Final = 1_000
_MOST_PAYLOAD_BYTES: Final = LARGEST_MESSAGE_BYTES - _ROOM_BYTES
_MOST_BASE64_BYTES: Final = _MOST_PAYLOAD_BYTES // 4 * 3
_RETENTION: Final = timedelta(days=7)

_json = msgspec.json.Encoder()


def bad_rows_topic(name: str) -> Topic:
    """Return the topic of the bad rows, as it should be."""
    milliseconds = str(_RETENTION // timedelta(milliseconds=1))
    config = {
        "cleanup.policy": "delete",
        "retention.ms": milliseconds,
        "max.message.bytes": str(_KAFKAS_OWN_LIMIT_BYTES),
    }
    return Topic(name=name, partitions=1, config=config)


def bad_row_message(bad_row: BadRow, request: Request) -> bytes:
    """Return a bad row as JSON, at most `LARGEST_MESSAGE_BYTES`.

    `payload` is the event or the body as it came: text, or base64 where it is none, as
    `payload_encoding` says. `payload_bytes` is its whole size, and `payload_cut` tells
    that no more than the beginning is here.
    """
    encoding, payload, kept_bytes = _payload(bad_row.payload)
    payload_bytes = len(bad_row.payload) + bad_row.left_out_bytes
    fields = {
        "reason": bad_row.reason,
        "detail": bad_row.detail[:_MOST_TEXT],
        "collector_tstamp": iso_tstamp(request.arrival_ms),
        "method": request.method,
        "path": request.path,
        "content_type": _short(request, "content-type"),
        "useragent": _short(request, "user-agent"),
        "referer": _short(request, "referer"),
        "payload_encoding": encoding,
        "payload_bytes": payload_bytes,
        "payload_cut": kept_bytes < payload_bytes,
    }
    return _json.encode(fields | {"payload": payload})


def _short(request: Request, header: str) -> str | None:
    value = request.header(header)
    return None if value is None else value[:_MOST_TEXT]


def _payload(payload: bytes) -> tuple[str, Any, int]:
    """Return the encoding, the payload so encoded, and how many bytes of it are there.

    JSON may write a character in six bytes; text that grows too large is base64, which
    always takes four bytes for three.
    """
    kept = payload[:_MOST_PAYLOAD_BYTES]
    try:
        # Not `bytes.decode`: the cut may have gone through a character.
        text = codecs.getincrementaldecoder("utf-8")().decode(kept)
    except UnicodeDecodeError:
        pass
    else:
        encoded = _json.encode(text)
        if len(encoded) <= _MOST_PAYLOAD_BYTES:
            return "text", msgspec.Raw(encoded), len(text.encode())
    kept = payload[:_MOST_BASE64_BYTES]
    return "base64", base64.b64encode(kept).decode(), len(kept)
