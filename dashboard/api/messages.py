"""What a message of /ws says: the profile of a viewer, and what came of it.

The shape is the original accelerator's: one JSON object a message, with its names.
Ours are beside them, and `change`.
"""

from collections.abc import Iterable
from typing import Final, Literal

import msgspec

from dataflows.playback.profile import ViewerProfile, profile_json

__all__ = [
    "ForgottenMessage",
    "ViewerMessage",
    "changed",
    "forgotten",
    "framed",
    "listed",
    "snapshot",
]


class ViewerMessage(ViewerProfile, frozen=True, gc=False, kw_only=True):
    """A viewer's newest profile.

    `change` is `snapshot` for those who were there when the client came, `remaining`
    such messages before the last; else `changed`, or `left` once the session is over.
    """

    change: Literal["snapshot", "changed", "left"]
    remaining: int | None = None


class ForgottenMessage(msgspec.Struct, frozen=True, kw_only=True):
    """A viewer of whom nothing is known any more: the session is over for long.

    The original's names are all there, for those who look for them.
    """

    viewer_id: str
    collector_tstamp: None = None
    event_name: None = None
    video_ts: None = None
    ads_clicked: None = msgspec.field(default=None, name="adsClicked")
    ads_skipped: None = msgspec.field(default=None, name="adsSkipped")
    ad_id: None = msgspec.field(default=None, name="adId")
    status: Literal["LEFT"] = "LEFT"
    change: Literal["forgotten"] = "forgotten"


_WHOLE_TEXT: Final = b"\x81"
_TWO_BYTES, _EIGHT_BYTES = 126, 127
"""Stand for a size that is in so many bytes more."""

_CHANGED: Final = b',"change":"changed"}'
_LEFT: Final = b',"change":"left"}'
_SNAPSHOT: Final = b',"change":"snapshot","remaining":%d}'


def changed(profile: ViewerProfile) -> bytes:
    """Return the message of a profile that is new."""
    # A profile's JSON ends in `}`: to add to the text is a third of the work of
    # encoding a `ViewerMessage`, and this is done for every change.
    over = profile.session_end is not None
    return profile_json(profile)[:-1] + (_LEFT if over else _CHANGED)


def snapshot(profile: ViewerProfile, remaining: int) -> bytes:
    """Return the message of a profile that was there before the client."""
    return profile_json(profile)[:-1] + _SNAPSHOT % remaining


def listed(messages: Iterable[bytes]) -> bytes:
    """Return one message that is the list of these."""
    return b"[" + b",".join(messages) + b"]"


def framed(message: bytes) -> bytes:
    """Return a message as a WebSocket frame, which is the same for every client.

    https://www.rfc-editor.org/rfc/rfc6455#section-5.2
    """
    size = len(message)
    if size < _TWO_BYTES:
        return _WHOLE_TEXT + size.to_bytes(1) + message
    if size < 1 << 16:
        return _WHOLE_TEXT + bytes([_TWO_BYTES]) + size.to_bytes(2) + message
    return _WHOLE_TEXT + bytes([_EIGHT_BYTES]) + size.to_bytes(8) + message


def forgotten(viewer_id: str) -> bytes:
    """Return the message of a viewer who is known no more."""
    return msgspec.json.encode(ForgottenMessage(viewer_id=viewer_id))
