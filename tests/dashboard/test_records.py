"""What is let into the model, and what is not."""

from typing import Any

import msgspec
import pytest

from dashboard.records import (
    UNREADABLE,
    audience_minute,
    audience_record,
    viewer_change,
)
from dataflows.playback.profile import PlaybackStatus, profile_json
from tests.dashboard.records import audience, audience_json, minute, profile

_STAMPS = [
    "",
    "yesterday",
    "2026-11-23",
    "2026-11-23T12:00:00.000+01:00",
    "2026-11-23T12:00:00.000",
    "2026-W48-1T12:00:00.000Z",
    "1969-12-31T23:59:59.999Z",
    "9999-12-31T23:59:59.999Z",
]


def test_profile_is_read() -> None:
    """A profile comes with the viewer that it is of."""
    value = profile_json(profile("alice"))

    assert viewer_change(b"alice", value) == ("alice", profile("alice"))


def test_tombstone_is_read() -> None:
    """A tombstone tells of its viewer by its key alone."""
    assert viewer_change("zoë".encode(), None) == ("zoë", None)


@pytest.mark.parametrize("key", [None, b"\xff"])
def test_tombstone_without_a_viewer(key: bytes | None) -> None:
    """A tombstone that names nobody can't be read."""
    with pytest.raises(UNREADABLE):
        viewer_change(key, None)


@pytest.mark.parametrize("field", ["status_since", "session_start"])
@pytest.mark.parametrize("stamp", _STAMPS)
def test_profile_with_a_bad_stamp(field: str, stamp: str) -> None:
    """A profile whose times can't be ordered or shown is refused."""
    fields: dict[str, Any] = {field: stamp}
    value = profile_json(profile(**fields))

    with pytest.raises(UNREADABLE):
        viewer_change(b"alice", value)


@pytest.mark.parametrize("stamp", _STAMPS)
def test_audience_with_a_bad_stamp(stamp: str) -> None:
    """So is a record of the audience."""
    with pytest.raises(UNREADABLE):
        audience_record(audience_json(audience(tstamp=stamp)))


@pytest.mark.parametrize(
    "field", ["ads", "ads_clicked", "ads_skipped", "stalls", "errors"]
)
def test_profile_with_a_boundless_count(field: str) -> None:
    """A count that a table's column can't hold is refused."""
    fields: dict[str, Any] = {field: 10**18}
    assert viewer_change(b"alice", profile_json(profile(**fields)))[1]

    stored = {"ads_clicked": "adsClicked", "ads_skipped": "adsSkipped"}
    name = stored.get(field, field)
    value = profile_json(profile(**fields)).replace(
        f'"{name}":1'.encode(), f'"{name}":1000'.encode()
    )
    with pytest.raises(UNREADABLE):
        viewer_change(b"alice", value)


def test_audience_with_a_boundless_count() -> None:
    """A count that a line can't be drawn of is refused."""
    text = audience_json(audience(viewers={PlaybackStatus.BUFFERING: 7}))
    value = text.replace(b":7}", b":" + b"7" * 500 + b"}")

    with pytest.raises(UNREADABLE):
        audience_record(value)


def test_minute_is_read() -> None:
    """A record of a minute is what the flow wrote."""
    assert audience_minute(msgspec.json.encode(minute(0))) == minute(0)


@pytest.mark.parametrize("stamp", _STAMPS)
def test_minute_with_a_bad_stamp(stamp: str) -> None:
    """A minute that can't be ordered or drawn is refused."""
    with pytest.raises(UNREADABLE):
        audience_minute(msgspec.json.encode(minute(tstamp=stamp)))


def test_record_without_a_bottom() -> None:
    """JSON nested beyond the decoder's depth is refused like any other."""
    with pytest.raises(UNREADABLE):
        audience_record(b'{"x":' + b"[" * 100_000)
