"""Counts by name: their sums, and the largest of them."""

from hypothesis import given
from hypothesis import strategies as st

from dataflows.playback.adding import add_up, add_up_lists, largest


def test_sums() -> None:
    """Counts of one name add up; others stand as they are."""
    sums = {"a": 1, "b": 2}
    add_up(sums, {"b": 3, "c": 4})

    assert sums == {"a": 1, "b": 5, "c": 4}


def test_sums_of_lists() -> None:
    """Lists add up place by place, and those that are added stay as they are."""
    sums: dict[str, list[int]] = {}
    part = {"a": [1, 2]}
    add_up_lists(sums, part)
    add_up_lists(sums, part)

    assert (sums, part) == ({"a": [2, 4]}, {"a": [1, 2]})


@given(st.dictionaries(st.text(max_size=2), st.integers(0, 5)), st.integers(1, 9))
def test_largest(counts: dict[str, int], most: int) -> None:
    """The largest come first, equal ones in the order of their names."""
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))

    assert list(largest(counts, most).items()) == ranked[:most]
