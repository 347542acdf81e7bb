"""Numbers as a person reads them."""

from collections import Counter

import pytest

from stack.doctor.wording import counted, duration


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.04, "0.0 s"),
        (119.9, "119.9 s"),
        (120, "2 min"),
        (5_400, "90 min"),
        (9_000, "2.5 h"),
        (864_000, "10 days"),
    ],
)
def test_duration(seconds: float, text: str) -> None:
    """A time has the largest unit of which there are two."""
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("most", "text"),
    [(3, "a 1,000, b 2, c 1"), (1, "a 1,000, others 3"), (0, "others 1,003")],
)
def test_counted(most: int, text: str) -> None:
    """The largest are named, and the rest is a number."""
    assert counted(Counter(c=1, a=1_000, b=2), most) == text
