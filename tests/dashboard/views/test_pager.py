"""Which page of the viewer table shows."""

from collections.abc import Mapping
from typing import Any

import pytest

from dashboard.query import ViewerPage
from dashboard.views.pager import Pager
from tests.dashboard.records import profile


class _Asked(list[Mapping[str, Any]]):
    def __call__(self, changes: Mapping[str, Any], *, keep: bool = True) -> None:
        assert keep
        self.append(changes)


def _pager(
    page: ViewerPage, *, known: bool = True, away: int = 0
) -> tuple[Pager, _Asked]:
    asked = _Asked()
    pager = Pager(asked)
    pager.reflect(page, 20, known=known, turned_away=away)
    return pager, asked


def _page(number: int = 1, matching: int = 23, live: int = 23) -> ViewerPage:
    return ViewerPage((profile(),) * 3, number, 2, matching, live)


@pytest.mark.parametrize(
    ("page", "known", "expected"),
    [
        (_page(2), True, "21-23 of 23 live viewers"),
        (_page(live=1_000), True, "1-3 of 23 matching, 1,000 live viewers"),
        (ViewerPage(live=9), True, "no matching, 9 live viewers"),
        (ViewerPage(), True, "no live viewers"),
        (ViewerPage(), False, "live viewers: unknown"),
    ],
)
def test_count(page: ViewerPage, expected: str, *, known: bool) -> None:
    """It says which rows of how many show; what is not known is never 0."""
    pager, _ = _pager(page, known=known)

    assert pager.count.html == expected


def test_too_many_viewers_are_told() -> None:
    """Where the server keeps no more viewers, the table says so."""
    pager, _ = _pager(_page(), away=1_234)

    assert "1,234 changes are not shown" in pager.count.html


def test_buttons_turn_the_page() -> None:
    """Next and previous ask for the pages beside, and rest where there is none."""
    pager, asked = _pager(_page())
    first = (pager.back.disabled, pager.on.disabled)
    pager.on.clicks += 1
    pager.reflect(_page(2), 20, known=True, turned_away=0)
    pager.back.clicks += 1

    assert first == (True, False)
    assert (pager.back.disabled, pager.on.disabled) == (False, True)
    assert asked == [{"number": 2}, {"number": 1}]


def test_page_and_size_are_asked_for() -> None:
    """A number leads to its page; pages of another size begin at the first."""
    pager, asked = _pager(_page())
    pager.number.value = 2
    pager.size.value = 100

    assert asked == [{"number": 2}, {"size": 100, "number": 1}]
