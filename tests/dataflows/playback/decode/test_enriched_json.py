"""Enriched JSON, as Snowbridge's `spEnrichedToJson` writes it."""

from typing import Any

import pytest

from dataflows.playback.decode.enriched_json import decode_enriched_json
from dataflows.playback.decode.refusals import UnusableError
from dataflows.playback.errors import DeadLetterReason, Skipped
from dataflows.playback.events import EventData, MediaEvent, MediaPlayer, MediaSession
from tests.dataflows.playback.decode.messages import enriched_fields, event, message

PLAYER = "contexts_com_snowplowanalytics_snowplow_media_player_2"
OLD_PLAYER = "contexts_com_snowplowanalytics_snowplow_media_player_1"
SESSION = "contexts_com_snowplowanalytics_snowplow_media_session_1"
AD = "contexts_com_snowplowanalytics_snowplow_media_ad_1"
PROGRESS = (
    "unstruct_event_com_snowplowanalytics_snowplow_media_percent_progress_event_1"
)


def _decoded(name: str = "ping_event", /, **changes: Any) -> MediaEvent:
    found = decode_enriched_json(message(enriched_fields(event(name=name), **changes)))
    assert isinstance(found, MediaEvent)
    return found


def test_as_the_sdk_writes_it() -> None:
    """A message of the Go SDK is understood; its keys are these."""
    found = decode_enriched_json(
        b'{"app_id":"demo","collector_tstamp":"2026-11-23T05:08:10.9Z",'
        b'"derived_tstamp":"2026-11-23T05:08:10.699Z","event":"unstruct",'
        b'"event_id":"e-1","event_vendor":"com.snowplowanalytics.snowplow.media",'
        b'"event_name":"percent_progress_event","domain_userid":"browser-1",'
        b'"contexts_com_snowplowanalytics_snowplow_media_player_2":'
        b'[{"currentTime":1.5,"paused":false,"ended":false}],'
        b'"unstruct_event_com_snowplowanalytics_snowplow_media_percent_progress_event_1"'
        b':{"percentProgress":52}}'
    )

    assert found == event(
        viewer_id="browser-1",
        event_id="e-1",
        name="percent_progress_event",
        player=MediaPlayer(current_time=1.5, paused=False, ended=False),
        data=EventData(percent_progress=52),
    )


def test_old_player() -> None:
    """The player of trackers 3.12 to 3.13.1 stands in where the right one is absent."""
    old = [{"currentTime": 1}]

    assert MediaPlayer(1) == _decoded(**{OLD_PLAYER: old}).player
    assert (
        MediaPlayer(2)
        == _decoded(**{OLD_PLAYER: old, PLAYER: [{"currentTime": 2}]}).player
    )


def test_first_entity_counts() -> None:
    """Of two entities of a kind the first counts."""
    found = _decoded(**{SESSION: [{"ads": 1}, {"ads": 2}]})

    assert MediaSession(ads=1) == found.session


@pytest.mark.parametrize("empty", [[], None, [None], [{}], ""])
def test_no_entity(empty: object) -> None:
    """A list may be empty, and so may be what is in it."""
    assert _decoded(**{AD: empty}).ad is None


@pytest.mark.parametrize(
    "odd", [float("nan"), 1e308, -1, 1_795_410_490_699, "", "Infinity"]
)
def test_absurd_position(odd: object) -> None:
    """A position that no video has is unknown, and the rest of the player counts."""
    found = _decoded(**{PLAYER: [{"currentTime": odd, "paused": True}]})

    assert MediaPlayer(paused=True) == found.player


def test_an_object_for_a_list() -> None:
    """An entity that is not in a list is an entity."""
    assert MediaSession(ads=1) == _decoded(**{SESSION: {"ads": 1}}).session


@pytest.mark.parametrize("value", [5, [5], [[]], "text", True])
def test_bad_entity(value: object) -> None:
    """An entity that is no object is refused, and named."""
    with pytest.raises(UnusableError, match="`session` must be an object") as refusal:
        _decoded(**{SESSION: value})

    assert refusal.value.rejected.reason is DeadLetterReason.BAD_VALUE


def test_bad_entity_among_odd_numbers() -> None:
    """A bad entity is found as well in a message that needs a second reading."""
    with pytest.raises(UnusableError, match=r"`session\.ads` must be a number"):
        _decoded(**{SESSION: [{"ads": []}], PLAYER: [{"currentTime": float("nan")}]})


def test_odd_number_in_data() -> None:
    """One absurd number in an event's own fields costs that number."""
    found = _decoded("percent_progress_event", **{PROGRESS: {"percentProgress": 101}})

    assert found.data is None


@pytest.mark.parametrize("field", ["user_id", "event_id", "event_name", "event_vendor"])
def test_bad_id(field: str) -> None:
    """An id or a name that UTF-8 can't encode is refused, and named."""
    with pytest.raises(UnusableError, match=f"`{field}` must be text") as refusal:
        _decoded(**{field: "half of \ud83d"})

    assert refusal.value.rejected.reason is DeadLetterReason.BAD_VALUE


def test_number_for_an_id() -> None:
    """A user's id may be a number."""
    assert event(viewer_id="42") == _decoded(user_id=42)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        (
            {"user_id": None, "domain_userid": None},
            DeadLetterReason.MISSING_VIEWER_ID,
        ),
        ({"event_id": None}, DeadLetterReason.MISSING_EVENT_ID),
        ({"event_name": None}, DeadLetterReason.MISSING_EVENT_NAME),
        (
            {"derived_tstamp": None, "collector_tstamp": None},
            DeadLetterReason.MISSING_TIMESTAMP,
        ),
        ({"derived_tstamp": "soon"}, DeadLetterReason.BAD_TIMESTAMP),
        ({"event_name": "rewind"}, DeadLetterReason.UNKNOWN_EVENT_NAME),
    ],
)
def test_unusable(changes: dict[str, Any], reason: DeadLetterReason) -> None:
    """An event must tell who, which, what and when."""
    with pytest.raises(UnusableError) as refusal:
        _decoded(**changes)

    assert refusal.value.rejected.reason is reason


def test_no_vendor() -> None:
    """Without a vendor the name tells that it is a media event."""
    assert event() == _decoded(event_vendor=None)


@pytest.mark.parametrize("odd", ["0", "NaN"])
def test_skipped(odd: str) -> None:
    """An event of another vendor is skipped, on the second reading too."""
    found = decode_enriched_json(
        b'{"event_vendor":"com.example","event_name":"play_event","se_value":%s}'
        % odd.encode()
    )

    assert Skipped("play_event") == found
