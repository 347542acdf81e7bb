"""Who sent a request."""

import pytest

from stack.collector.tracking import Request
from stack.collector.visitor import (
    ANONYMOUS_USERID,
    cookie_of,
    is_anonymous,
    visitor_of,
)


def request(query: str = "", **headers: str) -> Request:
    """Return a request; `sp_anonymous` stands for `sp-anonymous`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Request(method="GET", path="/i", query=query, headers=named, arrival_ms=1)


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("sp=a", "a"),
        ("x=1; sp=a=b; sp=c", "a=b"),
        (" sp=a ;", "a"),
        ("sp=", None),
        ("spx=a; _sp=b", None),
        ("sp", None),
        ("", None),
    ],
)
def test_cookie_of(header: str, value: str | None) -> None:
    """The cookie is found among others, and an empty one is none."""
    assert value == cookie_of(request(Cookie=header))


def test_visitor_of() -> None:
    """Anonymity wins over the query, the query over the cookie."""
    assert visitor_of(request("nuid=q", Cookie="sp=c")) == "q"
    assert visitor_of(request("nuid=", Cookie="sp=c")) == "c"
    assert visitor_of(request()) is None
    anonymous = request("nuid=q", Cookie="sp=c", SP_Anonymous="*")
    assert visitor_of(anonymous) == ANONYMOUS_USERID


def test_is_anonymous() -> None:
    """The header asks for anonymity, whatever it holds."""
    assert is_anonymous(request(SP_Anonymous=""))
    assert not is_anonymous(request())
