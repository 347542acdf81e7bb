"""Errors by code over time."""

from datetime import timedelta
from typing import Any

import pytest
from bokeh.models import ColumnDataSource

from dashboard.rates import Growth
from dashboard.views.error_bars import ErrorBars, error_columns
from tests.dashboard.records import NOW, stamp

_SPAN = timedelta(hours=1)


def _step(minute: int, **codes: int) -> Growth:
    start, end = stamp(60 * minute), stamp(60 * minute + 60)
    return Growth(start=start, end=end, seconds=60, errors_by_code=codes)


def test_codes_stand_on_each_other() -> None:
    """A step's bar is as high as its errors are many, the commonest at the bottom."""
    columns = error_columns([_step(0, rare=1, common=5)])

    assert columns["code"] == ["common", "rare"]
    assert (columns["bottom"], columns["top"]) == ([0, 5], [5, 6])


def test_code_keeps_its_look() -> None:
    """A code has the same colour and hatch in each step, and no other code has it."""
    columns = error_columns([_step(0, a=5, b=1), _step(1, b=2)])
    looks = set(zip(columns["code"], columns["colour"], columns["hatch"], strict=True))

    assert columns["code"] == ["a", "b", "b"]
    assert len(looks) == 2


def test_many_codes_are_added_up() -> None:
    """Beyond a few codes, the rest are one."""
    columns = error_columns([_step(0, **{f"c{i}": 10 - i for i in range(8)})])

    assert columns["code"] == ["c0", "c1", "c2", "c3", "c4", "other codes"]
    assert columns["count"][-1] == 5 + 4 + 3


@pytest.mark.parametrize("steps", [[], [_step(0)], [_step(0, a=0)]])
def test_no_errors_are_no_bars(steps: list[Growth]) -> None:
    """A step without errors has no bar."""
    assert error_columns(steps)["code"] == []


def test_code_is_shown_as_one_line() -> None:
    """A code is a stranger's text."""
    columns = error_columns([_step(0, **{"a\nb" + "x" * 200: 1})])

    assert columns["code"][0].startswith("a\ufffdbx")
    assert len(columns["code"][0]) == 120


def test_growing_bar_is_patched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the minute that goes on, only what differs is sent."""
    bars = ErrorBars()
    bars.draw([_step(0, a=5), _step(1, a=1)], _SPAN, NOW)
    patches: list[dict[str, Any]] = []
    monkeypatch.setattr(ColumnDataSource, "patch", lambda _, new: patches.append(new))
    bars.draw([_step(0, a=5), _step(1, a=2)], _SPAN, NOW)

    assert patches == [{"top": [(1, 2)], "count": [(1, 2)]}]


def test_nothing_is_sent_while_nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same errors again leave the chart alone."""
    bars = ErrorBars()
    bars.draw([_step(0, a=5)], _SPAN, NOW)
    patches: list[dict[str, Any]] = []
    monkeypatch.setattr(ColumnDataSource, "patch", lambda _, new: patches.append(new))
    bars.draw([_step(0, a=5)], _SPAN, NOW)

    assert patches == []


def test_new_bar_is_drawn() -> None:
    """A new code, or a new minute, has a bar of its own."""
    bars = ErrorBars()
    bars.draw([_step(0, a=5)], _SPAN, NOW)
    bars.draw([_step(0, a=5), _step(1, a=1)], _SPAN, NOW)

    assert list(bars.source.data["top"]) == [5, 1]
