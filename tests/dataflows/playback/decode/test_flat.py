"""The flat shape: the original's eight fields, and ours beside them."""

import math
from typing import Any

import pytest

from dataflows.playback.decode.flat import decode_flat
from dataflows.playback.decode.refusals import UnusableError
from dataflows.playback.errors import DeadLetterReason, Skipped
from dataflows.playback.events import Ad, MediaEvent, MediaPlayer, MediaSession
from tests.dataflows.playback.decode.messages import event, message, plain_fields


def _decoded(**changes: Any) -> MediaEvent:
    """Decode a plain ping with these changes; `None` leaves a field out."""
    found = decode_flat(message(plain_fields(event(), **changes)))
    assert isinstance(found, MediaEvent)
    return found


def test_as_the_original_writes_it() -> None:
    """A message of the original's script is understood to the last field."""
    found = decode_flat(
        b'{"adId":"288","adsClicked":1,"adsSkipped":2,'
        b'"collector_tstamp":"2026-11-23T05:08:10.69Z","event_id":"e-1",'
        b'"event_name":"ad_break_start_event","video_ts":12.5,"viewer_id":"PoC user"}'
    )

    assert found == event(
        viewer_id="PoC user",
        event_id="e-1",
        name="ad_break_start_event",
        time=1_795_410_490_690,
        player=MediaPlayer(current_time=12.5),
        session=MediaSession(ads_clicked=1, ads_skipped=2),
        ad=Ad("288"),
    )


def test_tells_no_levels() -> None:
    """A plain message does not say whether the player is paused or has ended."""
    player = _decoded(video_ts=1).player

    assert player is not None
    assert (player.paused, player.ended) == (None, None)


@pytest.mark.parametrize("ad_id", [288, 288.0, "288"])
def test_ad_id(ad_id: object) -> None:
    """A number and its digits are the same ad."""
    assert Ad("288") == _decoded(adId=ad_id).ad


@pytest.mark.parametrize("ad_id", [0, 0.0, "", None, math.nan])
def test_no_ad(ad_id: object) -> None:
    """Zero, empty text and null are how the original says that there is no ad."""
    assert _decoded(adId=ad_id).ad is None


def test_null_fields() -> None:
    """Null is as good as absent."""
    found = decode_flat(
        b'{"adId":null,"adsClicked":null,"adsSkipped":null,"video_ts":null,'
        b'"collector_tstamp":"2026-11-23T05:08:10.699Z","derived_tstamp":null,'
        b'"event_id":"e","event_name":"ping_event","viewer_id":"v","player":null,'
        b'"session":null,"ad":null,"ad_break":null,"data":null}'
    )

    assert event(event_id="e", viewer_id="v") == found


@pytest.mark.parametrize("absent", ["", None])
def test_absent_counts(absent: object) -> None:
    """Without either count there is no session."""
    assert _decoded(adsClicked=absent, adsSkipped=absent).session is None


@pytest.mark.parametrize(
    ("clicked", "skipped", "expected"),
    [
        (0, 0, None),
        (0, 2, MediaSession(ads_skipped=2)),
        ("", 2, MediaSession(ads_skipped=2)),
        (1, None, MediaSession(ads_clicked=1)),
        ("1", 2.0, MediaSession(ads_clicked=1, ads_skipped=2)),
        (1, -1, MediaSession(ads_clicked=1)),
    ],
)
def test_counts(
    clicked: object, skipped: object, expected: MediaSession | None
) -> None:
    """A count may be text or a float; an absurd one is unknown, and so is a zero."""
    assert expected == _decoded(adsClicked=clicked, adsSkipped=skipped).session


@pytest.mark.parametrize(
    "position", ["", math.nan, math.inf, -math.inf, 1e308, -1, 1e8, 1_795_410_490_699]
)
def test_absurd_position(position: object) -> None:
    """A position that no video has is unknown, and the event counts."""
    assert event() == _decoded(video_ts=position)


def test_huge_number() -> None:
    """A number that no float can hold is unknown, however it is written."""
    plain = message(plain_fields(event(), video_ts=12345))

    assert event() == decode_flat(plain.replace(b"12345", b"1e999"))
    assert event() == decode_flat(plain.replace(b"12345", b"9" * 5000))


@pytest.mark.parametrize(("position", "expected"), [("12.5", 12.5), (0, 0.0), ("0", 0)])
def test_position(position: object, expected: float) -> None:
    """A position may be text; zero is a position."""
    assert MediaPlayer(current_time=expected) == _decoded(video_ts=position).player


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("adId", []),
        ("adId", False),
        ("adId", "x" * 257),
        ("adId", "\ud83d"),
        ("adsClicked", "many"),
        ("adsSkipped", {}),
        ("video_ts", True),
        ("event_id", ["e"]),
        ("event_id", "\ud83d"),
        ("event_name", {}),
        ("viewer_id", []),
        ("viewer_id", "viewer-\ud83d"),
        ("player", 5),
        ("player", []),
        ("session", "session"),
        ("ad", True),
        ("data", [1]),
    ],
)
def test_bad_value(field: str, value: object) -> None:
    """A value that no reading makes sense of is refused, and its field named."""
    with pytest.raises(UnusableError) as refusal:
        _decoded(**{field: value})

    rejected = refusal.value.rejected
    assert rejected.reason is DeadLetterReason.BAD_VALUE
    assert field in rejected.detail.replace("media_player", "player")


@pytest.mark.parametrize(
    ("field", "reason"),
    [
        ("viewer_id", DeadLetterReason.MISSING_VIEWER_ID),
        ("event_id", DeadLetterReason.MISSING_EVENT_ID),
        ("event_name", DeadLetterReason.MISSING_EVENT_NAME),
        ("collector_tstamp", DeadLetterReason.MISSING_TIMESTAMP),
    ],
)
@pytest.mark.parametrize("absent", ["", None])
def test_missing(field: str, reason: DeadLetterReason, absent: object) -> None:
    """An event must tell who, which, what and when."""
    with pytest.raises(UnusableError) as refusal:
        _decoded(**{field: absent})

    assert refusal.value.rejected.reason is reason


@pytest.mark.parametrize("stamp", ["yesterday", [], 5, math.nan])
def test_bad_timestamp(stamp: object) -> None:
    """A time that is none is refused, of whatever kind it is."""
    with pytest.raises(UnusableError) as refusal:
        _decoded(collector_tstamp=stamp)

    assert refusal.value.rejected.reason is DeadLetterReason.BAD_TIMESTAMP


def test_numbers_for_ids() -> None:
    """Ids may be numbers."""
    found = _decoded(viewer_id=42, event_id=7)

    assert event(viewer_id="42", event_id="7") == found


def test_skipped() -> None:
    """A page view is skipped before anything else of it is judged."""
    assert Skipped("page_view") == decode_flat(b'{"event_name":"page_view"}')


def test_unknown_event_name() -> None:
    """A media event that we don't know is refused, not skipped."""
    with pytest.raises(UnusableError) as refusal:
        _decoded(event_name="rewind_event")

    assert refusal.value.rejected.reason is DeadLetterReason.UNKNOWN_EVENT_NAME


def test_objects_come_first() -> None:
    """What the objects say counts before what the eight fields say."""
    found = _decoded(
        video_ts=1,
        adsClicked=1,
        adsSkipped=1,
        adId=1,
        player={"currentTime": 2},
        session={"adsClicked": 2, "adsSkipped": 2},
        ad={"adId": 2},
    )

    assert MediaPlayer(current_time=2) == found.player
    assert MediaSession(ads_clicked=2, ads_skipped=2) == found.session
    assert Ad("2") == found.ad


def test_eight_fields_fill_in() -> None:
    """What the objects leave out, the eight fields say."""
    found = _decoded(
        video_ts=1,
        adsClicked=1,
        adsSkipped=0,
        adId=1,
        player={"paused": False},
        session={"mediaSessionId": "m"},
        ad={"name": "without an id"},
    )

    assert MediaPlayer(current_time=1, paused=False) == found.player
    assert MediaSession("m", ads_clicked=1) == found.session
    assert Ad("1") == found.ad


def test_objects_alone() -> None:
    """Objects need none of the eight fields beside them."""
    found = _decoded(player={"paused": True}, session={"mediaSessionId": "m"})

    assert MediaPlayer(paused=True) == found.player
    assert MediaSession("m") == found.session


def test_odd_value_in_an_object() -> None:
    """One absurd number in an object costs that number and nothing else."""
    found = _decoded(
        player={"currentTime": math.nan, "paused": 0, "volume": 101},
        session={"mediaSessionId": 5, "timePlayed": "12.5", "ads": 2.0},
    )

    assert MediaPlayer(paused=False) == found.player
    assert MediaSession("5", time_played=12.5, ads=2) == found.session


def test_empty_data() -> None:
    """An event that says nothing of its own has no data."""
    assert _decoded(data={}).data is None


@pytest.mark.parametrize("empty", [{}, {"breakId": ""}, {"name": "pre-roll"}, ""])
def test_nameless_ad_break(empty: object) -> None:
    """An ad break without the id that its schema requires is as good as absent."""
    assert _decoded(ad_break=empty).ad_break is None
