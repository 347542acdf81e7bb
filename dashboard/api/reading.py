"""How the text of a request becomes what is asked for, or a refusal with a reason."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Final, TypeVar

import msgspec
from msgspec import Meta

from dashboard.api.problems import Refusal

__all__ = [
    "NoParameters",
    "ViewerId",
    "read_parameters",
    "read_seconds",
    "read_viewer_id",
]

P = TypeVar("P", bound="NoParameters")

_SUBJECT: Final = re.compile(r"^(.*) - at `\$\.([^`]+)`$", re.DOTALL)
_UNKNOWN: Final = re.compile(r"unknown field `(.*)`$", re.DOTALL)
_SHOWN: Final = 100
"""Letters of a wrong value that are told back."""

ViewerId = Annotated[
    str, Meta(min_length=1, max_length=1_024, description="The viewer's id.")
]
_Moment = Annotated[datetime, Meta(tz=True)]


class NoParameters(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True
):
    """No parameter but those that are named."""


def read_viewer_id(text: str) -> str:
    """Return a viewer's id, as a path names it.

    Raises:
        Refusal: no viewer can be called that.

    """
    viewer_id: str = _converted("viewer_id", text, ViewerId)
    return viewer_id


def read_seconds(name: str, text: str) -> float:
    """Return a moment with its zone as seconds since 1970.

    Raises:
        Refusal: it is no moment.

    """
    moment: datetime = _converted(name, text, _Moment)
    return moment.timestamp()


def _converted(name: str, text: str, kind: Any) -> Any:  # noqa: ANN401, an annotation
    try:
        return msgspec.convert(text, kind)
    except msgspec.ValidationError as ex:
        raise _broken(name, str(ex), text) from None


def read_parameters(kind: type[P], query: Mapping[str, Sequence[bytes]]) -> P:
    """Return the parameters that a request names in its query.

    Raises:
        Refusal: one breaks its rule, is not known, or is given twice.

    """
    texts = {name: _text(name, values) for name, values in query.items()}
    try:
        return msgspec.convert(texts, kind, strict=False)
    except msgspec.ValidationError as ex:
        raise _refusal(str(ex), texts, kind) from None


def _text(name: str, values: Sequence[bytes]) -> str:
    try:
        (value,) = values
        return value.decode()
    except UnicodeDecodeError:
        rule, got = "be UTF-8", repr(values[0][:_SHOWN])
    except ValueError:
        rule, got = "be given once", str(len(values))
    raise Refusal(HTTPStatus.BAD_REQUEST, name[:_SHOWN], rule, got=got)


def _refusal(said: str, texts: Mapping[str, str], kind: type[P]) -> Refusal:
    """Return the refusal that msgspec's words stand for."""
    unknown, wrong = _UNKNOWN.search(said), _SUBJECT.match(said)
    if unknown:
        subject = unknown[1]
        rule = f"be one of {', '.join(kind.__struct_fields__) or 'no parameters'}"
        return Refusal(HTTPStatus.BAD_REQUEST, "parameter", rule, got=subject[:_SHOWN])
    if wrong is None:
        return Refusal(HTTPStatus.BAD_REQUEST, "query", f"hold what is known: {said}")
    return _broken(wrong[2], wrong[1], texts[wrong[2]])


def _broken(subject: str, said: str, got: str) -> Refusal:
    expected = said.removeprefix("Expected ").partition(", got ")[0]
    rule = f"be {expected}" if expected != said else "be what the API describes"
    return Refusal(
        HTTPStatus.BAD_REQUEST,
        subject,
        rule,
        got=got[:_SHOWN],
        cure="see /api/openapi.json",
    )
