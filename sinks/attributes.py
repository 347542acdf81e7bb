"""Python values as DynamoDB's typed attributes, nothing lost on the way.

boto3's own `TypeSerializer` refuses floats and takes three times as long (measured).

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, TypeAlias

from boto3.dynamodb.types import DYNAMODB_CONTEXT

from sinks.batching import Key

__all__ = [
    "Attribute",
    "key_attributes",
    "key_from_attributes",
    "key_of",
    "to_attributes",
]

Attribute: TypeAlias = dict[str, Any]
"""`{"S": "text"}`, `{"N": "1.5"}`, and so on: one type, one value."""

# What an attribute of type N can hold: up to 38 digits.
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html#HowItWorks.DataTypes.Number
_NUMBER_LEAST: Final = 1e-130
_NUMBER_BOUND: Final = 1e126
_INTEGER_BOUND: Final = 10**38

# The same for all: nobody changes an attribute.
_NULL: Final[Attribute] = {"NULL": True}
_TRUE: Final[Attribute] = {"BOOL": True}
_FALSE: Final[Attribute] = {"BOOL": False}
_ZERO: Final[Attribute] = {"N": "0"}


def to_attributes(item: Mapping[str, object]) -> dict[str, Attribute]:
    """Return an item as DynamoDB takes it.

    Raises:
        ValueError: a value can't be stored; the message names the attribute, the value
            and what it must be.

    """
    attributes: dict[str, Attribute] = {}
    name = ""
    # What is known to be a dict is walked through faster when compiled.
    values = item if isinstance(item, dict) else dict(item)
    try:
        for name, value in values.items():
            attributes[name] = _attribute(value)
    except (TypeError, ValueError) as ex:
        msg = f"attribute `{name}` must be {ex}"
        raise ValueError(msg) from ex
    return attributes


def key_of(item: Mapping[str, object], names: Sequence[str]) -> Key:
    """Return the values of the key attributes `names` of an item.

    Raises:
        ValueError: a value is missing, empty, or of a type that no key can have.

    """
    return tuple([_key_value(name, item.get(name)) for name in names])


def key_attributes(key: Key, names: Sequence[str]) -> dict[str, Attribute]:
    """Return the key as DynamoDB takes it."""
    return to_attributes(dict(zip(names, key, strict=True)))


def key_from_attributes(
    attributes: Mapping[str, Attribute], names: Sequence[str]
) -> Key:
    """Return the key out of an item, or out of a key, that DynamoDB has answered."""
    return tuple([_from_key_attribute(attributes[name]) for name in names])


def _key_value(name: str, value: object) -> str | bytes | Decimal:
    if isinstance(value, (str, bytes)) and value:
        return value
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        # One type for all numbers: a float 0.1 must equal the 0.1 that comes back.
        number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
        if number.is_finite():
            return number
    msg = (
        f"key attribute `{name}` must be text, bytes or a finite number, not empty; "
        f"got {value!r} instead"
    )
    raise ValueError(msg)


def _from_key_attribute(attribute: Attribute) -> str | bytes | Decimal:
    ((kind, value),) = attribute.items()
    return Decimal(value) if kind == "N" else value


def _attribute(value: object) -> Attribute:  # noqa: PLR0911, one for each type
    if isinstance(value, str):
        return _text(value)
    if value is None:
        return _NULL
    if isinstance(value, bool):
        return _TRUE if value else _FALSE
    if isinstance(value, float):
        return _float(value)
    if isinstance(value, int):
        return _int(value)
    if isinstance(value, dict):
        return {"M": to_attributes(value)}
    if isinstance(value, (list, tuple)):
        return {"L": [_attribute(inner) for inner in value]}
    if isinstance(value, Decimal):
        return _decimal(value)
    if isinstance(value, bytes):
        return {"B": value}
    msg = f"text, bytes, a number, a flag, None, a dict or a list; got {value!r}"
    raise TypeError(msg)


def _text(value: str) -> Attribute:
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError as ex:
            msg = f"text that UTF-8 can say; got {value!r}"
            raise ValueError(msg) from ex
    return {"S": value}


def _float(value: float) -> Attribute:
    if abs(value) < _NUMBER_LEAST:
        # Nearer to nothing than DynamoDB can say: no reason to end a flow.
        return _ZERO
    if abs(value) < _NUMBER_BOUND:  # false for NaN
        # The shortest digits that give this float again, which is also what
        # Decimal(repr(value)) would print.
        return {"N": repr(value)}
    msg = f"a finite number up to 9.9E+125; got {value!r}"
    raise ValueError(msg)


def _int(value: int) -> Attribute:
    if not value:
        return _ZERO
    if -_INTEGER_BOUND < value < _INTEGER_BOUND:
        return {"N": str(int(value))}
    msg = f"a number of at most 38 digits; got one of {value.bit_length()} bits"
    raise ValueError(msg)


def _decimal(value: Decimal) -> Attribute:
    try:
        stored = DYNAMODB_CONTEXT.create_decimal(value)
    except ArithmeticError as ex:
        msg = f"a number of at most 38 digits, 1E-130 to 9.9E+125; got {value!r}"
        raise ValueError(msg) from ex
    if stored.is_finite():
        return {"N": str(stored)}
    msg = f"a finite number; got {value!r}"
    raise ValueError(msg)
