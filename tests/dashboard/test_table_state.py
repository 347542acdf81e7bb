"""What a viewer table shows, in an address and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from dashboard.query import DAY_S, TEXT_MOST, ViewerColumn
from dashboard.table_state import (
    SIZES,
    TableState,
    fields_of,
    state_of,
)
from dataflows.playback.profile import PlaybackStatus

_STATES = st.builds(
    TableState,
    text=st.text(max_size=TEXT_MOST),
    status=st.one_of(st.just(UNSET), st.sampled_from(PlaybackStatus)),
    title=st.text(max_size=300),
    buffering_longer_s=st.one_of(st.just(UNSET), st.floats(0, DAY_S)),
    order=st.sampled_from(ViewerColumn),
    descending=st.booleans(),
    number=st.integers(1, 10**6),
    size=st.sampled_from(SIZES),
)


@given(_STATES)
def test_address_holds_it_all(state: TableState) -> None:
    """What an address says of a table is that table again."""
    assert state_of(fields_of(state)) == state


def test_new_table_needs_no_address() -> None:
    """A table that nobody touched says nothing."""
    assert fields_of(TableState()) == {}


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "SLEEPING"},
        {"number": "0"},
        {"size": "1000000"},
        {"order": "password"},
        {"buffering_longer_s": "nan"},
        {"text": "x" * (TEXT_MOST + 1)},
    ],
)
def test_address_that_can_not_be_read(fields: dict[str, str]) -> None:
    """An address that says what can't be is that of a new table."""
    assert state_of(fields) == TableState()


def test_another_pages_fields_are_left_alone() -> None:
    """What an address says beside the table does no harm."""
    assert state_of({"text": "a", "span": "1h"}) == TableState(text="a")
