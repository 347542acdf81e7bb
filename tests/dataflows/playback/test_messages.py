"""What travels: a batch is small on its way to another process."""

import pickle

import msgspec

from dataflows.playback.intake import Reach, decoded
from dataflows.playback.messages import RawBatch
from dataflows.playback.timing import Timing
from tests.dataflows.playback.decode.messages import (
    enriched_tsv,
    event,
    message,
    plain_fields,
)

MESSAGES = [
    message(plain_fields(event())),
    enriched_tsv(event(event_id="another")),
    message(plain_fields(event(), event_name="page_view")),
    message(plain_fields(event(), event_name="rewind_event")),
]


def test_batch_in_another_process() -> None:
    """What is decoded stays behind, and is decoded there to the same."""
    raw = RawBatch("source", "3", [5, 6, 7, 8], MESSAGES, stamped_ms=9)
    (batch,) = Reach(Timing()).routed(raw, event().time).values()
    there = pickle.loads(pickle.dumps(batch))  # noqa: S301, our own

    assert batch.decoded is not None
    assert there.decoded is None
    assert decoded(there) == decoded(batch)
    assert there == msgspec.structs.replace(batch, decoded=None)
