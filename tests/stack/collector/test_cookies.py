"""The collector's cookie, and who asked for none."""

import uuid

import pytest

from stack.collector.visitor import ANONYMOUS_USERID
from tests.stack.collector.serving import Client, StandInProducer, events_of

VIEW = {"e": "pv"}


def test_new_visitor_gets_a_cookie(client: Client, producer: StandInProducer) -> None:
    """A browser without the cookie gets one, and its first event has it already."""
    cookie = client.post(VIEW).headers["Set-Cookie"]

    value, *rules = cookie.removeprefix("sp=").split("; ")
    assert uuid.UUID(value).version == 4
    assert rules == [
        "Max-Age=31536000",
        "Path=/",
        "Secure",
        "HttpOnly",
        "SameSite=None",
    ]
    assert [event["network_userid"] for event in events_of(producer)] == [value]


def test_known_visitor_keeps_its_cookie(
    client: Client, producer: StandInProducer
) -> None:
    """A browser that comes back is known by its cookie, which lasts anew."""
    answer = client.post(VIEW, cookie="_sp_id.1=x; sp=abc-1")

    assert answer.headers["Set-Cookie"].startswith("sp=abc-1; Max-Age=31536000")
    assert [event["network_userid"] for event in events_of(producer)] == ["abc-1"]


@pytest.mark.parametrize(
    ("query", "cookie", "network_userid"),
    [
        ("nuid=n-1", "sp=n-1; ", "n-1"),
        ("nuid=a%3B%20Domain=x", None, "a; Domain=x"),
        ("nuid=a%0D%0AX-Y:%20z", None, "a  X-Y: z"),
    ],
    ids=["fits", "would be a rule", "would be a header"],
)
def test_visitor_of_the_query(
    query: str,
    cookie: str | None,
    network_userid: str,
    client: Client,
    producer: StandInProducer,
) -> None:
    """`nuid` names the visitor, and becomes the cookie only if it can be one."""
    found = client.ask("GET", f"/i?e=pv&{query}").headers["Set-Cookie"]

    assert (found[: len(cookie)] if cookie else found) == cookie
    assert events_of(producer)[0]["network_userid"] == network_userid


def test_anonymous(client: Client, producer: StandInProducer) -> None:
    """Who asks for anonymity gets no cookie, id or address, and loses the cookie."""
    first = client.post(VIEW, sp_anonymous="*")
    second = client.post(VIEW, sp_anonymous="*", cookie="sp=abc")

    assert first.headers["Set-Cookie"] is None
    assert second.headers["Set-Cookie"].startswith("sp=; Max-Age=0; Path=/")
    for event in events_of(producer):
        assert event["network_userid"] == ANONYMOUS_USERID
        assert event["user_ipaddress"] == "unknown"


def test_anonymous_events_have_no_key(
    client: Client, producer: StandInProducer
) -> None:
    """Nobody has no partition; everybody else has one."""
    client.post(VIEW, sp_anonymous="*")
    client.post(VIEW, cookie="sp=abc")
    client.post(VIEW | {"duid": "d"}, VIEW | {"duid": "d", "uid": "u"})

    assert [key for _, key, _ in producer.messages] == [None, b"abc", b"d", b"u"]
