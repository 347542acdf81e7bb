"""Records of the source topic as frames."""

import pandas as pd

from dataflows.frames.columns import MOMENT
from dataflows.frames.events import events_frame, messages_frame
from dataflows.frames.lines import Record
from tests.dataflows.stream import START, flat

RECORDS = [
    Record(START + 90, None, flat("a", "play", 0), 1, 10),
    Record(START + 95, None, flat("a", "play", 1).replace(b"play_event", b"page_view")),
    Record(START + 99, None, b"\xff\x00"),
    Record(START + 99, None, None),
]


def test_events_are_decoded() -> None:
    """A media event is a row: when it happened, when it arrived, and what it says."""
    frame = events_frame(RECORDS)

    assert frame["name"].tolist() == ["play_event"]
    (delay,) = frame["arrived"] - frame["time"]
    assert pd.Timedelta(milliseconds=90) == delay


def test_every_message_has_an_outcome() -> None:
    """What is no media event is told, with the reason."""
    frame = messages_frame(RECORDS)

    outcomes = ["event", "skipped", "unparsable", "unparsable"]
    assert frame["outcome"].tolist() == outcomes
    assert frame["shape"].tolist()[:2] == ["flat_json", "flat_json"]
    assert frame[["partition", "offset"]].to_numpy().tolist()[0] == [1, 10]


def test_no_records_are_typed() -> None:
    """Frames of nothing have the types of any other."""
    for frame_of in (events_frame, messages_frame):
        full, empty = frame_of(RECORDS), frame_of([])
        assert list(full.dtypes.items()) == list(empty.dtypes.items())
    assert events_frame([]).dtypes["arrived"] == MOMENT
