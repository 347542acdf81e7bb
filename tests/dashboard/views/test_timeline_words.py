"""What happened to a viewer, in words."""

import pytest

from dashboard.views.timeline_words import bitrate_text, clicks_text, span_text


@pytest.mark.parametrize(
    ("bitrate", "words"),
    [
        (None, "bitrate unknown"),
        (0, "0 kbit/s"),
        (900_400, "900 kbit/s"),
        (1_000_000, "1.0 Mbit/s"),
        (5_260_000, "5.3 Mbit/s"),
    ],
)
def test_bitrate(bitrate: int | None, words: str) -> None:
    """Bits a second are told in the unit that people use; none told is unknown."""
    assert bitrate_text(bitrate) == words


def test_span_within_a_day() -> None:
    """The day is told once."""
    span = span_text("2026-11-23T05:00:00.000Z", "2026-11-23T05:04:07.999Z")

    assert span == "23 Nov 05:00:00 - 05:04:07 UTC"


def test_span_over_midnight() -> None:
    """Where it ends on another day, that day is told too."""
    span = span_text("2026-11-23T23:59:00.000Z", "2026-11-24T00:01:00.000Z")

    assert span == "23 Nov 23:59:00 - 24 Nov 00:01:00 UTC"


def test_clicks() -> None:
    """One click is a click, more are counted."""
    assert (clicks_text(1), clicks_text(3)) == ("clicked", "clicked 3 times")
