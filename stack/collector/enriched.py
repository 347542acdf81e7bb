"""The enriched event: its 131 columns, as tab-separated text and as JSON.

A row maps column names to values: text, numbers, booleans, points in time as
milliseconds since 1970 UTC, and self-describing JSON as plain objects. What is unset
has no key. Columns: `mappings.go` of
https://github.com/snowplow/snowplow-golang-analytics-sdk
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

import msgspec

__all__ = [
    "COLUMNS",
    "INDEX",
    "SCHEMA_URI",
    "TSTAMP_COLUMNS",
    "Row",
    "enriched_json",
    "entities_of",
    "entity_key",
    "iso_tstamp",
    "tsv_line",
    "tsv_tstamp",
    "viewer_of",
]

Row = dict[str, Any]
"""One enriched event: column name to value, unset columns absent."""

_NAMES: Final = """
    app_id platform etl_tstamp collector_tstamp dvce_created_tstamp event event_id
    txn_id name_tracker v_tracker v_collector v_etl user_id user_ipaddress
    user_fingerprint domain_userid domain_sessionidx network_userid geo_country
    geo_region geo_city geo_zipcode geo_latitude geo_longitude geo_region_name
    ip_isp ip_organization ip_domain ip_netspeed page_url page_title page_referrer
    page_urlscheme page_urlhost page_urlport page_urlpath page_urlquery
    page_urlfragment refr_urlscheme refr_urlhost refr_urlport refr_urlpath
    refr_urlquery refr_urlfragment refr_medium refr_source refr_term mkt_medium
    mkt_source mkt_term mkt_content mkt_campaign contexts se_category se_action
    se_label se_property se_value unstruct_event tr_orderid tr_affiliation tr_total
    tr_tax tr_shipping tr_city tr_state tr_country ti_orderid ti_sku ti_name
    ti_category ti_price ti_quantity pp_xoffset_min pp_xoffset_max pp_yoffset_min
    pp_yoffset_max useragent br_name br_family br_version br_type br_renderengine
    br_lang br_features_pdf br_features_flash br_features_java br_features_director
    br_features_quicktime br_features_realplayer br_features_windowsmedia
    br_features_gears br_features_silverlight br_cookies br_colordepth br_viewwidth
    br_viewheight os_name os_family os_manufacturer os_timezone dvce_type
    dvce_ismobile dvce_screenwidth dvce_screenheight doc_charset doc_width
    doc_height tr_currency tr_total_base tr_tax_base tr_shipping_base ti_currency
    ti_price_base base_currency geo_timezone mkt_clickid mkt_network etl_tags
    dvce_sent_tstamp refr_domain_userid refr_device_tstamp derived_contexts
    domain_sessionid derived_tstamp event_vendor event_name event_format
    event_version event_fingerprint true_tstamp
"""
COLUMNS: Final = tuple(_NAMES.split())
INDEX: Final = {name: index for index, name in enumerate(COLUMNS)}
TSTAMP_COLUMNS: Final = frozenset(name for name in COLUMNS if name.endswith("_tstamp"))
SCHEMA_URI: Final = re.compile(
    r"iglu:([a-zA-Z0-9-_.]+)/([a-zA-Z0-9-_]+)/([a-zA-Z0-9-_]+)"
    r"/([1-9][0-9]*)-(0|[1-9][0-9]*)-(0|[1-9][0-9]*)"
)
"""Vendor, name, format, and the three numbers of the version."""

# A tab or a line break inside a text would read as the next column or the next event.
_UNSAFE: Final = str.maketrans("\t\n\r", "   ")

_json = msgspec.json.Encoder()


@lru_cache(maxsize=4096)
def _second(second: int) -> str:
    return f"{datetime.fromtimestamp(second, UTC):%Y-%m-%d %H:%M:%S}"


def iso_tstamp(ms: int) -> str:
    """Return RFC 3339 in UTC as Go writes it: trailing zeros of the fraction are cut.

    So Snowbridge has `2026-11-23T05:08:29.17Z` and, on the full second, no fraction.
    """
    second, milli = divmod(ms, 1000)
    fraction = f".{milli:03d}".rstrip("0") if milli else ""
    return f"{_second(second).replace(' ', 'T')}{fraction}Z"


def tsv_tstamp(ms: int) -> str:
    """Return a stamp as a column holds it, such as `2026-11-23 05:08:29.170`."""
    return f"{_second(ms // 1000)}.{ms % 1000:03d}"


def _tsv_cell(name: str, value: Any) -> str:  # noqa: ANN401, what a row holds
    if isinstance(value, str):
        return value if value.isprintable() else value.translate(_UNSAFE)
    if isinstance(value, bool):
        return "1" if value else "0"
    if name in TSTAMP_COLUMNS:
        return tsv_tstamp(value)
    if isinstance(value, dict):
        return _json.encode(value).decode()
    return str(value)


def tsv_line(row: Row) -> bytes:
    """Return the 131 columns with tabs between, without a line break at the end."""
    cells = [""] * len(COLUMNS)
    for name, value in row.items():
        cells[INDEX[name]] = _tsv_cell(name, value)
    return "\t".join(cells).encode()


@lru_cache(maxsize=1024)
def entity_key(prefix: str, schema: str) -> str:
    """Return the key of a schema in enriched JSON: by vendor, name and major version.

    Raises:
        ValueError: `schema` is not an Iglu URI.

    """
    match = SCHEMA_URI.fullmatch(schema)
    if match is None:
        msg = f"`schema` must be an Iglu URI; got {schema!r} instead"
        raise ValueError(msg)
    vendor, name, _, major, _, _ = match.groups()
    snake = re.sub(r"(?<=[^_])([A-Z])", r"_\1", name)
    return f"{prefix}_{vendor.replace('.', '_')}_{snake}_{major}".lower()


def entities_of(row: Row) -> dict[str, list[Any]]:
    """Return the entities by their keys in enriched JSON; derived ones merge in."""
    found: dict[str, list[Any]] = {}
    for column in ("contexts", "derived_contexts"):
        for entity in row.get(column, {}).get("data", ()):
            key = entity_key("contexts", entity["schema"])
            found.setdefault(key, []).append(entity["data"])
    return found


def enriched_json(row: Row) -> bytes:
    """Return what Snowbridge's `spEnrichedToJson` makes of a row."""
    event: dict[str, Any] = {}
    for name, value in row.items():
        if name in TSTAMP_COLUMNS:
            event[name] = iso_tstamp(value)
        elif name == "unstruct_event":
            inner = value["data"]
            event[entity_key("unstruct_event", inner["schema"])] = inner["data"]
        elif name not in {"contexts", "derived_contexts"}:
            event[name] = value
    return _json.encode(event | entities_of(row))


def viewer_of(row: Mapping[str, Any]) -> str | None:
    """Return whose event it is: the user, the browser or the cookie that sent it."""
    return (
        row.get("user_id")
        or row.get("domain_userid")
        or row.get("network_userid")
        or None
    )
