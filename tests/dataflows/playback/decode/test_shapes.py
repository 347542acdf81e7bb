"""The shapes, told apart by content."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataflows.playback.decode.shapes import MAX_MESSAGE_BYTES, Shape, shape_of
from dataflows.playback.events import MediaEvent
from tests.dataflows.playback.decode.messages import (
    enriched_fields,
    enriched_tsv,
    flat_fields,
    message,
    plain_fields,
)
from tests.strategies import media_event


@given(media_event())
def test_real_messages(event: MediaEvent) -> None:
    """Each shape is told by itself."""
    assert shape_of(message(plain_fields(event))) is Shape.FLAT_JSON
    assert shape_of(message(flat_fields(event))) is Shape.FLAT_JSON
    assert shape_of(enriched_tsv(event)) is Shape.ENRICHED_TSV
    assert shape_of(message(enriched_fields(event))) is Shape.ENRICHED_JSON


_PLAYER = b'"contexts_com_snowplowanalytics_snowplow_media_player_2": []'


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b'{"viewer_id": ""}', Shape.FLAT_JSON),
        (b'{"viewer_id": null}', Shape.FLAT_JSON),
        (b'\n\t {"viewer_id": "a"}', Shape.FLAT_JSON),
        (b'{"viewer_id": NaN}', Shape.FLAT_JSON),
        (b'{"viewer_id": "event_vendor", "a": "contexts_"}', Shape.FLAT_JSON),
        (b'{"viewer_id": "a", "event_vendor": "b"}', Shape.ENRICHED_JSON),
        (b'{"viewer_id": NaN, "event_vendor": "b"}', Shape.ENRICHED_JSON),
        (b'{"viewer_id": "a", ' + _PLAYER + b"}", Shape.ENRICHED_JSON),
        (b'{"event_vendor": "b", "user": {"viewer_id": "a"}}', Shape.ENRICHED_JSON),
        (b"{}", Shape.ENRICHED_JSON),
        (b"\t", Shape.ENRICHED_TSV),
        (b"\tweb", Shape.ENRICHED_TSV),
        (b"", Shape.UNKNOWN),
        (b" ", Shape.UNKNOWN),
        (b"[]", Shape.UNKNOWN),
        (b"{\t", Shape.UNKNOWN),
        (b"\t" * MAX_MESSAGE_BYTES, Shape.ENRICHED_TSV),
        (b"\t" * (MAX_MESSAGE_BYTES + 1), Shape.UNKNOWN),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_edges(data: bytes, expected: Shape) -> None:
    """The keys at the top tell, not what stands in values or deeper."""
    assert shape_of(data) is expected


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    """Any bytes have a shape."""
    assert isinstance(shape_of(data), Shape)
