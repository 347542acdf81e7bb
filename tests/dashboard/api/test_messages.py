"""What a message of /ws says."""

from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from tornado.websocket import WebSocketProtocol13

from dashboard.api.messages import (
    ForgottenMessage,
    ViewerMessage,
    changed,
    forgotten,
    framed,
    snapshot,
)
from tests.dashboard.records import profile, stamp

# What the original accelerator's messages are made of.
_ORIGINAL = {
    "viewer_id",
    "collector_tstamp",
    "event_name",
    "video_ts",
    "adsClicked",
    "adsSkipped",
    "adId",
    "status",
}


@pytest.mark.parametrize(
    "message", [changed(profile()), snapshot(profile(), 3), forgotten("alice")]
)
def test_original_names(message: bytes) -> None:
    """Every message is one object that has the original's names, ours beside them."""
    told: dict[str, Any] = msgspec.json.decode(message)

    assert told.keys() >= _ORIGINAL
    assert told["viewer_id"] == "alice"


@pytest.mark.parametrize(
    ("message", "change", "remaining"),
    [
        (changed(profile()), "changed", None),
        (changed(profile(session_end=stamp())), "left", None),
        (snapshot(profile(), 3), "snapshot", 3),
    ],
)
def test_described_as_it_is(message: bytes, change: str, remaining: int | None) -> None:
    """A message of a profile is what `ViewerMessage` describes."""
    told = msgspec.json.decode(message, type=ViewerMessage)

    assert (told.change, told.remaining) == (change, remaining)
    assert told.label == "A film"


def test_forgotten() -> None:
    """A viewer who is known no more has left, and nothing else is told."""
    told = msgspec.json.decode(forgotten('"é"'), type=ForgottenMessage)

    assert (told.viewer_id, told.status, told.video_ts) == ('"é"', "LEFT", None)


@pytest.mark.parametrize("size", [0, 125, 126, 65_535, 65_536])
def test_frame(size: int) -> None:
    """A frame is what Tornado itself makes of a message of that size."""
    message = b"x" * size
    written: list[bytes] = []
    protocol: Any = WebSocketProtocol13.__new__(WebSocketProtocol13)
    protocol.mask_outgoing = False
    protocol._wire_bytes_out = 0
    protocol.stream = SimpleNamespace(write=written.append)
    protocol._write_frame(fin=True, opcode=1, data=message)

    assert [framed(message)] == written
