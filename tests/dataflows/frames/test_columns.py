"""Columns and their types: the same for every frame of a kind, and for none at all."""

from typing import Any

import msgspec
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataflows.frames.columns import MOMENT, moments, struct_frame, without_zone
from dataflows.playback.audience import Audience, AudienceMinute
from dataflows.playback.events import Ad, MediaEvent, MediaPlayer, MediaSession
from dataflows.playback.profile import HistoryItem, PlaybackStatus, ViewerProfile
from tests.dataflows.frames.structs import instant, structs
from tests.strategies import media_events

KINDS: tuple[type[msgspec.Struct], ...] = (
    ViewerProfile,
    HistoryItem,
    Audience,
    AudienceMinute,
)


@given(st.sampled_from(KINDS).flatmap(lambda kind: st.lists(structs(kind), max_size=4)))
def test_types_hang_on_the_kind_alone(rows: list[Any]) -> None:
    """Whatever the values are, columns and types are those of an empty frame."""
    kinds = {type(row) for row in rows} or set(KINDS)
    for kind in kinds:
        frame, empty = struct_frame(kind, rows), struct_frame(kind, [])

        assert list(empty.dtypes.items()) == list(frame.dtypes.items())
        assert len(frame) == len(rows)


@given(st.lists(structs(ViewerProfile), min_size=1, max_size=4))
def test_values_are_those_of_the_structs(profiles: list[ViewerProfile]) -> None:
    """Each value is in its column; what is None is missing there."""
    frame = struct_frame(ViewerProfile, profiles)
    for number, profile in enumerate(profiles):
        row = frame.iloc[number]

        assert row["viewer_id"] == profile.viewer_id
        assert row["status"] == profile.status
        assert row["events"] == profile.events
        assert row["session_start"] == instant(profile.session_start)
        assert pd.isna(row["video_ts"]) == (profile.video_ts is None)
        assert pd.isna(row["session_end"]) == (profile.session_end is None)


class _Seen(msgspec.Struct):
    time: int
    player: MediaPlayer | None
    session: MediaSession | None
    ad: Ad | None


@given(media_events())
def test_entities_are_columns_of_their_own(events: list[MediaEvent]) -> None:
    """A field of an entity is missing where the entity is, and typed all the same."""
    frame = struct_frame(_Seen, events)

    assert frame.dtypes["time"] == MOMENT
    assert frame.dtypes["player.paused"] == "boolean"
    assert frame.dtypes["session.adsClicked"] == "Int64"
    assert [e.ad is None for e in events] == frame["ad.adId"].isna().tolist()


def test_status_knows_all_of_its_values() -> None:
    """A group by status has the statuses that nobody is in, too."""
    statuses = struct_frame(ViewerProfile, [])["status"].cat.categories

    assert [str(status) for status in PlaybackStatus] == list(statuses)


def test_moments_of_any_zone_are_utc() -> None:
    """A stamp with another zone is the same point in time, in UTC."""
    (moment,) = moments(["2026-11-23T07:00:00.250+02:00"])

    assert pd.Timestamp("2026-11-23T05:00:00.250Z") == moment


def test_moments_take_keys_of_the_history() -> None:
    """The second change of a millisecond is at the same point in time."""
    first, second = moments(["2026-11-23T05:00:00.250Z", "2026-11-23T05:00:00.250Z#1"])

    assert first == second


def test_moments_refuse_what_is_none() -> None:
    """Text that is no point in time is an error, and no missing value."""
    with pytest.raises(ValueError, match="yesterday"):
        moments(["yesterday"])


def test_count_beyond_64_bits_is_an_error() -> None:
    """A whole number that no column can hold is not made another."""

    class Row(msgspec.Struct):
        count: int

    with pytest.raises(OverflowError):
        struct_frame(Row, [Row(2**64)])


def test_charts_may_have_no_zone() -> None:
    """Without the zone every point in time is the same in UTC, the index among them."""
    stamps = moments(["2026-11-23T05:00:00.250Z", "2026-11-23T05:00:01.000Z"])
    frame = pd.DataFrame({"at": stamps, "n": [1, 2]}, index=stamps)
    plain = without_zone(frame)

    naive = [stamp.tz_localize(None) for stamp in stamps]
    assert plain["at"].tolist() == plain.index.tolist() == naive
    assert frame.dtypes["at"] == MOMENT
