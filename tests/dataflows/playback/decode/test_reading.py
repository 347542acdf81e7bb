"""`decode_as`: a message read in one go is the message read in two."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataflows.playback.decode import MAX_MESSAGE_BYTES, Shape, decode, shape_of
from dataflows.playback.decode.reading import decode_as
from dataflows.playback.errors import DeadLetterReason
from dataflows.playback.events import EventName, MediaEvent
from tests.dataflows.playback.decode.messages import (
    damaged,
    enriched_fields,
    enriched_tsv,
    entity,
    event,
    flat_fields,
    message,
    plain_fields,
    self_describing,
)
from tests.strategies import media_event, plain_event

PLAYER = "contexts_com_snowplowanalytics_snowplow_media_player_2"
OLD_PLAYER = "contexts_com_snowplowanalytics_snowplow_media_player_1"
YAUAA = "contexts_nl_basjes_yauaa_context_1"
QUARTILE = event(name=EventName.AD_QUARTILE)
PROGRESS = "unstruct_event_com_snowplowanalytics_snowplow_media_ad_quartile_event_1"

# What some tracker, script or stranger sends where another value ought to be.
_ODD: st.SearchStrategy[Any] = st.sampled_from(
    [
        None,
        "",
        0,
        -1,
        1,
        1.5,
        "12.5",
        "true",
        True,
        "x" * 5_000,
        "half of \ud83d",
        float("nan"),
        10**30,
        [],
        {},
        [None],
        [{}],
        [{"adId": 5}, {"adId": []}],
        "00000000-0000-0000-0000-000000000000",
        "page_view",
        "2026-11-23 05:08:10.699",
    ]
)
_KEYS = ["viewer_id", "event_vendor", PLAYER, OLD_PLAYER, YAUAA, "event_name", "new"]


def same_in_one_go(data: bytes) -> None:
    """Check that no guess of the shape changes what comes out."""
    expected = shape_of(data), decode(data)

    assert [decode_as(likely, data) for likely in Shape] == [expected] * len(Shape)


def _places(fields: dict[str, Any]) -> list[tuple[dict[str, Any], str]]:
    """Return the places of all values, also of those within others."""
    found = [(fields, key) for key in sorted(fields)]
    for value in fields.values():
        for inner in value if isinstance(value, list) else [value]:
            if isinstance(inner, dict):
                found += _places(inner)
    return found


@given(media_event(), plain_event())
def test_sound_messages(found: MediaEvent, plain: MediaEvent) -> None:
    """A sound message is the same event, in every shape and whatever is guessed."""
    same_in_one_go(message(plain_fields(plain)))
    same_in_one_go(message(flat_fields(found)))
    same_in_one_go(enriched_tsv(found))
    same_in_one_go(message(enriched_fields(found)))


@given(media_event(), st.data())
def test_odd_values(found: MediaEvent, data: st.DataObject) -> None:
    """An odd value anywhere, or a key of another shape, is judged as ever."""
    fields = data.draw(st.sampled_from([plain_fields, flat_fields, enriched_fields]))(
        found
    )
    places = _places(fields) + [(fields, key) for key in _KEYS]
    target, key = places[data.draw(st.integers(0, len(places) - 1))]
    target[key] = data.draw(_ODD)

    same_in_one_go(message(fields))


@given(media_event(), st.data())
def test_odd_columns(found: MediaEvent, data: st.DataObject) -> None:
    """An odd column of a TSV message is judged as ever."""
    columns = enriched_tsv(found).split(b"\t")
    at = data.draw(st.sampled_from([3, 6, 12, 15, 17, 18, 52, 58, 122, 124, 125, 126]))
    odd = data.draw(
        st.sampled_from([b"", b"\xff", b"{", b"null", b"\t", b"x", b'{"data":[]}'])
        | st.binary(max_size=5)
        | _ODD.map(lambda value: json.dumps(value).encode())
    )
    columns[at] = odd

    same_in_one_go(b"\t".join(columns))


@given(media_event(), st.data())
def test_odd_contexts(found: MediaEvent, data: st.DataObject) -> None:
    """Entities of any schema, in any number and order, are read as ever."""
    columns = enriched_tsv(found).split(b"\t")
    at = data.draw(st.sampled_from([52, 122]))
    entities = json.loads(columns[at])["data"]
    odd = st.fixed_dictionaries(
        {
            "schema": st.sampled_from(
                [
                    "iglu:com.snowplowanalytics.snowplow/media_player/jsonschema/2-0-1",
                    "iglu:com.snowplowanalytics.snowplow.media/ad/jsonschema/1-0-0",
                    "iglu:nl.basjes/yauaa_context/jsonschema/1-0-4",
                    "iglu:com.example/content/jsonschema/1-0-0",
                    "nothing of Iglu",
                    5,
                ]
            )
        },
        optional={
            "data": st.none()
            | st.dictionaries(
                st.sampled_from(["deviceClass", "adId", "label", "paused"]), _ODD
            )
        },
    )
    entities = data.draw(st.permutations(entities + data.draw(st.lists(odd))))
    columns[at] = self_describing("contexts", entities).encode()

    same_in_one_go(b"\t".join(columns))


@given(media_event(), st.data())
def test_any_byte_anywhere(found: MediaEvent, data: st.DataObject) -> None:
    """A message with some bytes of it replaced is judged as ever."""
    shapes = [
        message(plain_fields(found)),
        message(flat_fields(found)),
        enriched_tsv(found),
        message(enriched_fields(found)),
    ]
    same_in_one_go(damaged(data, data.draw(st.sampled_from(shapes))))


@pytest.mark.parametrize(
    "data",
    [
        message(enriched_fields(QUARTILE, **{PROGRESS: {"percentProgress": 25}})),
        message(enriched_fields(QUARTILE, **{PROGRESS: {"percentProgress": "25"}})),
        message(enriched_fields(QUARTILE, **{PROGRESS: None})),
        message(enriched_fields(QUARTILE, **{PROGRESS: [1]})),
        message(
            enriched_fields(event(), **{PLAYER: None, OLD_PLAYER: [{"loop": True}]})
        ),
        message(enriched_fields(event(), **{YAUAA: [{"deviceClass": "TV"}]})),
        message(enriched_fields(event(), event_name="page_view", event_vendor="other")),
        message(enriched_fields(event(), viewer_id="a")),
        message(plain_fields(event(), event_name="page_view")),
        message(plain_fields(event(), event_vendor="com.example")),
        enriched_tsv(event(), event_name="page_view", event_vendor="other"),
        enriched_tsv(event(), app_id=""),
        enriched_tsv(event(), contexts="", derived_contexts=""),
        enriched_tsv(event(), event_name=b"\xff"),
        enriched_tsv(event(), contexts=entity("com.acme/new/1-0-0", a=1)),
        enriched_tsv(QUARTILE, unstruct_event=""),
        enriched_tsv(event()).removesuffix(b"\t"),
        enriched_tsv(event()) + b"\t",
        b"\t" * 130,
        b"a\tb",
        b"",
        b"{",
        b"{}",
    ],
    ids=lambda data: repr(data[-40:]),
)
def test_examples(data: bytes) -> None:
    """What decides between one go and two changes nothing."""
    same_in_one_go(data)


def test_message_before_is_a_guess() -> None:
    """The shape is that of the message, not the likely one."""
    data = enriched_tsv(event())

    assert decode_as(Shape.FLAT_JSON, data) == (Shape.ENRICHED_TSV, event())


@pytest.mark.parametrize("likely", Shape)
def test_oversized(likely: Shape) -> None:
    """What is too long is not looked into, whatever it is taken for."""
    data = message(plain_fields(event(), more="x" * MAX_MESSAGE_BYTES))
    shape, outcome = decode_as(likely, data)

    assert shape is Shape.UNKNOWN
    assert getattr(outcome, "reason", None) is DeadLetterReason.OVERSIZED
