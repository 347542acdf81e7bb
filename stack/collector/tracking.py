"""What the local collector takes and gives: a tracker's request, rows, bad rows."""

from enum import StrEnum, unique

import msgspec

from stack.collector.enriched import Row

__all__ = ["BadRow", "BadRowReason", "Request", "Translation", "recorded_request"]


@unique
class BadRowReason(StrEnum):
    """Why an event, or a whole request, could not be translated."""

    TOO_LARGE = "too_large"
    """A body above the collector's limit, or an event above the topic's."""
    BAD_BODY = "bad_body"
    """Not the JSON of `payload_data`."""
    BAD_EVENT = "bad_event"
    """An event that is not an object of texts."""
    UNKNOWN_EVENT_TYPE = "unknown_event_type"
    """`e` is missing, or none of the protocol's."""
    BAD_FIELD = "bad_field"
    """A field that does not hold what its column takes."""
    BAD_SELF_DESCRIBING = "bad_self_describing"
    """The event or its entities are no self-describing JSON."""


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """One HTTP request as a tracker sent it.

    `query` is raw, as in the request line; `arrival_ms` is when it came, milliseconds
    since 1970 UTC; `ip` is the peer's address where that is known. `left_out_bytes` is
    how much of a body that is too large was not kept. `new_visitor` is the id that the
    collector gives to a browser that comes without one.
    """

    method: str
    path: str
    query: str = ""
    headers: dict[str, str] = {}
    body: bytes = b""
    left_out_bytes: int = 0
    arrival_ms: int
    ip: str | None = None
    new_visitor: str | None = None

    def __post_init__(self) -> None:
        """Write the headers' names in small letters: HTTP takes them in any."""
        headers = {name.lower(): value for name, value in self.headers.items()}
        msgspec.structs.force_setattr(self, "headers", headers)

    def header(self, name: str) -> str | None:
        """Return the value of a header, `name` in small letters."""
        return self.headers.get(name)


class BadRow(msgspec.Struct, frozen=True):
    """What could not be translated, why, and its bytes as they came."""

    reason: BadRowReason
    detail: str
    payload: bytes
    left_out_bytes: int = 0


class Translation(msgspec.Struct, frozen=True):
    """What a request held."""

    rows: list[Row]
    bad_rows: list[BadRow]


class _Recorded(msgspec.Struct):
    method: str
    path: str
    arrival_ms: int
    query: str = ""
    headers: dict[str, str] = {}
    body: str = ""


_recorded_decoder = msgspec.json.Decoder(_Recorded)


def recorded_request(line: bytes) -> Request:
    """Return the request that a line of a recording holds, its body as text.

    Raises:
        msgspec.DecodeError: the line holds no request.

    """
    recorded = _recorded_decoder.decode(line)
    return Request(
        method=recorded.method,
        path=recorded.path,
        query=recorded.query,
        headers=recorded.headers,
        body=recorded.body.encode(),
        arrival_ms=recorded.arrival_ms,
    )
