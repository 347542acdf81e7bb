"""Records of the source topic as DataFrames, decoded as the flow decodes them."""

from collections.abc import Iterable

import msgspec
import pandas as pd

from dataflows.frames.columns import MOMENT, struct_frame
from dataflows.frames.lines import Record
from dataflows.playback.decode import decode, shape_of
from dataflows.playback.errors import Skipped
from dataflows.playback.events import (
    Ad,
    AdBreak,
    EventData,
    EventName,
    MediaEvent,
    MediaPlayer,
    MediaSession,
)

__all__ = ["events_frame", "messages_frame"]


class _Event(msgspec.Struct):
    """The fields of a `MediaEvent` that are columns."""

    viewer_id: str
    event_id: str
    name: EventName
    time: int
    player: MediaPlayer | None
    session: MediaSession | None
    ad: Ad | None
    ad_break: AdBreak | None
    data: EventData | None


class _Message(msgspec.Struct, frozen=True):
    """What became of a message."""

    partition: int
    offset: int
    shape: str
    bytes: int
    outcome: str
    detail: str | None = None
    viewer_id: str | None = None
    event_name: str | None = None


def events_frame(records: Iterable[Record]) -> pd.DataFrame:
    """Return a row a media event, in the order of the records.

    Columns of an entity have its name and a dot before theirs, which are the schema's:
    `player.currentTime`, `session.mediaSessionId`, `ad.adId`. `arrived` is when Kafka
    was given the message. What is no media event has no row here; `messages_frame`
    tells why.
    """
    events: list[MediaEvent] = []
    stamps: list[int] = []
    for record in records:
        found = decode(record.value or b"")
        if isinstance(found, MediaEvent):
            events.append(found)
            stamps.append(record.stamped_ms)
    frame = struct_frame(_Event, events)
    arrived = pd.to_datetime(pd.array(stamps, dtype="int64"), unit="ms", utc=True)
    return frame.assign(arrived=arrived.astype(MOMENT))


def messages_frame(records: Iterable[Record]) -> pd.DataFrame:
    """Return a row a record, whatever it holds: its shape, size and `outcome`.

    The outcome is `event`, `skipped` for one that says nothing of playback, or the
    reason why it can't be used, with a detail.
    """
    return struct_frame(_Message, [_message(record) for record in records])


def _message(record: Record) -> _Message:
    # A message without a value is to the flow what an empty one is.
    value = record.value or b""
    shape = shape_of(value)
    found = decode(value, shape)
    outcome, detail, viewer_id, event_name = "event", None, None, None
    if isinstance(found, MediaEvent):
        viewer_id, event_name = found.viewer_id, str(found.name)
    elif isinstance(found, Skipped):
        outcome, event_name = "skipped", found.event_name
    else:
        outcome, detail = str(found.reason), found.detail
    return _Message(
        partition=record.partition,
        offset=record.offset,
        shape=str(shape),
        bytes=len(value),
        outcome=outcome,
        detail=detail,
        viewer_id=viewer_id,
        event_name=event_name,
    )
