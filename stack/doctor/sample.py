"""The newest messages of the source topic, as the flow's own decoder sees them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from dataflows.playback.decode import Shape, decode, shape_of
from dataflows.playback.errors import Rejected, Skipped
from dataflows.playback.events import MediaEvent
from stack.doctor.kafka import Record

__all__ = ["Media", "Refused", "Sample", "sample_of"]


@dataclass(frozen=True)
class Media:
    """A message that is a media event."""

    record: Record
    event: MediaEvent


@dataclass(frozen=True)
class Refused:
    """A message that the flow sends to the dead letters."""

    record: Record
    rejected: Rejected


@dataclass(frozen=True, kw_only=True)
class Sample:
    """What was read, and when; `shapes` counts the media events."""

    read_at_ms: int
    records: list[Record]
    media: list[Media]
    skipped: Counter[str]
    refused: list[Refused]
    shapes: Counter[Shape]

    @cached_property
    def newest_ms(self) -> int | None:
        """When the newest message was stamped; None where none is."""
        stamps = [r.stamped_ms for r in self.records if r.stamped_ms is not None]
        return max(stamps, default=None)


def sample_of(records: Iterable[Record], read_at_ms: int) -> Sample:
    """Return the messages, decoded."""
    sample = Sample(
        read_at_ms=read_at_ms,
        records=list(records),
        media=[],
        skipped=Counter(),
        refused=[],
        shapes=Counter(),
    )
    for record in sample.records:
        # A message without a value is to the source what an empty one is.
        value = record.value or b""
        shape = shape_of(value)
        event = decode(value, shape)
        if isinstance(event, Skipped):
            sample.skipped[event.event_name] += 1
        elif isinstance(event, Rejected):
            sample.refused.append(Refused(record, event))
        else:
            sample.media.append(Media(record, event))
            sample.shapes[shape] += 1
    return sample
