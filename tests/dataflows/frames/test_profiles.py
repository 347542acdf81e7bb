"""Profiles as frames."""

import pytest

from dataflows.frames.lines import Record
from dataflows.frames.profiles import newest_profiles, profiles_frame
from dataflows.playback.profile import profile_json
from tests.dashboard.records import profile


def _record(viewer_id: str, version: str = "1") -> Record:
    value = profile_json(profile(viewer_id, version=version))
    return Record(0, viewer_id.encode(), value)


def test_dimensions_are_columns() -> None:
    """A dimension is text in a column of its own, missing where it is not known."""
    frame = profiles_frame(
        [profile(dimensions={"device": "Phone", "channel": "news"}), profile()],
        dimensions=("device", "channel"),
    )

    assert frame["device"].fillna("?").tolist() == ["Phone", "?"]
    assert frame["channel"].fillna("?").tolist() == ["news", "?"]


def test_dimensions_are_there_without_profiles() -> None:
    """A frame of no profiles has the columns of the dimensions, typed."""
    frame = profiles_frame([])

    assert frame.dtypes["device"] == frame.dtypes["country"] == "string"


def test_dimension_must_not_hide_a_column() -> None:
    """A dimension with the name of a field is refused."""
    with pytest.raises(ValueError, match="`status` must differ"):
        profiles_frame([profile()], dimensions=("status",))


def test_newest_profile_of_each_viewer() -> None:
    """The last record of a key counts, and its deletion removes it."""
    records = [_record("a"), _record("b"), _record("a", "2"), Record(0, b"b", None)]
    records.append(Record(0, b"never seen", None))

    (left,) = newest_profiles(records)
    assert (left.viewer_id, left.version) == ("a", "2")


def test_record_that_is_no_profile_is_named() -> None:
    """A record that can't be read is an error that says where it is."""
    with pytest.raises(ValueError, match="record 7 of partition 3 must be a profile"):
        newest_profiles([Record(0, b"a", b"{}", 3, 7)])
