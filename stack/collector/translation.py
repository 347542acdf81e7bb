"""From a tracker's request to enriched events, as the collector and enrich do it.

Pure: a request holds its own arrival time. One bad event never spoils its batch; it is
a `BadRow` beside the rows of the others. Nothing is added that the tracker didn't send.

Protocol: https://docs.snowplow.io/docs/events/going-deeper/event-parameters/
"""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import parse_qsl

import msgspec

from stack.collector.enriched import SCHEMA_URI, Row
from stack.collector.protocol import (
    EVENT_TYPES,
    columns_of,
    self_describing,
    url_columns,
)
from stack.collector.tracking import BadRow, BadRowReason, Request, Translation
from stack.collector.visitor import ANONYMOUS_USERID, is_anonymous, visitor_of

__all__ = ["GET_PATHS", "MOST_EVENTS", "POST_PATHS", "translate"]

POST_PATHS: Final = frozenset({"/com.snowplowanalytics.snowplow/tp2"})
GET_PATHS: Final = POST_PATHS | {"/i", "/ice.png"}
MOST_EVENTS: Final = 10_000
"""Of a request; the real tracker never keeps more than a tenth of it waiting."""

_VENDOR: Final = "com.snowplowanalytics.snowplow"
_PAYLOAD_DATA: Final = f"iglu:{_VENDOR}/payload_data/jsonschema/1-0-"
_UNSTRUCT: Final = f"iglu:{_VENDOR}/unstruct_event/jsonschema/1-0-"
_CONTEXTS: Final = f"iglu:{_VENDOR}/contexts/jsonschema/1-0-"
_OWN_SCHEMAS: Final = {
    "pv": f"iglu:{_VENDOR}/page_view/jsonschema/1-0-0",
    "pp": f"iglu:{_VENDOR}/page_ping/jsonschema/1-0-0",
    "se": "iglu:com.google.analytics/event/jsonschema/1-0-0",
    "tr": f"iglu:{_VENDOR}/transaction/jsonschema/1-0-0",
    "ti": f"iglu:{_VENDOR}/transaction_item/jsonschema/1-0-0",
}
"""What names the events that describe themselves by `e` alone."""
_GETTING: Final = frozenset({"GET", "HEAD"})
_UNREADABLE: Final = (msgspec.DecodeError, UnicodeError, RecursionError)
"""What JSON may fail with, whatever the bytes."""
_V_COLLECTOR: Final = "live-viewer-profiles-local-collector"
_V_ETL: Final = "live-viewer-profiles-local-enrich"
_NO_ID: Final = uuid.UUID("6f1d2f52-4d0b-5a55-9c39-3c1a5c7e7d10")


class _BadEventError(Exception):
    """Carries the reason out of the depth of one event; never leaves this module."""

    def __init__(self, reason: BadRowReason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


class _Payload(msgspec.Struct):
    """A body; its events are read one by one, so that a bad one is bad alone."""

    schema: str
    data: list[msgspec.Raw]


_payload_decoder = msgspec.json.Decoder(_Payload)
_fields_decoder = msgspec.json.Decoder(dict[str, str])


def translate(request: Request) -> Translation:
    """Return the enriched events of a tracker's request, in the order they stand in it.

    A request that carries no events (a preflight, a health check) yields nothing.
    """
    if request.method == "POST" and request.path in POST_PATHS:
        return _posted(request)
    if request.method in _GETTING and request.path in GET_PATHS:
        return _queried(request)
    return Translation([], [])


def _posted(request: Request) -> Translation:
    try:
        events = _events(request)
    except _BadEventError as ex:
        left_out = request.left_out_bytes
        return Translation([], [BadRow(ex.reason, ex.detail, request.body, left_out)])
    origin = _origin(request)
    rows: list[Row] = []
    bad_rows: list[BadRow] = []
    for event in events:
        try:
            rows.append(_row(_posted_fields(event), origin))
        except _BadEventError as ex:
            bad_rows.append(BadRow(ex.reason, ex.detail, bytes(event)))
    return Translation(rows, bad_rows)


def _queried(request: Request) -> Translation:
    fields = dict(parse_qsl(request.query, keep_blank_values=True))
    try:
        return Translation([_row(fields, _origin(request))], [])
    except _BadEventError as ex:
        bad_row = BadRow(ex.reason, ex.detail, request.query.encode())
        return Translation([], [bad_row])


def _events(request: Request) -> Sequence[msgspec.Raw]:
    """Return the events of a body, each still as it came."""
    kept = len(request.body)
    if request.left_out_bytes:
        detail = f"a body must be at most {kept} bytes; got "
        detail += f"{kept + request.left_out_bytes} instead"
        raise _BadEventError(BadRowReason.TOO_LARGE, detail)
    try:
        payload = _payload_decoder.decode(request.body)
    except _UNREADABLE as ex:
        raise _BadEventError(BadRowReason.BAD_BODY, str(ex)) from ex
    if not payload.schema.startswith(_PAYLOAD_DATA):
        detail = f"`schema` must be payload_data; got {payload.schema[:200]!r} instead"
        raise _BadEventError(BadRowReason.BAD_BODY, detail)
    if len(payload.data) > MOST_EVENTS:
        detail = f"a body must hold at most {MOST_EVENTS} events; got "
        detail += f"{len(payload.data)} instead"
        raise _BadEventError(BadRowReason.TOO_LARGE, detail)
    return payload.data


def _origin(request: Request) -> Row:
    """Return the columns that the request itself feeds; an event's own fields win."""
    forwarded = request.header("x-forwarded-for") or request.ip or ""
    found = {
        "collector_tstamp": request.arrival_ms,
        "etl_tstamp": request.arrival_ms,
        "v_collector": _V_COLLECTOR,
        "v_etl": _V_ETL,
        "user_ipaddress": "unknown"
        if is_anonymous(request)
        else forwarded.partition(",")[0].strip(),
        "useragent": request.header("user-agent"),
        "page_url": request.header("referer"),
        "network_userid": visitor_of(request) or request.new_visitor,
    }
    return {name: value for name, value in found.items() if value}


def _posted_fields(event: msgspec.Raw) -> Mapping[str, str]:
    try:
        return _fields_decoder.decode(event)
    except _UNREADABLE as ex:
        raise _BadEventError(BadRowReason.BAD_EVENT, str(ex)) from ex


def _row(fields: Mapping[str, str], origin: Row) -> Row:
    if fields.get("e") not in EVENT_TYPES:
        detail = f"`e` must be one of {', '.join(EVENT_TYPES)}; got {fields.get('e')!r}"
        raise _BadEventError(BadRowReason.UNKNOWN_EVENT_TYPE, detail)
    try:
        columns = columns_of(fields)
    except ValueError as ex:
        raise _BadEventError(BadRowReason.BAD_FIELD, str(ex)) from ex
    row = origin | _nuid(fields, origin) | columns
    if "event_id" not in row:
        row["event_id"] = _event_id(fields)
    row["event"] = EVENT_TYPES[fields["e"]]
    row |= _self_describing_columns(fields)
    row |= url_columns("page", row.get("page_url", ""))
    row |= url_columns("refr", row.get("page_referrer", ""))
    row["derived_tstamp"] = _derived(row)
    return row


def _nuid(fields: Mapping[str, str], origin: Row) -> Row:
    """Return the event's own `nuid`, unless the request asked for anonymity."""
    if fields.get("nuid") and origin.get("network_userid") != ANONYMOUS_USERID:
        return {"network_userid": fields["nuid"]}
    return {}


def _event_id(fields: Mapping[str, str]) -> str:
    """Return an id for an event that came without one: the same at each try.

    The send time is left out, for the tracker writes a new one at each try.
    """
    said = sorted(item for item in fields.items() if item[0] != "stm")
    return str(uuid.uuid5(_NO_ID, repr(said)))


def _self_describing_columns(fields: Mapping[str, str]) -> Row:
    """Return the event, the entities, and the four columns that name the event."""
    try:
        event = self_describing(fields, "ue_pr", "ue_px")
        contexts = self_describing(fields, "co", "cx")
    except ValueError as ex:
        raise _BadEventError(BadRowReason.BAD_SELF_DESCRIBING, str(ex)) from ex
    row: Row = {}
    if contexts is not None:
        _check(contexts, _CONTEXTS, list)
        row["contexts"] = contexts
    if fields["e"] == "ue":
        row["unstruct_event"] = _check(event, _UNSTRUCT, dict)
        return row | _names(row["unstruct_event"]["data"]["schema"])
    return row | _names(_OWN_SCHEMAS[fields["e"]])


def _check(
    found: dict[str, Any] | None,
    schema: str,
    data_type: type[list[Any] | dict[str, Any]],
) -> dict[str, Any]:
    """Return `found` if it is the envelope that it must be."""
    if (
        found is None
        or not found["schema"].startswith(schema)
        or not isinstance(found["data"], data_type)
    ):
        detail = f"must be {schema}x with its data; got {str(found)[:200]} instead"
        raise _BadEventError(BadRowReason.BAD_SELF_DESCRIBING, detail)
    return found


def _names(schema: str) -> Row:
    vendor, name, form, *version = SCHEMA_URI.findall(schema)[0]
    return {
        "event_vendor": vendor,
        "event_name": name,
        "event_format": form,
        "event_version": "-".join(version),
    }


def _derived(row: Row) -> int:
    """Return event time: the true one, else arrival less the wait in the browser.

    Both device stamps are of one clock, so a wrong clock cancels out. A wait below zero
    is a clock set back between the two, and says nothing.
    """
    if "true_tstamp" in row:
        true_tstamp: int = row["true_tstamp"]
        return true_tstamp
    arrival: int = row["collector_tstamp"]
    sent: int = row.get("dvce_sent_tstamp", 0)
    created: int = row.get("dvce_created_tstamp", sent)
    return max(0, arrival - max(0, sent - created))
