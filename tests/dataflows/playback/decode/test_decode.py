"""`decode` as a whole: every shape, every event, and any bytes at all."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataflows.playback.decode import MAX_MESSAGE_BYTES, decode, shape_of
from dataflows.playback.errors import DeadLetterReason, Rejected, Skipped
from dataflows.playback.events import EventName, MediaEvent
from tests.dataflows.playback.decode.messages import (
    damaged,
    enriched_fields,
    enriched_tsv,
    event,
    flat_fields,
    message,
    plain_fields,
    tsv,
)
from tests.strategies import media_event, plain_event

CAPTURES = Path(__file__).parents[3] / "data" / "tracker-captures.jsonl"


@given(media_event())
def test_shapes_agree(event: MediaEvent) -> None:
    """An event is the same event in each of the three shapes."""
    assert event == decode(message(flat_fields(event)))
    assert event == decode(enriched_tsv(event))
    assert event == decode(message(enriched_fields(event)))


def test_shape_is_told_once() -> None:
    """Who has asked for the shape may hand it on."""
    flat, line = message(plain_fields(event())), enriched_tsv(event())

    assert event() == decode(flat, shape_of(flat)) == decode(line, shape_of(line))


@given(plain_event())
def test_plain_flat(event: MediaEvent) -> None:
    """The original's eight fields alone are a whole message."""
    assert event == decode(message(plain_fields(event)))


@pytest.mark.parametrize("name", EventName)
def test_every_event_name(name: EventName) -> None:
    """Every event of the vocabulary is understood in every shape."""
    expected = event(name=name)

    assert expected == decode(message(plain_fields(expected)))
    assert expected == decode(message(flat_fields(expected)))
    assert expected == decode(enriched_tsv(expected))
    assert expected == decode(message(enriched_fields(expected)))


@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    """Bytes that mean nothing are rejected, whatever they are."""
    assert isinstance(decode(data), Rejected)


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=5,
)


def _outcome_is_sound(data: bytes) -> None:
    outcome = decode(data)

    assert isinstance(outcome, MediaEvent | Skipped | Rejected)
    if isinstance(outcome, Rejected):
        outcome.detail.encode()


@given(media_event(), st.data())
def test_any_value_anywhere(event: MediaEvent, data: st.DataObject) -> None:
    """A valid message with any JSON in place of any field has an outcome."""
    fields = data.draw(st.sampled_from([flat_fields, enriched_fields]))(event)
    key = data.draw(st.sampled_from(sorted(fields)))
    target = fields
    while isinstance(inner := target[key], dict | list) and inner:
        target = inner[0] if isinstance(inner, list) else inner
        key = data.draw(st.sampled_from(sorted(target)))
    target[key] = data.draw(_JSON)

    _outcome_is_sound(message(fields))


@given(media_event(), st.data())
def test_any_byte_anywhere(event: MediaEvent, data: st.DataObject) -> None:
    """A valid message with some bytes of it replaced has an outcome."""
    shapes = [
        message(flat_fields(event)),
        enriched_tsv(event),
        message(enriched_fields(event)),
    ]
    _outcome_is_sound(damaged(data, data.draw(st.sampled_from(shapes))))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", DeadLetterReason.UNPARSABLE),
        (b"not an event", DeadLetterReason.UNPARSABLE),
        (b"{", DeadLetterReason.UNPARSABLE),
        (b'{"viewer_id": "a"} and more', DeadLetterReason.UNPARSABLE),
        (b'{"viewer_id": "\xff"}', DeadLetterReason.UNPARSABLE),
        (b'{"a":' + b"[" * 200_000, DeadLetterReason.UNPARSABLE),
        (b"{}", DeadLetterReason.MISSING_EVENT_NAME),
        (b"a\tb", DeadLetterReason.WRONG_COLUMN_COUNT),
        (b'["a",\t"b"]', DeadLetterReason.WRONG_COLUMN_COUNT),
        (b"x" * (MAX_MESSAGE_BYTES + 1), DeadLetterReason.OVERSIZED),
        (b"x" * MAX_MESSAGE_BYTES, DeadLetterReason.UNPARSABLE),
    ],
)
def test_useless_messages(data: bytes, reason: DeadLetterReason) -> None:
    """What can't be an event is rejected for the right reason."""
    outcome = decode(data)

    assert isinstance(outcome, Rejected)
    assert reason == outcome.reason


def test_leading_whitespace() -> None:
    """JSON may begin with whitespace, tabs too."""
    assert event() == decode(b"\t\r\n " + message(plain_fields(event())))


@pytest.mark.parametrize("kind", ["NaN", '"\\ud83d"', "1e999"])
def test_skips_before_it_judges(kind: str) -> None:
    """A page view is skipped, whatever else it holds."""
    flat = f'{{"event_name": "page_view", "viewer_id": {kind}, "adId": [{kind}]}}'
    enriched = flat.replace("{", '{"event_vendor": "com.example", ')

    assert Skipped("page_view") == decode(flat.encode())
    assert Skipped("page_view") == decode(enriched.encode())


def test_captured_requests() -> None:
    """All media events that a real tracker sent are understood, page views skipped.

    The enriched columns are as the pipeline fills them from the tracker's parameters.
    """
    outcomes = [decode(line) for line in _captured()]

    assert {MediaEvent, Skipped} == {type(outcome) for outcome in outcomes}
    assert {"page_view"} == {
        outcome.event_name for outcome in outcomes if isinstance(outcome, Skipped)
    }


def _captured() -> list[bytes]:
    requests = [json.loads(line) for line in CAPTURES.read_text().splitlines()]
    events = [
        tracked
        for request in requests
        if request["run"] == "main" and request["method"] == "POST"
        for tracked in json.loads(request["body"])["data"]
    ]
    return [_enriched(tracked) for tracked in events]


def _enriched(tracked: dict[str, str]) -> bytes:
    vendor, name = "com.snowplowanalytics.snowplow", "page_view"
    if tracked["e"] == "ue":
        schema = json.loads(tracked["ue_pr"])["data"]["schema"]
        vendor, name = schema.removeprefix("iglu:").split("/")[:2]
    return tsv(
        {
            "event_id": tracked["eid"],
            "event_vendor": vendor,
            "event_name": name,
            "user_id": tracked.get("uid", ""),
            "domain_userid": tracked["duid"],
            "collector_tstamp": tracked["stm"],
            "derived_tstamp": tracked["dtm"],
            "contexts": tracked["co"],
            "unstruct_event": tracked.get("ue_pr", ""),
        }
    )
