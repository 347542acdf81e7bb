"""The table that is changed cell by cell."""

from typing import Any

from dashboard.views.live_table import LiveTable

_COLUMNS: list[dict[str, Any]] = [
    {"name": name, "title": name, "tip": "", "width": 50, "right": False}
    for name in ("name", "age")
]


def _table() -> tuple[LiveTable, list[str], list[dict[str, Any]]]:
    """Return a table, the columns it was asked to sort by, and what it sent."""
    asked: list[str] = []
    sent: list[dict[str, Any]] = []
    table = LiveTable(asked.append, columns=_COLUMNS)
    table.param.watch(lambda event: sent.append(event.new), ["changes", "rows"])
    return table, asked, sent


def test_first_rows_are_sent_whole() -> None:
    """Rows that the browser does not have are sent with all their cells."""
    table, _, sent = _table()
    table.fill({"a": ["Ann", "1"], "b": ["Bob", "2"]})

    assert sent == [
        {
            "number": 1,
            "keys": ["a", "b"],
            "fresh": [[0, ["Ann", "1"]], [1, ["Bob", "2"]]],
            "cells": [],
        }
    ]


def test_only_cells_that_differ_are_sent() -> None:
    """A change of one cell is sent as that cell."""
    table, _, sent = _table()
    table.fill({"a": ["Ann", "1"], "b": ["Bob", "2"]})
    table.fill({"a": ["Ann", "1"], "b": ["Bob", "3"]})

    assert sent[1] == {"number": 2, "cells": [[1, 1, "3"]]}


def test_rows_that_move_are_not_sent_again() -> None:
    """Of rows that change places only the order is sent, of a new one its cells."""
    table, _, sent = _table()
    table.fill({"a": ["Ann", "1"], "b": ["Bob", "2"]})
    table.fill({"c": ["Cyd", "3"], "a": ["Ann", "1"]})

    assert sent[1] == {
        "number": 2,
        "keys": ["c", "a"],
        "fresh": [[0, ["Cyd", "3"]]],
        "cells": [],
    }


def test_nothing_is_sent_while_nothing_differs() -> None:
    """The same rows again are silence."""
    table, _, sent = _table()
    table.fill({"a": ["Ann", "1"]})
    table.fill({"a": ["Ann", "1"]})

    assert len(sent) == 1


def test_browser_that_comes_later_gets_all_rows() -> None:
    """What is kept for a new browser is whole, and numbered as what was sent last."""
    table, _, _ = _table()
    table.fill({"a": ["Ann", "1"]})
    table.fill({"a": ["Ann", "2"]})

    assert table.rows == {
        "number": 2,
        "keys": ["a"],
        "fresh": [[0, ["Ann", "2"]]],
        "cells": [],
    }


def test_browser_that_missed_a_change_gets_all_rows() -> None:
    """Who asks for the rows is sent them, whole."""
    table, _, sent = _table()
    table.fill({"a": ["Ann", "1"]})

    table._handle_msg({"rows": True})

    assert sent[1] == table.rows


def test_browser_asks_to_sort() -> None:
    """A click on a header is told on; what is no column's name is not."""
    table, asked, _ = _table()
    for message in ({"sort": "age"}, {"sort": "shoes"}, {"sort": 1}, "sort", None):
        table._handle_msg(message)

    assert asked == ["age"]
