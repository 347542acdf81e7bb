"""What each kind of value takes, turns into unknown, or refuses."""

import math

import msgspec
import pytest

from dataflows.playback.decode import values
from dataflows.playback.decode.values import Kind, NotOfKindError

NUMBERS = (
    values.QUANTITY,
    values.RATE,
    values.PROGRESS,
    values.PERCENT,
    values.COUNT,
    values.BITRATE,
)
ALL = (*NUMBERS, values.FLAG, values.TEXT, values.ID, values.NAME)


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize("absent", ["", None])
def test_absent(kind: Kind, absent: object) -> None:
    """Empty text and null are absent, whatever the kind."""
    assert kind.lenient(absent) is None


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize("impossible", [[], {}, [1], {"a": 1}])
def test_impossible(kind: Kind, impossible: object) -> None:
    """A list or an object is no value of any kind."""
    with pytest.raises(NotOfKindError):
        kind.lenient(impossible)


@pytest.mark.parametrize("kind", NUMBERS)
@pytest.mark.parametrize("impossible", ["abc", "1 2", "1_000", " 1", "٣", True, False])
def test_no_number(kind: Kind, impossible: object) -> None:
    """Text that is no number is no value of a number."""
    with pytest.raises(NotOfKindError):
        kind.lenient(impossible)


@pytest.mark.parametrize("kind", NUMBERS)
@pytest.mark.parametrize(
    "absurd",
    [
        math.nan,
        math.inf,
        -math.inf,
        -1,
        -0.5,
        1e308,
        10**39,
        1_795_410_490_699,
        "NaN",
        "Infinity",
        "-Infinity",
        "1e999",
        "-1",
    ],
)
def test_absurd_number(kind: Kind, absurd: object) -> None:
    """A number that no player can mean is unknown."""
    assert kind.lenient(absurd) is None


@pytest.mark.parametrize(
    ("kind", "last", "beyond"),
    [
        (values.QUANTITY, 99_999_999.5, 1e8),
        (values.RATE, 16, 16.01),
        (values.PROGRESS, 100, 100.5),
        (values.PERCENT, 100, 101),
        (values.COUNT, 1_000_000, 1_000_001),
        (values.BITRATE, 10**12, 10**12 + 1),
    ],
)
def test_edges(kind: Kind, last: float, beyond: float) -> None:
    """Both readings of a number end at the same value."""
    assert last == kind.lenient(last)
    assert last == msgspec.convert(last, kind.strict)
    assert kind.lenient(beyond) is None
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(beyond, kind.strict)


@pytest.mark.parametrize(
    ("value", "expected"), [("12.5", 12.5), (12, 12.0), ("0", 0.0), ("1e2", 100.0)]
)
def test_quantity(value: object, expected: float) -> None:
    """A number may come as text."""
    found = values.QUANTITY.lenient(value)

    assert expected == found
    assert isinstance(found, float)


@pytest.mark.parametrize(
    ("value", "expected"), [("2", 2), (2.0, 2), ("2.0", 2), (0, 0), (2.5, None)]
)
def test_count(value: object, expected: int | None) -> None:
    """A count is an integer, and may come as a float or as text."""
    assert expected == values.COUNT.lenient(value)
    assert not isinstance(values.COUNT.lenient(value), float)


@pytest.mark.parametrize(
    ("expected", "found"),
    [(True, [True, 1, 1.0, "1", "true"]), (False, [False, 0, "0", "false"])],
)
def test_flag(*, expected: bool, found: list[object]) -> None:
    """A flag may come as a number or as text."""
    assert {expected} == {values.FLAG.lenient(value) for value in found}


@pytest.mark.parametrize("impossible", ["yes", "True ", 2, math.nan])
def test_no_flag(impossible: object) -> None:
    """Other words and numbers are no flag."""
    with pytest.raises(NotOfKindError):
        values.FLAG.lenient(impossible)


@pytest.mark.parametrize("kind", [values.TEXT, values.ID, values.NAME])
@pytest.mark.parametrize(
    ("value", "expected"),
    [(288, "288"), (288.0, "288"), (2.5, "2.5"), (0, "0"), (math.nan, None)],
)
def test_number_as_text(kind: Kind, value: object, expected: str | None) -> None:
    """A number where text must be is its digits."""
    assert expected == kind.lenient(value)


@pytest.mark.parametrize("kind", [values.TEXT, values.ID, values.NAME])
def test_flag_as_text(kind: Kind) -> None:
    """A flag where text must be is refused."""
    with pytest.raises(NotOfKindError):
        kind.lenient(True)  # noqa: FBT003, the value is the point


def test_text_is_cut() -> None:
    """What a person reads is cut to the longest that the schemas allow."""
    assert values.TEXT.lenient("é" * 4097) == "é" * 4096


def test_text_with_half_an_emoji() -> None:
    """What a person reads keeps its place when UTF-8 can't encode all of it."""
    assert values.TEXT.lenient("title \ud83d\U0001f600") == "title \ufffd\U0001f600"


@pytest.mark.parametrize("kind", [values.ID, values.NAME])
def test_id_with_half_an_emoji(kind: Kind) -> None:
    """An id that UTF-8 can't encode is refused, for any repair makes another id."""
    with pytest.raises(NotOfKindError):
        kind.lenient("viewer-\ud83d")


def test_long_id() -> None:
    """An id may have 256 characters, and is never cut."""
    assert values.ID.lenient("é" * 256) == "é" * 256
    with pytest.raises(NotOfKindError):
        values.ID.lenient("é" * 257)
