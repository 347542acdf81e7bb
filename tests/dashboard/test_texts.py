"""A column of texts."""

import math

import numpy as np

from dashboard.texts import TextColumn


def _texts(*texts: str | None) -> TextColumn:
    column = TextColumn()
    column.resize(len(texts))
    column.write(range(len(texts)), texts)
    return column


def test_alike_texts_are_kept_once() -> None:
    """A text is kept once, and cut as the audience's titles are."""
    column = _texts("A" * 500, None, "A" * 121)

    assert column.values == ["A" * 120]
    assert column.codes[:3].tolist() == [0, -1, 0]


def test_text_is_found_within_one_row_only() -> None:
    """What is looked for is not found across the end of one text and the next."""
    column = _texts("ab", "cd", None, "two\nlines", "Straße")
    rows = np.arange(5)

    assert not column.containing("bc", rows).any()
    assert not column.containing("b\nc", rows).any()
    assert column.containing("strasse", rows).tolist() == [False] * 4 + [True]
    assert column.containing(".", rows).tolist() == [False] * 5


def test_texts_that_differ_in_case_are_alike_in_order() -> None:
    """The order knows no case, and no text is after all."""
    keys = _texts("b", "A", None, "B").keys(np.arange(4), 0.0)

    assert keys[0] == keys[3] > keys[1]
    assert math.isnan(keys[2])


def test_kept_rows_are_as_before() -> None:
    """Rows that are kept hold, find and order what they did, and no other text."""
    kept = _texts("b", "gone", None, "Film", "b").kept(np.array([0, 2, 3, 4]))

    assert sorted(kept.values) == ["Film", "b"]
    assert kept.holding("b").tolist() == [True, False, False, True]
    assert kept.containing("ILM", np.arange(4)).tolist() == [False, False, True, False]

    kept.write([1], ["Film"])

    assert len(kept.values) == 2
