"""Tables out of profiles and audience records."""

import math

import pandas as pd
import pytest

from dashboard.frames import (
    AUDIENCE_STATUSES,
    audience_frame,
    clock_text,
    shown_viewers,
    viewers_frame,
)
from dataflows.playback.profile import PlaybackStatus
from tests.dashboard.records import NOW, audience, profile

_NOW = pd.Timestamp(NOW)


def test_viewers_frame_is_typed() -> None:
    """Times know their zone and counts are whole numbers, also without rows."""
    for frame in (viewers_frame([]), viewers_frame([profile()])):
        kinds = {name: dtype.kind for name, dtype in frame.dtypes.items()}

        assert str(frame["status_since"].dt.tz) == "UTC"
        assert kinds["ads"] == "i"
        assert kinds["position_s"] == "f"


def test_position_that_is_not_known_is_nan() -> None:
    """A missing position is no zero."""
    frame = viewers_frame([profile(video_ts=None)])

    assert math.isnan(frame["position_s"][0])


def test_shown_row() -> None:
    """A row reads as an operator wants it, each column as text."""
    row = profile(ads=3, ads_clicked=1, ads_skipped=2)

    shown = shown_viewers(viewers_frame([row]), _NOW)

    assert shown.to_dict("records") == [
        {
            "Viewer": "alice",
            "Title": "A film",
            "Status": "▶\ufe0e Watching",
            "Time in status": "1:05",
            "Position": "4:07",
            "Ads seen": "3",
            "Clicked": "1",
            "Skipped": "2",
            "Session": "1:04:07",
        }
    ]


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        (None, "(no title)"),
        (" ", "(no title)"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("safe\u202egpj.exe", "safe\ufffdgpj.exe"),
        ("two\nlines\x00", "two\ufffdlines\ufffd"),
        ("שלום", "שלום"),
        ("x" * 4096, "x" * 159 + "…"),
    ],
)
def test_shown_title(label: str | None, expected: str) -> None:
    """A title is shown as text of one line that turns nothing around it."""
    shown = shown_viewers(viewers_frame([profile(label=label)]), _NOW)

    assert shown["Title"][0] == expected


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0.0, "0:00"),
        (59.9, "0:59"),
        (60.0, "1:00"),
        (3600.0, "1:00:00"),
        (-0.5, "0:00"),
        (float("nan"), "unknown"),
    ],
)
def test_clock_text(seconds: float, expected: str) -> None:
    """Seconds read as a clock; what is not known says so."""
    assert clock_text(seconds) == expected


def test_audience_frame_has_a_row_a_record() -> None:
    """Viewers by status, by a point in time that knows its zone."""
    frame = audience_frame([audience(0), audience(1)])

    assert list(frame.columns) == list(AUDIENCE_STATUSES)
    assert list(frame[PlaybackStatus.PAUSED_VIDEO]) == [30, 30]
    assert list(frame.index) == [_NOW, _NOW + pd.Timedelta(seconds=1)]


def test_audience_frame_without_records() -> None:
    """No records are an empty table with all its columns."""
    frame = audience_frame([])

    assert list(frame.columns) == list(AUDIENCE_STATUSES)
    assert frame.empty


def test_gap_is_a_row_of_nothing() -> None:
    """Five seconds apart is a line, more is a gap."""
    joined = audience_frame([audience(0), audience(5)])
    parted = audience_frame([audience(0), audience(5.001)])

    assert not joined.isna().to_numpy().any()
    assert list(parted[PlaybackStatus.PAUSED_VIDEO].isna()) == [False, True, False]


def test_status_that_a_record_lacks_is_nan() -> None:
    """A count that was not sent is not drawn as 0."""
    frame = audience_frame([audience(viewers={})])

    assert frame.isna().to_numpy().all()
