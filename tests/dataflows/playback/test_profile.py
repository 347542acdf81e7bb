"""The stored shapes of profiles and of history, both ways."""

from dataclasses import fields

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataflows.playback.events import EventName
from dataflows.playback.profile import (
    COUNTED,
    STATUS_RULES,
    TIMES,
    HistoryItem,
    PlaybackStatus,
    ViewerProfile,
    history_item,
    history_key,
    iso_from_ms,
    ms_from_iso,
    profile_from_json,
    profile_item,
    profile_json,
)
from dataflows.playback.timing import Timing
from dataflows.playback.viewer import Viewer
from tests.dataflows.playback.streams import PREROLL, TIMING, full
from tests.strategies import media_event, times_ms

# The original accelerator's names, and ours beside them.
ORIGINAL_FIELDS = {
    "viewer_id",
    "collector_tstamp",
    "event_id",
    "event_name",
    "video_ts",
    "adsClicked",
    "adsSkipped",
    "adId",
    "status",
}
OUR_FIELDS = {
    "status_since",
    "session_start",
    "session_end",
    "media_session_id",
    "label",
    "duration",
    "time_played",
    "time_paused",
    "time_spent_ads",
    "time_buffering",
    "content_watched",
    "ads",
    "ads_completed",
    "ad_breaks",
    "stalls",
    "errors",
    "events",
    "paused",
    "ended",
    "livestream",
    "quality",
    "bitrate",
    "player_type",
    "startup_time",
    "dimensions",
    "tracker_totals",
    "version",
}

profiles = media_event().map(
    lambda event: Viewer.arrive(event, TIMING)[0].profile(TIMING)
)


def change() -> HistoryItem:
    """Return a change."""
    event = full(EventName.AD_START, 1.5, 7.0, ad=PREROLL)
    (item,) = Viewer.arrive(event, TIMING)[1].right
    return item


@given(profiles)
def test_profile_round_trip(profile: ViewerProfile) -> None:
    """What is written to the topic is read again."""
    assert profile_from_json(profile_json(profile)) == profile


@given(profiles)
def test_profile_fields(profile: ViewerProfile) -> None:
    """The topic holds the names of the contract, and no others."""
    assert set(msgspec.json.decode(profile_json(profile))) == (
        ORIGINAL_FIELDS | OUR_FIELDS
    )


def test_not_a_profile() -> None:
    """What is no profile is refused."""
    with pytest.raises(msgspec.DecodeError):
        profile_from_json(b'{"viewer_id": "alice"}')


@given(profiles)
def test_profile_item(profile: ViewerProfile) -> None:
    """The table's item holds the same names as the topic, and when it expires."""
    item = profile_item(profile, 1_800_000_000)

    assert item.pop("expires_at") == 1_800_000_000
    assert msgspec.convert(item, ViewerProfile) == profile


def test_history_item() -> None:
    """A change's item has the original's attributes under the original's names."""
    item = history_item(change(), 1_800_000_000)

    assert item.pop("expires_at") == 1_800_000_000
    assert set(item) > ORIGINAL_FIELDS
    assert (item["adId"], item["video_ts"]) == ("ad-1", 7.0)
    assert msgspec.convert(item, HistoryItem) == change()


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


def test_rules_of_a_status() -> None:
    """Every status has its rules, and they name fields that are there."""
    words = set(ViewerProfile.__struct_fields__)
    gaps = {rules.gap for rules in STATUS_RULES.values()}

    assert set(STATUS_RULES) == set(PlaybackStatus)
    assert gaps <= {field.name for field in fields(Timing)}
    assert set(TIMES) | set(COUNTED) <= words
