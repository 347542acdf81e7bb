"""Who, what and which."""

import pytest

from dataflows.playback.decode.identity import (
    MEDIA_VENDOR,
    event_id_of,
    media_name,
    viewer_of,
)
from dataflows.playback.decode.refusals import UnusableError
from dataflows.playback.errors import DeadLetterReason, Skipped
from dataflows.playback.events import EventName

NOBODY = "00000000-0000-0000-0000-000000000000"


@pytest.mark.parametrize("vendor", [None, "", MEDIA_VENDOR])
@pytest.mark.parametrize("name", EventName)
def test_media_name(name: EventName, vendor: str | None) -> None:
    """A name of the vocabulary is a media event, of the media vendor or of none."""
    assert media_name(name.value, vendor) is name


@pytest.mark.parametrize("name", ["play_event", "page_view", "", None])
def test_other_vendor(name: str | None) -> None:
    """An event of another vendor is skipped, whatever its name."""
    assert Skipped(name or "") == media_name(name, "com.example")


@pytest.mark.parametrize("name", ["page_view", "page_ping", "event", "play"])
def test_other_name(name: str) -> None:
    """Without a vendor, a name that is no media event's is skipped."""
    assert Skipped(name) == media_name(name)


def test_long_name() -> None:
    """A skipped event's name is cut, for it goes into counts and logs."""
    assert Skipped("x" * 256) == media_name("x" * 1000)


@pytest.mark.parametrize(
    ("name", "vendor", "reason"),
    [
        ("rewind_event", None, DeadLetterReason.UNKNOWN_EVENT_NAME),
        ("rewind_event", MEDIA_VENDOR, DeadLetterReason.UNKNOWN_EVENT_NAME),
        ("rewind", MEDIA_VENDOR, DeadLetterReason.UNKNOWN_EVENT_NAME),
        ("PLAY_event", None, DeadLetterReason.UNKNOWN_EVENT_NAME),
        (None, None, DeadLetterReason.MISSING_EVENT_NAME),
        ("", None, DeadLetterReason.MISSING_EVENT_NAME),
        ("", MEDIA_VENDOR, DeadLetterReason.MISSING_EVENT_NAME),
    ],
)
def test_bad_name(
    name: str | None, vendor: str | None, reason: DeadLetterReason
) -> None:
    """A media event with a name that we don't know, or with none, is refused."""
    with pytest.raises(UnusableError) as refusal:
        media_name(name, vendor)

    assert reason == refusal.value.rejected.reason


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        (("user", "domain", "network"), "user"),
        (("", "domain", "network"), "domain"),
        ((None, "domain", NOBODY), "domain"),
        (("", "", "network"), "network"),
        ((None, None, "network"), "network"),
        (("x" * 1024,), "x" * 1024),
        (("é" * 512,), "é" * 512),
    ],
)
def test_viewer(ids: tuple[str, ...], expected: str) -> None:
    """The viewer is the user, else the browser, else the network's cookie."""
    assert expected == viewer_of(*ids)


@pytest.mark.parametrize(
    ("ids", "reason"),
    [
        ((None,), DeadLetterReason.MISSING_VIEWER_ID),
        (("", "", ""), DeadLetterReason.MISSING_VIEWER_ID),
        (("", "", NOBODY), DeadLetterReason.MISSING_VIEWER_ID),
        (("x" * 1025,), DeadLetterReason.BAD_VALUE),
        (("é" * 513,), DeadLetterReason.BAD_VALUE),
        (("x" * 1025, "domain"), DeadLetterReason.BAD_VALUE),
    ],
)
def test_no_viewer(ids: tuple[str | None, ...], reason: DeadLetterReason) -> None:
    """An event of nobody is refused, and so is an id that no key can hold."""
    with pytest.raises(UnusableError) as refusal:
        viewer_of(*ids)

    assert reason == refusal.value.rejected.reason


def test_event_id() -> None:
    """An event's id may have 256 characters."""
    assert event_id_of("x" * 256) == "x" * 256


@pytest.mark.parametrize(
    ("event_id", "reason"),
    [
        (None, DeadLetterReason.MISSING_EVENT_ID),
        ("", DeadLetterReason.MISSING_EVENT_ID),
        ("x" * 257, DeadLetterReason.BAD_VALUE),
    ],
)
def test_no_event_id(event_id: str | None, reason: DeadLetterReason) -> None:
    """An event without an id, or with an endless one, is refused."""
    with pytest.raises(UnusableError) as refusal:
        event_id_of(event_id)

    assert reason == refusal.value.rejected.reason
