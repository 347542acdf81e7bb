"""Whatever comes, every event of it is enriched or a bad row, and neither is lost."""

import contextlib
import json
from typing import Any

from hypothesis import given

from dataflows.playback.decode import decode
from stack.collector.bad_rows import LARGEST_MESSAGE_BYTES, bad_row_message
from stack.collector.enriched import COLUMNS
from stack.collector.shapes import Shape, message
from stack.collector.tracking import Request
from stack.collector.translation import translate
from tests.stack.collector.posting import TP2
from tests.stack.collector.strategies import bodies, requests


def events_in(body: bytes) -> int | None:
    """Return how many events a body holds, as Python's own parser has it."""
    with contextlib.suppress(ValueError, RecursionError):
        payload: Any = json.loads(body)
        if isinstance(payload, dict) and isinstance(payload.get("data"), list):
            return len(payload["data"])
    return None


@given(requests())
def test_nothing_raises(request: Request) -> None:
    """Any request is translated, and each part of it can be written and read back."""
    translation = translate(request)

    assert translation.rows or translation.bad_rows or request.body
    for row in translation.rows:
        assert message(row, Shape.TSV).count(b"\t") == len(COLUMNS) - 1
        for shape in Shape:
            decode(message(row, shape))
    for bad_row in translation.bad_rows:
        written = bad_row_message(bad_row, request)
        assert len(written) <= LARGEST_MESSAGE_BYTES
        assert json.loads(written)["reason"] == bad_row.reason


@given(bodies)
def test_every_event_is_counted(body: bytes) -> None:
    """A body has as many rows and bad rows as events, or is itself one bad row."""
    request = Request(method="POST", path=TP2, body=body, arrival_ms=1)
    translation = translate(request)
    parts = len(translation.rows) + len(translation.bad_rows)

    if [bad.payload for bad in translation.bad_rows] == [body]:
        assert parts == 1
    else:
        assert parts == events_in(body)
