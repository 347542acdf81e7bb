"""The second reading."""

import math

import msgspec
import pytest

from dataflows.playback.decode.leniency import (
    LenientRecord,
    parse_leniently,
    parse_object,
    tidy,
)
from dataflows.playback.decode.refusals import UnusableError
from dataflows.playback.decode.values import COUNT
from dataflows.playback.errors import DeadLetterReason


class Record(msgspec.Struct):
    count: int | None = None
    raw: object = "default"


RECORD = LenientRecord(Record, count=COUNT)


def test_wide_json() -> None:
    """It takes what JSON has no words for."""
    found = parse_object(b'{"a": -Infinity, "b": 1e999, "c": "\\ud83d", "d": 12}')

    assert {"a": -math.inf, "b": math.inf, "c": "\ud83d", "d": 12} == found


def test_nan() -> None:
    """It takes what is not a number."""
    assert str(parse_leniently(b"NaN")) == "nan"


def test_long_integers() -> None:
    """An integer keeps its digits up to the length of any id, and is never an error."""
    assert int("9" * 40) == parse_leniently(b"9" * 40)
    assert math.inf == parse_leniently(b"9" * 5000)


@pytest.mark.parametrize("text", [b"{", b"\xff", b"{} {}", b"[" * 200_000, b""])
def test_not_json(text: bytes) -> None:
    """What is no JSON is refused: the message, or the column that holds it."""
    with pytest.raises(UnusableError) as of_message:
        parse_leniently(text)
    with pytest.raises(UnusableError, match="`contexts` must be JSON") as of_column:
        parse_leniently(text, "contexts")

    assert of_message.value.rejected.reason is DeadLetterReason.UNPARSABLE
    assert of_column.value.rejected.reason is DeadLetterReason.BAD_VALUE


def test_tidy() -> None:
    """A value is read as its kind allows, or refused by its field's name."""
    assert tidy("2", COUNT, "ads") == 2
    with pytest.raises(UnusableError, match=r"`ads` must be a number; got \[\] inst"):
        tidy([], COUNT, "ads")


def test_record() -> None:
    """A field of a kind is tidied, another is taken as it is; the absent default."""
    assert Record(2, [1]) == RECORD.read({"count": "2.0", "raw": [1], "more": 1})
    assert Record() == RECORD.read({"count": None, "raw": None})
