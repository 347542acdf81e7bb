"""Which statuses are shown, and seconds as a clock."""

import pytest

from dashboard.frames import AUDIENCE_STATUSES, clock_text
from dataflows.playback.profile import PlaybackStatus


def test_statuses_are_those_that_a_record_counts() -> None:
    """Who has left is counted by nobody, and so has no line."""
    assert set(AUDIENCE_STATUSES) == set(PlaybackStatus) - {PlaybackStatus.LEFT}


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
