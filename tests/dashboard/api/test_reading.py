"""How a request is told what it may not ask for."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.api.parameters import ViewersParameters
from dashboard.api.problems import Refusal
from dashboard.api.reading import (
    NoParameters,
    read_parameters,
    read_seconds,
    read_viewer_id,
)


def _refused(query: dict[str, list[bytes]], kind: Any = ViewersParameters) -> Refusal:
    with pytest.raises(Refusal) as refused:
        read_parameters(kind, query)
    return refused.value


@pytest.mark.parametrize(
    ("name", "value", "rule"),
    [
        ("size", b"0", "must be `int` >= 1"),
        ("size", b"1001", "must be `int` <= 1000"),
        ("page", b"x", "must be `int`"),
        ("text", b"x" * 201, "must be `str` of length <= 200"),
        ("text", b"\xff", "must be UTF-8"),
        ("status", b"null", "must be what the API describes"),
        ("buffering_longer_s", b"nan", "must be `float` >= 0.0"),
        ("descending", b"perhaps", "must be `bool`"),
    ],
)
def test_broken_rule(name: str, value: bytes, rule: str) -> None:
    """A refusal tells the parameter, its rule, what came, and the cure."""
    problem = _refused({name: [value]}).problem

    assert (problem.status, problem.subject, problem.rule) == (400, name, rule)
    assert problem.got is not None
    assert len(problem.got) <= 110


def test_sentence() -> None:
    """The detail is a sentence of all that."""
    assert _refused({"size": [b"0"]}).problem.detail == (
        "`size` must be `int` >= 1; got '0' instead; see /api/openapi.json"
    )


def test_given_twice() -> None:
    """A parameter that is given twice is refused, for which one counts?"""
    assert _refused({"page": [b"1", b"2"]}).problem.rule == "must be given once"


@pytest.mark.parametrize("name", ["Page", "`", "x" * 1_000, "a` - at `$.b"])
def test_unknown_parameter(name: str) -> None:
    """A parameter that is not known is refused, with those that are."""
    problem = _refused({name: [b""]}).problem

    assert (problem.subject, problem.got) == ("parameter", name[:100])
    assert "buffering_longer_s" in (problem.rule or "")


def test_no_parameters() -> None:
    """Where there are no parameters, that is told."""
    problem = _refused({"page": [b"1"]}, NoParameters).problem

    assert problem.rule == "must be one of no parameters"


@given(st.dictionaries(st.text(), st.lists(st.binary(), min_size=1)))
def test_whatever_comes(query: dict[str, list[bytes]]) -> None:
    """Whatever a query holds is taken or refused, and a refusal can be sent."""
    try:
        read_parameters(ViewersParameters, query)
    except Refusal as refusal:
        msgspec.json.encode(refusal.problem)


def test_viewer_id() -> None:
    """A viewer's id is as long as the flow lets it be."""
    assert read_viewer_id("x" * 1_024) == "x" * 1_024
    with pytest.raises(Refusal):
        read_viewer_id("x" * 1_025)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1970-01-01T00:01:00Z", 60),
        ("1970-01-01T01:01:00+01:00", 60),
        ("1969-12-31T23:59:59.5Z", -0.5),
    ],
)
def test_moment(text: str, seconds: float) -> None:
    """A moment with its zone is seconds since 1970."""
    assert read_seconds("since", text) == seconds


@pytest.mark.parametrize("text", ["", "0", "1970-01-01", "1970-01-01T00:00:00"])
def test_no_moment(text: str) -> None:
    """What is no moment, or has no zone, is refused by its name."""
    with pytest.raises(Refusal) as refused:
        read_seconds("since", text)

    assert refused.value.problem.subject == "since"
