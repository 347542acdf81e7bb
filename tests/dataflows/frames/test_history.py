"""The history as frames."""

from typing import Any

import pandas as pd

from dataflows.frames.columns import MOMENT
from dataflows.frames.history import history_frame, spans_frame
from dataflows.playback.profile import HistoryItem, PlaybackStatus
from tests.dashboard.records import stamp

WATCHING, STALLED = PlaybackStatus.WATCHING_VIDEO, PlaybackStatus.BUFFERING
LEFT = PlaybackStatus.LEFT


def _item(
    at: float,
    status: PlaybackStatus,
    previous: PlaybackStatus | None,
    **fields: Any,
) -> HistoryItem:
    known: dict[str, Any] = {
        "viewer_id": "alice",
        "collector_tstamp": stamp(at),
        "event_id": f"e{at}",
        "event_name": "play_event",
        "session_start": stamp(0),
    }
    return HistoryItem(**known | fields, status=status, previous_status=previous)


EVENING = [
    _item(0, WATCHING, None),
    _item(5, WATCHING, WATCHING, event_name="error_event", detail="DRM"),
    _item(10, STALLED, WATCHING),
    _item(40, WATCHING, STALLED),
    _item(100, LEFT, WATCHING),
]


def test_rows_are_in_order() -> None:
    """A viewer comes after the other, each in order of time, however items come."""
    other = _item(3, WATCHING, None, viewer_id="bob")
    frame = history_frame([other, *reversed(EVENING)])

    assert frame["viewer_id"].tolist() == ["alice"] * 5 + ["bob"]
    assert frame["collector_tstamp"][:5].is_monotonic_increasing


def test_changes_of_one_millisecond_keep_their_order() -> None:
    """The second change of a millisecond stays behind the first, at the same time."""
    second = _item(0, STALLED, WATCHING, collector_tstamp=f"{stamp(0)}#1")
    frame = history_frame([second, EVENING[0]])

    assert frame["status"].tolist() == [WATCHING, STALLED]
    assert frame["collector_tstamp"][0] == frame["collector_tstamp"][1]


def test_notable_event_changes_nothing() -> None:
    """An item with one status before and after is no change."""
    frame = history_frame(EVENING)

    assert frame["changed"].tolist() == [True, False, True, True, True]


def test_spans_last_until_the_next_change() -> None:
    """A status lasts until the next one; having left is no stretch of time."""
    spans = spans_frame(history_frame(EVENING))

    assert spans["status"].tolist() == [WATCHING, STALLED, WATCHING]
    assert spans["seconds"].tolist() == [10.0, 30.0, 60.0]


def test_open_span_has_no_end() -> None:
    """The last status of a session that goes on has no end, and so no length."""
    later = _item(900, WATCHING, None, session_start=stamp(900))
    spans = spans_frame(history_frame([*EVENING, later]))

    assert pd.isna(spans["end"].iloc[-1])
    assert pd.isna(spans["seconds"].iloc[-1])


def test_no_history_is_typed() -> None:
    """Frames of nothing have the types of any other."""
    empty, full = spans_frame(history_frame([])), spans_frame(history_frame(EVENING))

    assert list(full.dtypes.items()) == list(empty.dtypes.items())
    assert empty.dtypes["end"] == MOMENT
