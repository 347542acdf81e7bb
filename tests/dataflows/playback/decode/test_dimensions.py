"""Dimensions: where they are read, and what is taken for one."""

from typing import Any

import pytest

from dataflows.playback.decode import decode
from dataflows.playback.decode.dimensions import DIMENSIONS, known
from dataflows.playback.events import MediaEvent
from tests.dataflows.playback.decode.messages import (
    enriched_fields,
    enriched_tsv,
    entity,
    event,
    flat_fields,
    message,
    self_describing,
)


def read(data: bytes) -> dict[str, str]:
    """Return the dimensions of a message that are known, by name."""
    found = decode(data)
    assert isinstance(found, MediaEvent)
    named = zip(DIMENSIONS, found.dimensions, strict=False)
    return {name: value for name, value in named if value}


def flat(value: Any) -> bytes:
    """Return a flat message with these for its dimensions."""
    return message(flat_fields(event(), dimensions=value))


def test_order() -> None:
    """The order is part of the recovery format: new rows are added at the end."""
    assert list(DIMENSIONS)[:2] == ["device", "country"]


@pytest.mark.parametrize(
    ("value", "dimensions"),
    [
        (
            {"device": "Phone", "country": "NL", "mood": "good"},
            {"device": "Phone", "country": "NL"},
        ),
        ({"country": "NL"}, {"country": "NL"}),
        ({"country": ""}, {}),
        ({"country": "x" * 81}, {"country": "x" * 80}),
        ({"device": 5}, {"device": "5"}),
        ({}, {}),
        ("", {}),
    ],
)
def test_flat(value: object, dimensions: dict[str, str]) -> None:
    """They are texts by name; others are nobody's, and an empty one is none."""
    assert read(flat(value)) == dimensions


@pytest.mark.parametrize("value", [5, {"country": []}, {"device": {}}])
def test_what_is_no_text_is_not_known(value: Any) -> None:
    """An odd dimension is no reason to refuse the event, in any shape."""
    odd = value["country"] if isinstance(value, dict) and "country" in value else {}
    yauaa = self_describing(
        "contexts",
        [
            {
                "schema": "iglu:nl.basjes/yauaa_context/jsonschema/1-0-4",
                "data": {"deviceClass": []},
            }
        ],
    )
    key = "contexts_nl_basjes_yauaa_context_1"

    assert read(flat(value)) == {}
    assert read(message(enriched_fields(event(), geo_country=odd))) == {}
    assert read(message(enriched_fields(event(), **{key: [{"deviceClass": {}}]}))) == {}
    assert read(enriched_tsv(event(), derived_contexts=yauaa)) == {}
    assert read(enriched_tsv(event(), derived_contexts="{")) == {}


def test_column_that_is_not_utf_8() -> None:
    """A broken country is shown as such; the event counts."""
    assert read(enriched_tsv(event(), geo_country=b"\xff")) == {"country": "\ufffd"}


def test_entity_of_another_major_version() -> None:
    """An entity is known by its major version."""
    same = entity("nl.basjes/yauaa_context/1-0-4", deviceClass="TV")
    other = entity("nl.basjes/yauaa_context/2-0-0", deviceClass="TV")

    assert read(enriched_tsv(event(), derived_contexts=same)) == {"device": "TV"}
    assert read(enriched_tsv(event(), derived_contexts=other)) == {}


def test_number_for_text_in_enriched_json() -> None:
    """A country that came as a number is none."""
    assert read(message(enriched_fields(event(), geo_country=31))) == {}


def test_the_same_is_kept_once() -> None:
    """Who says the same has the same object, and a cut text is as good as any."""
    said = ["Phone", "NL"]

    assert known(tuple(said)) is known(tuple(said))
    assert known(("D" * 80, "NL")) is known(("D" * 90, "NL"))


def test_very_many_that_differ() -> None:
    """However many there are, each is known as it was said."""
    said = [(str(number), "NL") for number in range(5_000)]

    assert [known(values) for values in said] == said
    assert known(said[0]) == said[0]
