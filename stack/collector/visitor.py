"""Who sent a request: what the collector's cookie says, or the wish to be nobody.

Rules: https://docs.snowplow.io/docs/sources/trackers/javascript-trackers/web-tracker/anonymous-tracking/
"""

from typing import Final
from urllib.parse import parse_qsl

from stack.collector.tracking import Request

__all__ = ["ANONYMOUS_USERID", "COOKIE", "cookie_of", "is_anonymous", "visitor_of"]

ANONYMOUS_USERID: Final = "00000000-0000-0000-0000-000000000000"
"""`network_userid` of whoever asked for anonymity by the header `SP-Anonymous`."""

COOKIE: Final = "sp"
"""The cookie that tells browsers apart; its value is `network_userid`."""


def is_anonymous(request: Request) -> bool:
    """Return whether the tracker asked that nobody be told by this request."""
    return request.header("sp-anonymous") is not None


def visitor_of(request: Request) -> str | None:
    """Return the `network_userid` of a request; `None` where it names nobody.

    `nuid` in the query wins over the cookie, and the wish for anonymity over both.
    """
    if is_anonymous(request):
        return ANONYMOUS_USERID
    return dict(parse_qsl(request.query)).get("nuid") or cookie_of(request)


def cookie_of(request: Request) -> str | None:
    """Return the value of the collector's own cookie."""
    for pair in (request.header("cookie") or "").split(";"):
        name, _, value = pair.strip().partition("=")
        if name == COOKIE:
            return value or None
    return None
