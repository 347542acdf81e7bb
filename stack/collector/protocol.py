"""The tracker protocol: which field of an event feeds which column, and how it is read.

Source: https://docs.snowplow.io/docs/events/going-deeper/event-parameters/
"""

import base64
import math
import re
import uuid
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from stack.collector.enriched import SCHEMA_URI, Row

__all__ = ["EVENT_TYPES", "columns_of", "self_describing", "url_columns"]

EVENT_TYPES: Final = {
    "ue": "unstruct",
    "pv": "page_view",
    "pp": "page_ping",
    "se": "struct",
    "tr": "transaction",
    "ti": "transaction_item",
}
"""What `e` may hold, and the `event` column of it."""

_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_SIZE: Final = re.compile(r"(\d+)[xX](\d+)")
_MOST_MS: Final = 253_402_300_799_999  # the last millisecond of the year 9999
_MOST_INT: Final = 2**31 - 1  # the integers of enrich are the JVM's

Columns = tuple[str, ...]
Reader = Callable[[str], Any]


def _text(value: str) -> str:
    return value


def _uuid(value: str) -> str:
    return str(uuid.UUID(value))


def _integer(value: str) -> int:
    number = int(value)
    if abs(number) > _MOST_INT:
        msg = "too large"
        raise ValueError(msg)
    return number


def _flag(value: str) -> bool:
    return {"1": True, "0": False, "true": True, "false": False}[value.lower()]


def _number(value: str) -> float:
    number = float(value)
    if not math.isfinite(number):
        msg = "not finite"
        raise ValueError(msg)
    return number


def _tstamp(value: str) -> int:
    ms = int(value)
    if not 0 <= ms <= _MOST_MS:
        msg = "not milliseconds since 1970"
        raise ValueError(msg)
    return ms


_READERS: Final[tuple[tuple[Reader, str], ...]] = (
    (
        _text,
        """p:platform tna:name_tracker tv:v_tracker aid:app_id uid:user_id
        duid:domain_userid tnuid:network_userid ip:user_ipaddress ua:useragent
        fp:user_fingerprint url:page_url refr:page_referrer page:page_title
        lang:br_lang tz:os_timezone cd:br_colordepth cs:doc_charset
        se_ca:se_category se_ac:se_action se_la:se_label se_pr:se_property
        se_va:se_value ev_ca:se_category ev_ac:se_action ev_la:se_label
        ev_pr:se_property ev_va:se_value tr_id:tr_orderid tr_af:tr_affiliation
        tr_ci:tr_city tr_st:tr_state tr_co:tr_country tr_cu:tr_currency
        ti_id:ti_orderid ti_sk:ti_sku ti_nm:ti_name ti_na:ti_name ti_ca:ti_category
        ti_cu:ti_currency""",
    ),
    (_uuid, "eid:event_id sid:domain_sessionid"),
    (
        _integer,
        """tid:txn_id vid:domain_sessionidx ti_qu:ti_quantity pp_mix:pp_xoffset_min
        pp_max:pp_xoffset_max pp_miy:pp_yoffset_min pp_may:pp_yoffset_max""",
    ),
    (_number, "tr_tt:tr_total tr_tx:tr_tax tr_sh:tr_shipping ti_pr:ti_price"),
    (_tstamp, "dtm:dvce_created_tstamp stm:dvce_sent_tstamp ttm:true_tstamp"),
    (
        _flag,
        """cookie:br_cookies f_pdf:br_features_pdf f_fla:br_features_flash
        f_java:br_features_java f_dir:br_features_director f_qt:br_features_quicktime
        f_realp:br_features_realplayer f_wma:br_features_windowsmedia
        f_gears:br_features_gears f_ag:br_features_silverlight""",
    ),
)
_FIELDS: Final[dict[str, tuple[str, Reader]]] = {
    field: (column, reader)
    for reader, pairs in _READERS
    for field, _, column in (pair.partition(":") for pair in pairs.split())
}
_SIZES: Final[dict[str, Columns]] = {
    "res": ("dvce_screenwidth", "dvce_screenheight"),
    "vp": ("br_viewwidth", "br_viewheight"),
    "ds": ("doc_width", "doc_height"),
}


def columns_of(fields: Mapping[str, str]) -> Row:
    """Return the columns that the plain fields of an event feed; empty ones are unset.

    Raises:
        ValueError: a field does not hold what its column takes.

    """
    row: Row = {}
    for field, value in fields.items():
        if not value:
            continue
        try:
            if field in _FIELDS:
                column, read = _FIELDS[field]
                row[column] = read(value)
            elif field in _SIZES:
                row.update(_size(_SIZES[field], value))
        except (ValueError, KeyError):
            msg = f"`{field}` can't be {value[:80]!r}"
            raise ValueError(msg) from None
    return row


def _size(columns: Columns, value: str) -> Row:
    match = _SIZE.fullmatch(value)
    if match is None:
        msg = "not width x height"
        raise ValueError(msg)
    return dict(zip(columns, map(_integer, match.groups()), strict=True))


def url_columns(prefix: str, url: str) -> Row:
    """Return the parts of an address under `page_url...` or `refr_url...`.

    A port that is not given is the scheme's own, as Snowplow has it. An address that
    can't be taken apart has no parts, and the event is none the worse for it.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or _DEFAULT_PORTS.get(parts.scheme)
    except ValueError:
        return {}
    found = {
        "scheme": parts.scheme,
        "host": parts.hostname,
        "port": port,
        "path": parts.path,
        "query": parts.query,
        "fragment": parts.fragment,
    }
    return {f"{prefix}_url{name}": value for name, value in found.items() if value}


def self_describing(
    fields: Mapping[str, str], plain: str, encoded: str
) -> dict[str, Any] | None:
    """Return the JSON of `plain` (`ue_pr`, `co`), else of `encoded` (`ue_px`, `cx`).

    The tracker strips the padding of its URL-safe base64. `None` if neither is set.

    Raises:
        ValueError: what is there is no self-describing JSON.

    """
    if fields.get(plain):
        name, text = plain, fields[plain].encode()
    elif fields.get(encoded):
        name, text = encoded, _base64url(encoded, fields[encoded])
    else:
        return None
    try:
        return msgspec.json.decode(text, type=_Outer).checked()
    except (msgspec.DecodeError, ValueError, RecursionError) as ex:
        msg = f"`{name}` holds no self-describing JSON: {ex}"
        raise ValueError(msg) from ex


def _base64url(name: str, value: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))
    except ValueError as ex:
        msg = f"`{name}` is not base64url: {ex}"
        raise ValueError(msg) from ex


class _Inner(msgspec.Struct):
    """One event or entity with its schema."""

    schema: str
    data: dict[str, Any]


class _Outer(msgspec.Struct):
    """The envelope: `unstruct_event` holds one, `contexts` a list."""

    schema: str
    data: _Inner | list[_Inner]

    def checked(self) -> dict[str, Any]:
        inners = self.data if isinstance(self.data, list) else [self.data]
        for schema in (self.schema, *(inner.schema for inner in inners)):
            if SCHEMA_URI.fullmatch(schema) is None:
                msg = f"{schema[:200]!r} is no schema's address"
                raise ValueError(msg)
        built: dict[str, Any] = msgspec.to_builtins(self)
        return built
