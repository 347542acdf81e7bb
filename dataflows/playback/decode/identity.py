"""Who, what and which: the rules for viewers, event names and ids, in every shape."""

from typing import Final

from dataflows.playback.bounds import MAX_ID_CHARS
from dataflows.playback.decode.refusals import refuse
from dataflows.playback.errors import DeadLetterReason, Skipped
from dataflows.playback.events import EventName

__all__ = ["MEDIA_VENDOR", "event_id_of", "media_name", "viewer_of"]

MEDIA_VENDOR: Final = "com.snowplowanalytics.snowplow.media"

MAX_VIEWER_ID_BYTES: Final = 1024
"""Of a DynamoDB sort key, the narrowest place that a viewer's id may ever be put in.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
"""

# What a collector writes for a request with `SP-Anonymous`: nobody.
_ANONYMOUS: Final = "00000000-0000-0000-0000-000000000000"
_NAMES: Final[dict[str | None, EventName]] = {name.value: name for name in EventName}


def media_name(name: str | None, vendor: str | None = None) -> EventName | Skipped:
    """Tell a media event from one to skip.

    Without a vendor, as in the flat shape, the name alone decides: media events end in
    `_event`.

    Raises:
        UnusableError: there is no name, or a media event has one that we don't know.

    """
    if not vendor or vendor == MEDIA_VENDOR:
        known = _NAMES.get(name)
        if known is not None:
            return known
        if not name:
            must = "`event_name` must be there"
            raise refuse(DeadLetterReason.MISSING_EVENT_NAME, must, name)
        if vendor or name.endswith("_event"):
            must = "`event_name` must be a name of the media vocabulary"
            raise refuse(DeadLetterReason.UNKNOWN_EVENT_NAME, must, name)
    return Skipped((name or "")[:MAX_ID_CHARS])


def viewer_of(
    user_id: str | None,
    domain_userid: str | None = None,
    network_userid: str | None = None,
) -> str:
    """Return the first of the ids that names somebody.

    Raises:
        UnusableError: none does, or its id is too long for a key.

    """
    viewer = user_id or domain_userid
    if not viewer:
        viewer = network_userid
        if not viewer or viewer == _ANONYMOUS:
            must = "a viewer's id must be there"
            raise refuse(DeadLetterReason.MISSING_VIEWER_ID, must, viewer)
    # A character has at most four bytes.
    if len(viewer) * 4 > MAX_VIEWER_ID_BYTES and (
        len(viewer.encode()) > MAX_VIEWER_ID_BYTES
    ):
        must = f"a viewer's id must be at most {MAX_VIEWER_ID_BYTES} bytes"
        raise refuse(DeadLetterReason.BAD_VALUE, must, viewer)
    return viewer


def event_id_of(event_id: str | None) -> str:
    """Return the id that tells a duplicate.

    Raises:
        UnusableError: it is absent or too long.

    """
    if not event_id:
        must = "`event_id` must be there"
        raise refuse(DeadLetterReason.MISSING_EVENT_ID, must, event_id)
    if len(event_id) > MAX_ID_CHARS:
        must = f"`event_id` must be at most {MAX_ID_CHARS} characters"
        raise refuse(DeadLetterReason.BAD_VALUE, must, event_id)
    return event_id
