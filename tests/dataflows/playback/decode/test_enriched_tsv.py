"""Enriched TSV: 131 columns."""

import json

import pytest

from dataflows.playback.decode.enriched_tsv import decode_enriched_tsv
from dataflows.playback.decode.refusals import UnusableError
from dataflows.playback.errors import DeadLetterReason, Skipped
from dataflows.playback.events import (
    Ad,
    AdBreak,
    EventData,
    MediaEvent,
    MediaPlayer,
    MediaSession,
)
from tests.dataflows.playback.decode.messages import (
    enriched_tsv,
    entity,
    event,
    self_describing,
    tsv,
)

SNOWPLOW = "com.snowplowanalytics.snowplow"
NOBODY = "00000000-0000-0000-0000-000000000000"


def _decoded(name: str = "ping_event", /, **changes: str | bytes) -> MediaEvent:
    found = decode_enriched_tsv(enriched_tsv(event(name=name), **changes))
    assert isinstance(found, MediaEvent)
    return found


def _reason(**changes: str | bytes) -> DeadLetterReason:
    with pytest.raises(UnusableError) as refusal:
        _decoded(**changes)
    return refusal.value.rejected.reason


@pytest.mark.parametrize("count", [2, 130, 132])
def test_column_count(count: int) -> None:
    """Any other number of columns is refused, and told."""
    with pytest.raises(UnusableError, match=f"131 columns; got {count} instead") as ex:
        decode_enriched_tsv(b"\t" * (count - 1))

    assert ex.value.rejected.reason is DeadLetterReason.WRONG_COLUMN_COUNT


def test_last_line_feed() -> None:
    """A line feed at the end belongs to a column that is not used."""
    assert event() == decode_enriched_tsv(enriched_tsv(event()) + b"\n")


@pytest.mark.parametrize(
    ("schema", "fields", "expected"),
    [
        (f"{SNOWPLOW}/media_player/2-0-0", {"currentTime": 1}, MediaPlayer(1)),
        (f"{SNOWPLOW}/media_player/2-1-7", {"currentTime": 1}, MediaPlayer(1)),
        (f"{SNOWPLOW}.media/player/1-0-0", {"currentTime": 1}, MediaPlayer(1)),
        (f"{SNOWPLOW}.media/session/1-2-0", {"ads": 1}, MediaSession(ads=1)),
        (f"{SNOWPLOW}.media/ad/1-0-1", {"adId": "a"}, Ad("a")),
        (f"{SNOWPLOW}.media/ad_break/1-0-0", {"breakId": "b"}, AdBreak("b")),
    ],
)
def test_entity(schema: str, fields: dict[str, object], expected: object) -> None:
    """Each entity is found by vendor and name, in any version of its major."""
    found = _decoded(contexts=entity(schema, **fields))

    assert expected in [found.player, found.session, found.ad, found.ad_break]


@pytest.mark.parametrize(
    "schema",
    [
        f"{SNOWPLOW}/media_player/1-0-0",
        f"{SNOWPLOW}/media_player/3-0-0",
        f"{SNOWPLOW}/media_player/20-0-0",
        f"{SNOWPLOW}.media/ad/2-0-0",
        f"{SNOWPLOW}/session/1-0-0",
        "com.example/media_player/2-0-0",
    ],
)
def test_other_entity(schema: str) -> None:
    """An entity of another vendor, name or major is not ours."""
    found = _decoded(contexts=entity(schema, adId="a", currentTime=1))

    assert event() == found


def test_first_entity_counts() -> None:
    """Of two entities of a kind the first counts."""
    contexts = json.loads(entity(f"{SNOWPLOW}.media/ad/1-0-0", adId="first"))
    contexts["data"].append(contexts["data"][0] | {"data": {"adId": "second"}})

    assert Ad("first") == _decoded(contexts=json.dumps(contexts)).ad


def test_no_entities() -> None:
    """An event of an old tracker may have no entities at all."""
    assert event() == _decoded(contexts="", unstruct_event="")


def test_not_a_number_in_entities() -> None:
    """One absurd number costs that number, although no JSON parser takes it."""
    contexts = json.loads(entity(f"{SNOWPLOW}/media_player/2-0-0", paused=True))
    contexts["data"][0]["data"]["currentTime"] = float("nan")
    contexts["data"] += [None, 5, {"schema": 5, "data": {}}, {"schema": "no data"}]

    found = _decoded(contexts=json.dumps(contexts))

    assert MediaPlayer(paused=True) == found.player


def test_data() -> None:
    """An event's own fields are read."""
    body = {"schema": "any", "data": {"percentProgress": 25}}
    found = _decoded("ad_quartile_event", unstruct_event=self_describing("any", body))

    assert EventData(percent_progress=25) == found.data


def test_not_a_number_in_data() -> None:
    """One absurd number in an event's own fields costs that number."""
    body = {"schema": "any", "data": {"newRate": float("nan"), "previousRate": 1}}
    found = _decoded(
        "playback_rate_change_event", unstruct_event=self_describing("any", body)
    )

    assert EventData(previous_rate=1) == found.data


def test_data_of_an_event_without() -> None:
    """The body of an event without fields is not looked at."""
    assert event(name="play_event") == _decoded("play_event", unstruct_event="{")


def test_no_data() -> None:
    """An event whose body is missing counts all the same."""
    assert _decoded("ad_quartile_event", unstruct_event="").data is None


@pytest.mark.parametrize(
    "column",
    [
        "{",
        "null",
        "[]",
        '{"data": 5}',
        '{"data": null}',
        b'{"data": [{"schema": "\xff", "data": {}}]}',
    ],
)
@pytest.mark.parametrize("name", ["contexts", "unstruct_event"])
def test_bad_column(name: str, column: str | bytes) -> None:
    """A column that is no self-describing JSON is refused, and named."""
    with pytest.raises(UnusableError, match=f"`{name}` must be") as refusal:
        _decoded("ad_quartile_event", **{name: column})

    assert refusal.value.rejected.reason is DeadLetterReason.BAD_VALUE


def test_bad_value_in_entity() -> None:
    """A value that no reading makes sense of is refused, and its field named."""
    contexts = entity(f"{SNOWPLOW}/media_player/2-0-0", duration="long")
    with pytest.raises(UnusableError, match=r"`media_player\.duration` must be"):
        _decoded(contexts=contexts)


@pytest.mark.parametrize(
    ("user_id", "domain_userid", "network_userid", "expected"),
    [
        ("user", "domain", "network", "user"),
        ("", "domain", "network", "domain"),
        ("", "", "network", "network"),
        ("", "domain", NOBODY, "domain"),
    ],
)
def test_viewer(
    user_id: str, domain_userid: str, network_userid: str, expected: str
) -> None:
    """The viewer is the user, else the browser, else the network's cookie."""
    found = _decoded(
        user_id=user_id, domain_userid=domain_userid, network_userid=network_userid
    )

    assert expected == found.viewer_id


@pytest.mark.parametrize("network_userid", ["", NOBODY])
def test_nobody(network_userid: str) -> None:
    """An anonymous event is refused."""
    reason = _reason(user_id="", domain_userid="", network_userid=network_userid)

    assert reason is DeadLetterReason.MISSING_VIEWER_ID


@pytest.mark.parametrize(
    "column", ["user_id", "event_id", "event_name", "derived_tstamp", "event_vendor"]
)
def test_not_utf8(column: str) -> None:
    """An id, a name or a time that is not UTF-8 is refused."""
    assert _reason(**{column: b"\xff"}) is DeadLetterReason.BAD_VALUE


def test_unused_column_not_utf8() -> None:
    """What is in a column that is not used does not matter."""
    assert event() == _decoded(useragent=b"\xff")


def test_missing_timestamps() -> None:
    """An event without a time is refused."""
    reason = _reason(derived_tstamp="", collector_tstamp="")

    assert reason is DeadLetterReason.MISSING_TIMESTAMP


def test_received_before_it_happened() -> None:
    """An event did not happen after it was received."""
    found = _decoded(collector_tstamp="2026-11-23 05:00:00.000")

    assert event(time=1_795_410_000_000) == found


@pytest.mark.parametrize("name", ["page_view", "page_ping", "media_player_event"])
def test_skipped(name: str) -> None:
    """An event of another vendor is skipped, also one of nobody."""
    line = tsv({"event_vendor": SNOWPLOW, "event_name": name})

    assert Skipped(name) == decode_enriched_tsv(line)


def test_unknown_event_name() -> None:
    """An event of the media vendor that we don't know is refused."""
    assert _reason(event_name="rewind") is DeadLetterReason.UNKNOWN_EVENT_NAME
