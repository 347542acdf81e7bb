"""What can't be translated: its reason, its bytes, and its unharmed neighbours."""

import json
from typing import Any

import pytest

from stack.collector.tracking import BadRowReason, Request
from stack.collector.translation import MOST_EVENTS, translate
from tests.stack.collector.posting import (
    EVENT_ID,
    PAYLOAD,
    TP2,
    only_bad_row,
    play,
    post,
)


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        ("text", BadRowReason.BAD_EVENT),
        (play() | {"vid": 1}, BadRowReason.BAD_EVENT),
        (play() | {"e": "xx"}, BadRowReason.UNKNOWN_EVENT_TYPE),
        ({"eid": EVENT_ID}, BadRowReason.UNKNOWN_EVENT_TYPE),
        (play(eid="no-uuid"), BadRowReason.BAD_FIELD),
        (play(dtm="soon"), BadRowReason.BAD_FIELD),
        (play(dtm="-1"), BadRowReason.BAD_FIELD),
        (play(res="wide"), BadRowReason.BAD_FIELD),
        (play(res=f"1x{2**31}"), BadRowReason.BAD_FIELD),
        (play(vid=str(2**31)), BadRowReason.BAD_FIELD),
        (play(vid="9" * 5_000), BadRowReason.BAD_FIELD),
        (play(cookie="maybe"), BadRowReason.BAD_FIELD),
        ({"e": "tr", "tr_tt": "inf"}, BadRowReason.BAD_FIELD),
        ({"e": "ue"}, BadRowReason.BAD_SELF_DESCRIBING),
        ({"e": "ue", "ue_pr": "{"}, BadRowReason.BAD_SELF_DESCRIBING),
        ({"e": "ue", "ue_px": "a"}, BadRowReason.BAD_SELF_DESCRIBING),
        (play(ue_pr='{"schema":"x","data":[]}'), BadRowReason.BAD_SELF_DESCRIBING),
        (play(co=play()["ue_pr"]), BadRowReason.BAD_SELF_DESCRIBING),
        (play(co="[" * 9_000), BadRowReason.BAD_SELF_DESCRIBING),
        (play(ue_pr='"\\ud800"'), BadRowReason.BAD_SELF_DESCRIBING),
    ],
)
def test_bad_event_spares_its_batch(event: Any, reason: BadRowReason) -> None:
    """An event that can't be translated is a bad row, and its neighbours are fine."""
    translation = translate(post(play(uid="before"), event, play(uid="after")))

    assert [row["user_id"] for row in translation.rows] == ["before", "after"]
    assert [(reason, event)] == [
        (bad.reason, json.loads(bad.payload)) for bad in translation.bad_rows
    ]


def test_bad_event_is_kept_as_it_came() -> None:
    """A bad row holds the very bytes of the event, spaces and all."""
    event = b'{ "e":\t"xx" }'
    body = b'{"schema":"%s","data":[%s]}' % (PAYLOAD.encode(), event)

    bad_row = only_bad_row(Request(method="POST", path=TP2, body=body, arrival_ms=1))

    assert bad_row.payload == event


def test_bad_query_is_kept_as_it_came() -> None:
    """An event by GET that can't be translated is a bad row with its query."""
    query = "e=xx&p=web%20"

    bad_row = only_bad_row(Request(method="GET", path="/i", query=query, arrival_ms=1))

    assert bad_row.payload == query.encode()


def test_body_of_which_something_is_left_out() -> None:
    """A body that was too large to keep is one bad row, and knows its whole size."""
    request = post(play(), left_out_bytes=5)

    bad_row = only_bad_row(request)

    assert bad_row.reason is BadRowReason.TOO_LARGE
    assert f"got {len(request.body) + 5} instead" in bad_row.detail
    assert (bad_row.payload, bad_row.left_out_bytes) == (request.body, 5)


@pytest.mark.parametrize(
    ("events", "rows"), [(MOST_EVENTS, True), (MOST_EVENTS + 1, False)]
)
def test_most_events(events: int, rows: bool) -> None:  # noqa: FBT001, a table's column
    """A body may hold this many events, and not one more."""
    translation = translate(post(*[{"e": "pv"}] * events))

    assert (len(translation.rows), len(translation.bad_rows)) == (
        (events, 0) if rows else (0, 1)
    )


@pytest.mark.parametrize(
    "body", [b"", b"\xff", b"[]", b"{}", b'{"schema":"iglu:a/b/c/1-0-0","data":[]}']
)
def test_bad_body(body: bytes) -> None:
    """A body that is no `payload_data` is one bad row, and holds the body."""
    request = Request(method="POST", path=TP2, body=body, arrival_ms=1)

    bad_row = only_bad_row(request)

    assert (BadRowReason.BAD_BODY, body) == (bad_row.reason, bad_row.payload)
