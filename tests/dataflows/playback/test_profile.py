"""The stored shapes of profiles and of history, both ways."""

from dataclasses import fields

import msgspec
import pytest
from hypothesis import given

from dataflows.playback.events import EventName
from dataflows.playback.profile import (
    COUNTS,
    STATUS_RULES,
    TIMES,
    HistoryItem,
    PlaybackStatus,
    ViewerProfile,
    history_item,
    profile_from_json,
    profile_item,
    profile_json,
)
from dataflows.playback.session import Session
from dataflows.playback.summary import profile_of
from dataflows.playback.timing import Timing
from dataflows.playback.viewer import Viewer
from tests.dataflows.playback.streams import PREROLL, TIMING, full
from tests.strategies import media_event

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


def test_rules_of_a_status() -> None:
    """Every status has its rules, and they name fields that are there."""
    words = set(ViewerProfile.__struct_fields__)
    gaps = {rules.gap for rules in STATUS_RULES.values()}

    assert set(STATUS_RULES) == set(PlaybackStatus)
    assert gaps <= {field.name for field in fields(Timing)}
    assert set(TIMES) | set(COUNTS) <= words


def test_all_times_and_counts_are_shown() -> None:
    """A profile tells each time and each count of its session under its own name."""
    session = Session("alice", 0, "")
    session.times = 1_000, 2_000, 3_000, 4_000
    for nth, name in enumerate(COUNTS, 1):
        for _ in range(nth):
            session.count(name)
    profile = profile_of(session, TIMING, newest=0, closed=False)

    for shown in (TIMES, COUNTS):
        numbers = [getattr(profile, name) for name in shown]
        assert numbers == list(range(1, len(shown) + 1))


@pytest.mark.parametrize(
    ("ending", "version"),
    [
        ({"closed": False}, "001795410490699-0000000-0"),
        ({"closed": True}, "001795410490699-0000000-1"),
        ({"closed": False, "sealed": True}, "001795410490699-0000000-1"),
    ],
)
def test_version(ending: dict[str, bool], version: str) -> None:
    """A version sorts as text: by time, by the events taken in, by whether it ended."""
    session = Session("alice", 0, "")
    profile = profile_of(session, TIMING, newest=1_795_410_490_699, **ending)

    assert profile.version == version
