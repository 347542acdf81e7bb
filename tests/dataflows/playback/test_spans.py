"""Tests of the spans of a title that were watched."""

from hypothesis import given
from hypothesis import strategies as st

from dataflows.playback.spans import (
    has_room,
    joined,
    length_of,
    packed_span,
    packed_spans,
    unpacked_spans,
)

SPANS = st.lists(
    st.tuples(st.integers(0, 200), st.integers(1, 20)).map(lambda s: (s[0], sum(s))),
    min_size=1,
    max_size=20,
)
"""Starts and ends, in any order."""


@given(SPANS)
def test_joined_is_the_union(spans: list[tuple[int, int]]) -> None:
    """What was watched twice counts once, in whatever order it was watched."""
    all_joined: list[int] = []
    for start, end in spans:
        all_joined = joined(all_joined, start, end)

    assert length_of(all_joined) == len({at for s, e in spans for at in range(s, e)})
    assert sorted(set(all_joined)) == all_joined


@given(st.lists(st.integers(0, 10**11)))
def test_packs(ends: list[int]) -> None:
    """Whatever position a player may tell survives packing."""
    numbers = [number for end in ends for number in (end // 2, end)]
    one_by_one = b"".join(packed_span(end // 2, end) for end in ends)

    assert unpacked_spans(packed_spans(numbers)) == numbers
    assert one_by_one == packed_spans(numbers)


def test_room() -> None:
    """With the last one, which stands apart, there are sixty-four of them."""
    full = list(range(2 * 63))

    assert has_room(packed_spans(full[2:]))
    assert not has_room(packed_spans(full))
    assert len(joined([*full, 200, 201], 300, 301)) == 128
