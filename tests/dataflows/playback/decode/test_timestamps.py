"""Points in time, in all the ways that pipelines write them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataflows.playback.decode.refusals import UnusableError
from dataflows.playback.decode.timestamps import event_time_ms, timestamp_ms
from dataflows.playback.errors import DeadLetterReason
from dataflows.playback.profile import iso_from_ms

MOMENT_MS = 1_795_410_490_699  # 2026-11-23T05:08:10.699Z
SECOND_MS = 1_795_410_490_000


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-11-23T05:08:10.699Z", MOMENT_MS),
        ("2026-11-23 05:08:10.699", MOMENT_MS),
        ("2026-11-23T05:08:10.699", MOMENT_MS),
        ("2026-11-23 05:08:10.699Z", MOMENT_MS),
        ("2026-11-23T05:08:10.699+00:00", MOMENT_MS),
        ("2026-11-23T05:08:10.699-00:00", MOMENT_MS),
        ("2026-11-23T06:08:10.699+01:00", MOMENT_MS),
        ("2026-11-23T06:08:10.699+0100", MOMENT_MS),
        ("2026-11-22T21:38:10.699-0730", MOMENT_MS),
        ("2026-11-23T05:08:10Z", SECOND_MS),
        ("2026-11-23T05:08:10", SECOND_MS),
        ("2026-11-23T05:08:10.Z", SECOND_MS),
        ("2026-11-23T05:08:10.7Z", SECOND_MS + 700),
        ("2026-11-23T05:08:10.07Z", SECOND_MS + 70),
        ("2026-11-23T05:08:10.0079Z", SECOND_MS + 7),
        ("2026-11-23T05:08:10.699999999Z", MOMENT_MS),
        (MOMENT_MS, MOMENT_MS),
        (float(MOMENT_MS), MOMENT_MS),
        (str(MOMENT_MS), MOMENT_MS),
        ("2000-01-01T00:00:00Z", 946_684_800_000),
        ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
    ],
)
def test_understood(value: object, expected: int) -> None:
    """Each way to write a moment is understood, to the millisecond."""
    assert expected == timestamp_ms(value, "derived_tstamp")


@pytest.mark.parametrize(
    "value",
    [
        "yesterday",
        "2026-11-23",
        "2026-11-23T05:08Z",
        "2026-11-23T05:08:60Z",
        "2026-11-23T24:08:10Z",
        "2026-02-30T05:08:10Z",
        "2026-W48-1T05:08:10Z",
        "2026-11-23T05:08:10.6999999999Z",
        "2026-11-23T05:08:10.+1Z",
        "2026-11-23T05:08:10+24:00",
        "2026-11-23T05:08:10 CET",
        "2026-11-23T05:08:10.699Z ",
        "٢٠٢٦-11-23T05:08:10Z",
        "1999-12-31T23:59:59.999Z",
        "2000-01-01T00:00:00+00:01",
        "9999-12-31T23:59:59-00:01",
        "1795410490",
        "9" * 5000,
        1_795_410_490,
        253_402_300_800_000,
        -MOMENT_MS,
        10**400,
        float("nan"),
        float("inf"),
        True,
        [],
        {},
    ],
    ids=lambda value: repr(value)[:40],
)
def test_refused(value: object) -> None:
    """What is no moment of the years 2000 to 9999 is refused, and the field named."""
    with pytest.raises(UnusableError) as refusal:
        timestamp_ms(value, "derived_tstamp")

    assert refusal.value.rejected.reason == DeadLetterReason.BAD_TIMESTAMP
    assert "`derived_tstamp`" in refusal.value.rejected.detail


@given(st.integers(946_684_800_000, 253_402_300_799_999))
def test_round_trip(ms: int) -> None:
    """Every millisecond that we can write is read back."""
    assert ms == timestamp_ms(iso_from_ms(ms), "derived_tstamp")


@pytest.mark.parametrize(
    ("derived", "collector", "expected"),
    [
        (MOMENT_MS, None, MOMENT_MS),
        (MOMENT_MS, "", MOMENT_MS),
        (None, MOMENT_MS, MOMENT_MS),
        ("", MOMENT_MS, MOMENT_MS),
        (MOMENT_MS - 1, MOMENT_MS, MOMENT_MS - 1),
        (MOMENT_MS, MOMENT_MS, MOMENT_MS),
        (MOMENT_MS + 1, MOMENT_MS, MOMENT_MS),
    ],
)
def test_event_time(derived: object, collector: object, expected: int) -> None:
    """An event's time is derived, else collector's, and never after it was received."""
    assert expected == event_time_ms(derived, collector)


@pytest.mark.parametrize("absent", [None, ""])
def test_event_time_missing(absent: Any) -> None:
    """An event without any time is refused."""
    with pytest.raises(UnusableError) as refusal:
        event_time_ms(absent, absent)

    assert refusal.value.rejected.reason == DeadLetterReason.MISSING_TIMESTAMP


@pytest.mark.parametrize(
    ("derived", "collector", "field"),
    [("?", MOMENT_MS, "derived_tstamp"), (MOMENT_MS, "?", "collector_tstamp")],
)
def test_event_time_bad(derived: object, collector: object, field: str) -> None:
    """One stamp that makes no sense is enough to doubt the event."""
    with pytest.raises(UnusableError, match=f"`{field}` must be a time"):
        event_time_ms(derived, collector)


def test_more_seconds_than_are_remembered() -> None:
    """What is forgotten of the seconds before is worked out again."""
    stamps = [
        f"2026-11-23T{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}.5Z"
        for second in range(5_000)
    ]
    first = 1_795_392_000_500

    assert [timestamp_ms(stamp, "time") - first for stamp in stamps + stamps[:1]] == [
        *range(0, 5_000_000, 1_000),
        0,
    ]
