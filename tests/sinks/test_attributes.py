"""Python values in DynamoDB's words."""

import math
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import Any

import pytest
from boto3.dynamodb.types import TypeDeserializer
from hypothesis import given
from hypothesis import strategies as st

from sinks.attributes import (
    key_attributes,
    key_from_attributes,
    key_of,
    to_attributes,
)

FLOATS = st.floats(allow_nan=False, allow_infinity=False).filter(
    lambda x: abs(x) < 1e126
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**38) + 1, 10**38 - 1)
    | FLOATS
    | st.text()
    | st.binary()
)
VALUES = st.recursive(
    SCALARS, lambda v: st.lists(v) | st.dictionaries(st.text(), v), max_leaves=12
)


class Status(StrEnum):
    PAUSED = "PAUSED"


class Level(IntEnum):
    HIGH = 3


def as_read(value: Any) -> Any:
    """Return `value` as boto3 should read it: floats by their shortest digits."""
    if isinstance(value, float):
        return Decimal(repr(value if abs(value) >= 1e-130 else 0.0))
    if isinstance(value, list):
        return [as_read(inner) for inner in value]
    if isinstance(value, dict):
        return {name: as_read(inner) for name, inner in value.items()}
    return value


@given(st.dictionaries(st.text(min_size=1), VALUES))
def test_round_trip(item: dict[str, object]) -> None:
    """What boto3 reads back is what was stored, floats to the last digit."""
    read = TypeDeserializer().deserialize({"M": to_attributes(item)})

    assert read == as_read(item)


@pytest.mark.parametrize(
    ("value", "attribute"),
    [
        (None, {"NULL": True}),
        (True, {"BOOL": True}),
        (0.1, {"N": "0.1"}),
        (1e22, {"N": "1e+22"}),
        (9.99e125, {"N": "9.99e+125"}),
        (1e-130, {"N": "1e-130"}),
        (-9e-131, {"N": "0"}),
        (5e-324, {"N": "0"}),
        (0.0, {"N": "0"}),
        (Decimal("1.50"), {"N": "1.50"}),
        ("é", {"S": "é"}),
        (Status.PAUSED, {"S": "PAUSED"}),
        (Level.HIGH, {"N": "3"}),
        ((1, "a"), {"L": [{"N": "1"}, {"S": "a"}]}),
        ({"a": {"b": [None]}}, {"M": {"a": {"M": {"b": {"L": [{"NULL": True}]}}}}}),
    ],
)
def test_attribute(value: object, attribute: dict[str, Any]) -> None:
    """Each type of value has one type of attribute, nested ones too."""
    assert {"x": attribute} == to_attributes({"x": value})


@pytest.mark.parametrize(
    "value",
    [
        math.nan,
        math.inf,
        -math.inf,
        1e126,
        -1e126,
        10**38,
        Decimal("NaN"),
        Decimal("1E+200"),
        Decimal("1." + "1" * 38),
        [math.nan],
        "\ud800",
        object(),
        {1, 2},
    ],
)
def test_refused(value: object) -> None:
    """What DynamoDB can't hold is refused, with the attribute's name and the rule."""
    with pytest.raises(ValueError, match=r"^attribute `bad` must be .*; got "):
        to_attributes({"good": 1, "bad": value})


@pytest.mark.parametrize("value", ["alice", b"\x00", 7, Decimal("1.5"), 0.1])
def test_key_round_trip(value: object) -> None:
    """A key that DynamoDB sends back equals the key that was sent."""
    key = key_of({"id": value, "more": 1}, ("id",))

    assert key == key_from_attributes(key_attributes(key, ("id",)), ("id",))


def test_key_of_two_attributes() -> None:
    """A key has its attributes in the order of their names."""
    assert key_of({"sort": "1", "id": "a"}, ("id", "sort")) == ("a", "1")


@pytest.mark.parametrize("value", [None, "", b"", True, ["a"], math.nan])
def test_key_refused(value: object) -> None:
    """A key must be there, not empty, finite, and of a type that keys can have."""
    with pytest.raises(ValueError, match="key attribute `id` must be"):
        key_of({"id": value}, ("id",))


def test_key_missing() -> None:
    """An item without its key is refused."""
    with pytest.raises(ValueError, match="got None instead"):
        key_of({"name": "a"}, ("id",))
