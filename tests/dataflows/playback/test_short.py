"""Short forms of what is kept very often."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataflows.playback.short import (
    full_text,
    pack_id,
    short_text,
    unpack_id,
    unpack_items,
)

_uuids = st.uuids().map(str)
_ids = _uuids | _uuids.map(str.upper) | st.text() | st.text("0aF-", max_size=40)


@given(st.lists(_ids))
def test_ids_come_back(ids: list[str]) -> None:
    """Every id comes back as it was, in capitals too, and is found in the packed."""
    packed = b"".join(map(pack_id, ids))

    assert [full_text(each) for each in unpack_items(packed, len(ids))] == ids
    assert [unpack_id(pack_id(each)) for each in ids] == ids
    assert all(pack_id(each) in packed for each in ids)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "event-1",
        "0B0E1F2A-0000-4000-8000-00000000000a",
        "0b0e1f2a-0000-4000-8000-00000000000x",
        "0b0e1f2a-0000-4000-8000--0000000000a",
        "0b0e1f2a-0000-4000-8000-0000000 000a",
        "0b0e1f2a-0000-4000-8000-00000000000é",
    ],
)
def test_no_uuid(text: str) -> None:
    """What differs from a UUID in one character stays text."""
    assert short_text(text) == text


def test_uuid_is_sixteen_bytes() -> None:
    """A UUID as the trackers write it takes no more than its bits."""
    text = "0b0e1f2a-0000-4000-8000-00000000000a"

    assert short_text(text) == UUID(text).bytes
