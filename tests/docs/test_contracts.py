"""Real output of the flow's core keeps to the schemas of docs/schemas."""

import json
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final

import jsonschema
import pytest

from dataflows.playback.messages import ShardOutput
from dataflows.records import (
    audience_record,
    dead_letter_record,
    history_writes,
    profile_records,
    profile_writes,
)
from sinks.dynamodb import Delete, Put
from tests.docs.contracts import examples
from tests.docs.meanings import MEANINGS
from tests.docs.recorded import evening
from tests.docs.schemas import (
    CONTRACTS,
    FOLDER,
    closed,
    meaning,
    schema,
    schema_text,
)

_DAY: Final = timedelta(days=1)


def _items(writes: Iterable[Put | Delete]) -> list[Any]:
    return [dict(write.item) for write in writes if isinstance(write, Put)]


def _written() -> dict[str, list[Any]]:
    """Return all that the recorded evening had the flow write."""
    lived = evening()
    output = ShardOutput(profiles=lived.profiles, history=dict(lived.history))
    return {
        "live-viewer-profiles": [
            json.loads(record.value or b"") for record in profile_records(output)
        ],
        "live-audience": [
            json.loads(audience_record(record).value or b"") for record in lived.seconds
        ],
        "live-audience-minutes": [
            json.loads(audience_record(record).value or b"") for record in lived.minutes
        ],
        "live-viewer-dead-letters": [
            {name: value.decode() for name, value in dead_letter_record(one).headers}
            for one in lived.letters
        ],
        "viewer_profiles": _items(profile_writes(output, _DAY)),
        "video_events": _items(history_writes(output, _DAY)),
    }


@pytest.mark.parametrize("contract", CONTRACTS)
def test_real_output(contract: str) -> None:
    """Whatever is written keeps to its schema, and has no field that is not in it."""
    made = closed(schema(contract))
    validator = jsonschema.Draft202012Validator(made)
    written = _written()[contract]

    assert written
    assert [e.message for one in written for e in validator.iter_errors(one)] == []


@pytest.mark.parametrize("contract", CONTRACTS)
def test_schema_is_of_this_code(contract: str) -> None:
    """The file holds the schema of the types as they are."""
    held = (FOLDER / f"{contract}.schema.json").read_text()

    assert held == schema_text(contract), "run `make docs`"


def test_no_schema_is_left_over() -> None:
    """docs/schemas has a file for each contract, and no other."""
    names = {path.name.removesuffix(".schema.json") for path in FOLDER.iterdir()}

    assert names == set(CONTRACTS)


@pytest.mark.parametrize("contract", CONTRACTS)
def test_schema_is_one(contract: str) -> None:
    """A schema keeps to the dialect that it names."""
    jsonschema.Draft202012Validator.check_schema(schema(contract))


@pytest.mark.parametrize("contract", CONTRACTS)
def test_example_names_every_field(contract: str) -> None:
    """The guide's example has every field that there is."""
    properties = schema(contract)["$defs"][CONTRACTS[contract].__name__]["properties"]

    assert set(examples()[contract]) == set(properties)


@pytest.mark.parametrize(
    ("contract", "field", "value"),
    [
        ("live-viewer-profiles", "status", "ASLEEP"),
        ("live-viewer-profiles", "status_since", "2026-11-23 05:08:25"),
        ("live-viewer-profiles", "version", "3"),
        ("live-audience", "viewers", {"ASLEEP": 1}),
        ("live-viewer-dead-letters", "reason", "unknown"),
        ("video_events", "collector_tstamp", "2026-11-23T05:08:25.401Z#0"),
        ("viewer_profiles", "expires_at", "tomorrow"),
    ],
)
def test_schema_refuses(contract: str, field: str, value: object) -> None:
    """What is not so is refused: the schema says more than that it is text."""
    wrong = {**examples()[contract], field: value}

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(wrong, schema(contract))


def test_nothing_is_explained_that_is_not_there() -> None:
    """A meaning without a field is of a field that was renamed or removed."""
    kinds = {
        name: definition["properties"]
        for contract in CONTRACTS
        for name, definition in schema(contract)["$defs"].items()
        if "properties" in definition
    }

    assert {kind: set(said) - set(kinds[kind]) for kind, said in MEANINGS.items()} == {
        kind: set() for kind in MEANINGS
    }


def test_field_without_a_meaning() -> None:
    """A new field must be explained before there is a schema of it."""
    with pytest.raises(KeyError):
        meaning("ViewerProfile", "favourite_colour")
