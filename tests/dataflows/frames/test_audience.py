"""The audience topics as frames."""

import pytest

from dataflows.frames.audience import audience_frame, by_key_frame, minutes_frame
from dataflows.playback.audience import (
    AdTally,
    AudienceMinute,
    EventTally,
    QualityTally,
)
from dataflows.playback.profile import PlaybackStatus
from tests.dashboard.records import audience, stamp

MINUTE = AudienceMinute(
    tstamp=stamp(),
    seconds=60,
    peak={PlaybackStatus.WATCHING_VIDEO: 7},
    mean={PlaybackStatus.WATCHING_VIDEO: 6.5},
    viewers_peak=8,
    titles={"A film": 7},
    sessions_started=1,
    sessions_left=0,
    sessions_completed=0,
    events=EventTally(),
    ads=AdTally(starts=3),
    quality=QualityTally(stalls=2),
)


def test_seconds_are_in_order_of_time() -> None:
    """Rows are indexed by time, in its order, whichever partition they came from."""
    frame = audience_frame([audience(1), audience(0)])

    assert frame.index.is_monotonic_increasing
    assert frame["viewers.WATCHING_VIDEO"].tolist() == [1_200, 1_200]


def test_minutes_have_columns_of_their_parts() -> None:
    """A part's count is in a column of both names; an uncounted status is missing."""
    row = minutes_frame([MINUTE]).iloc[0]

    assert (row["mean.WATCHING_VIDEO"], row["ads.starts"]) == (6.5, 3)
    assert minutes_frame([MINUTE])["mean.BUFFERING"].isna().all()


def test_who_left_is_no_audience() -> None:
    """No column counts viewers who have left."""
    names = [*audience_frame([]).columns, *minutes_frame([]).columns]

    assert not [name for name in names if "LEFT" in name]


def test_titles_are_rows() -> None:
    """What is counted by key has a row a time and key."""
    frame = by_key_frame([audience(0), audience(1)], "titles")

    assert frame["key"].tolist() == ["A film", "A film"]
    assert frame["count"].tolist() == [1_254, 1_254]


def test_ads_are_rows_with_their_counts() -> None:
    """What is counted by ad has a column a count."""
    record = audience(ads_by_id={"288": AdTally(starts=5, skips=2)})
    frame = by_key_frame([record], "ads_by_id")

    assert frame[["key", "starts", "skips"]].to_numpy().tolist() == [["288", 5, 2]]


@pytest.mark.parametrize("field", ["titles", "ads_by_id", "errors_by_code"])
def test_nothing_counted_is_typed(field: str) -> None:
    """A frame of no counts has the types of any other."""
    known = audience(ads_by_id={"288": AdTally()}, errors_by_code={"DRM": 1})
    full, empty = by_key_frame([known], field), by_key_frame([], field)

    assert list(full.dtypes.items()) == list(empty.dtypes.items())
