"""Figures and strangers' text as a person reads them."""

import pytest

from dashboard.wording import (
    bytes_text,
    count_text,
    known,
    number_text,
    percent_text,
    shown_text,
)


def test_figures() -> None:
    """Thousands are grouped, and units stand behind."""
    assert count_text(12_345.6) == "12,346"
    assert number_text(1_234.56) == "1,234.6"
    assert number_text(0.5, "s", 2) == "0.50 s"
    assert percent_text(0.1234) == "12.3 %"


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 bytes"), (999, "999 bytes"), (1_000, "1.0 kB"), (2_500_000, "2.5 MB")],
)
def test_sizes(size: float, text: str) -> None:
    """A size has the unit that fits it."""
    assert bytes_text(size) == text


def test_unknown_figure_has_no_text() -> None:
    """What can't be known stays so until it is shown, and then says so."""
    texts = (count_text(None), number_text(None), percent_text(None), bytes_text(None))

    assert set(texts) == {None}
    assert (known(None), known("0")) == ("unknown", "0")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<b>", "<b>"),
        ("a\nb\u202ec", "a\ufffdb\ufffdc"),
        ("x" * 120, "x" * 120),
        ("x" * 121, "x" * 119 + "…"),
    ],
)
def test_text_of_a_stranger(text: str, shown: str) -> None:
    """It is one line, is not turned around, and ends."""
    assert shown_text(text) == shown
