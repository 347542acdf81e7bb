"""Points in time as text, and back."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataflows.playback.stamps import (
    history_key,
    iso_from_ms,
    ms_from_iso,
    seconds_from_iso,
)
from tests.strategies import times_ms


@pytest.mark.parametrize(
    ("ms", "text"),
    [
        (0, "1970-01-01T00:00:00.000Z"),
        (1_795_410_490_699, "2026-11-23T05:08:10.699Z"),
        (1_795_410_490_007, "2026-11-23T05:08:10.007Z"),
        (4_102_444_799_999, "2099-12-31T23:59:59.999Z"),
    ],
)
def test_iso(ms: int, text: str) -> None:
    """A point in time is ISO-8601 in UTC with three digits of a second."""
    assert iso_from_ms(ms) == text


@given(times_ms(), st.integers(0, 9))
def test_iso_round_trip(ms: int, nth: int) -> None:
    """What is written of a point in time is read again, also from a key."""
    assert ms_from_iso(history_key(ms, nth)) == ms


@given(times_ms(0, 10_000), times_ms(0, 10_000), st.integers(0, 9), st.integers(0, 9))
def test_key_order(ms: int, other_ms: int, nth: int, other_nth: int) -> None:
    """Keys sort as text as the changes do in time."""
    in_time = (ms, nth) < (other_ms, other_nth)

    assert (history_key(ms, nth) < history_key(other_ms, other_nth)) is in_time


@given(times_ms(0))
def test_iso_is_as_the_library_has_it(ms: int) -> None:
    """The text is the one that the standard library makes."""
    moment = datetime.fromtimestamp(ms // 1000, UTC).replace(
        microsecond=ms % 1000 * 1000
    )
    text = moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    assert iso_from_ms(ms) == text


@given(times_ms(0), st.integers(0, 9))
def test_whole_seconds(ms: int, nth: int) -> None:
    """The whole seconds of a key are those of its milliseconds."""
    assert seconds_from_iso(history_key(ms, nth)) == ms // 1000


def test_many_days() -> None:
    """However many days were told of, in whatever order, each has its own date."""
    days = [*range(20_000), *range(20_000), 19_999, 19_998]
    texts = [iso_from_ms(day * 86_400_000) for day in days]

    assert texts[0] == iso_from_ms(0) == "1970-01-01T00:00:00.000Z"
    assert [ms_from_iso(text) // 86_400_000 for text in texts] == days


def test_many_seconds() -> None:
    """However many seconds were told and read, each has its own text."""
    seconds = range(40_000)
    texts = [iso_from_ms(second * 1000) for second in seconds]

    assert [seconds_from_iso(text) for text in texts] == list(seconds)
    assert len(set(texts)) == len(seconds)
