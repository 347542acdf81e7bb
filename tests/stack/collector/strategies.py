"""Requests that a tracker, a broken tracker or anything else may send."""

import base64
import json
from typing import Any, Final

from hypothesis import strategies as st

from stack.collector.tracking import Request
from stack.collector.translation import GET_PATHS, POST_PATHS

__all__ = ["bodies", "events", "requests"]

_PAYLOAD: Final = "iglu:com.snowplowanalytics.snowplow/payload_data/jsonschema/1-0-4"
_SCHEMAS: Final = (
    "iglu:com.snowplowanalytics.snowplow/unstruct_event/jsonschema/1-0-0",
    "iglu:com.snowplowanalytics.snowplow/contexts/jsonschema/1-0-0",
    "iglu:com.snowplowanalytics.snowplow.media/play_event/jsonschema/1-0-0",
    "iglu:com.snowplowanalytics.snowplow/media_player/jsonschema/2-0-0",
    "no schema",
)
_NAMES: Final = """
    e p tv aid eid dtm stm ttm uid duid nuid tnuid vid sid url refr page res vp ds
    cookie ue_pr ue_px co cx tr_tt ti_qu unknown
"""
_FIELDS: Final = _NAMES.split()

_anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
    ),
    max_leaves=8,
)
_inners = st.fixed_dictionaries(
    {"schema": st.sampled_from(_SCHEMAS), "data": st.dictionaries(st.text(), _anything)}
)
_described = st.fixed_dictionaries(
    {
        "schema": st.sampled_from(_SCHEMAS),
        "data": _inners | st.lists(_inners, max_size=3) | _anything,
    }
).map(json.dumps)
_encoded = _described.map(lambda text: base64.urlsafe_b64encode(text.encode()).decode())
_values = st.one_of(
    st.text(),
    st.sampled_from(["ue", "pv", "pp", "se", "1", "0", "1x2", "http://a.b:80/c?d#e"]),
    st.integers().map(str),
    st.floats().map(str),
    st.uuids().map(str),
    _described,
    _encoded,
)

events = st.dictionaries(st.sampled_from(_FIELDS), _values) | _anything
"""Of a body: mostly fields as the protocol names them, with values of any sort."""

_payloads = st.fixed_dictionaries(
    {"schema": st.just(_PAYLOAD) | st.text(), "data": st.lists(events) | _anything}
)
bodies = st.binary() | _payloads.map(lambda payload: json.dumps(payload).encode())
"""Bytes of any sort, and bodies that look like a tracker's."""


@st.composite
def requests(draw: st.DrawFn) -> Request:
    """Return a request of any sort, with any body, query, content type and cookie."""
    method = draw(st.sampled_from(["POST", "GET", "HEAD"]))
    paths = POST_PATHS if method == "POST" else GET_PATHS
    names = ("content-type", "cookie", "user-agent", "sp-anonymous", "x-forwarded-for")
    headers: dict[str, Any] = draw(
        st.fixed_dictionaries({}, optional=dict.fromkeys(names, st.text()))
    )
    pairs = st.tuples(st.sampled_from(_FIELDS), _values)
    joined = st.lists(pairs).map(lambda some: "&".join(f"{n}={v}" for n, v in some))
    # A request line has one byte a character.
    query = draw(st.text(st.characters(max_codepoint=255)) | joined)
    return Request(
        method=method,
        path=draw(st.sampled_from(sorted(paths))),
        query=query.encode("latin-1", "replace").decode("latin-1"),
        headers=headers,
        body=draw(bodies),
        arrival_ms=1_795_410_490_000,
        new_visitor="6bf9c4d1-5d6a-4a2c-9a55-0a7e9c1a8a11",
    )
