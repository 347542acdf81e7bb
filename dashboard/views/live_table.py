"""A table in the browser that is changed cell by cell, and asks the server to sort."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Final

import param
from panel.custom import JSComponent

from dashboard.theme import UNKNOWN

__all__ = ["LiveTable"]

_ASSETS: Final = Path(__file__).parents[1] / "assets"

Cells = Mapping[str, Sequence[str]]


class LiveTable(JSComponent):
    """Rows by key, all text: it is never read as HTML, so it may be a stranger's.

    Panel's `Tabulator` builds all its rows anew for each patch, and with them goes what
    a person has selected, focused or scrolled to. Here a row that moves stays the same
    element, and a tick sends only the cells that differ, with a number: a browser that
    misses one asks for all of them. Each row is a link, which a click on it follows.
    """

    label = param.String(doc="What the table is of, for those who do not see it.")
    columns = param.List(
        item_type=dict,
        doc="`name`, `title`, `tip`, `width`, `right` and perhaps `colours` by text.",
    )
    address = param.Dict(default={}, doc="The fields of a row's link, but for its key.")
    key = param.String(default="key", doc="The field of a row's link with its key.")
    unknown = param.String(default=UNKNOWN, doc="The text of what can't be known.")
    sort = param.List(default=["", ""], doc="A column's name, and `ascending` or not.")
    selected = param.String(doc="The key of the row that is marked.")
    note = param.String(doc="What stands below the rows, where there are none.")
    rows = param.Dict(
        default={"number": 0, "keys": [], "fresh": [], "cells": []},
        doc="All rows, for a new browser.",
    )
    changes = param.Dict(default={"number": 0, "cells": []}, doc="What differs since.")

    _esm: ClassVar[str] = (_ASSETS / "live_table.js").read_text(encoding="utf-8")
    _stylesheets: ClassVar[list[str]] = [
        (_ASSETS / "live_table.css").read_text(encoding="utf-8")
    ]

    def __init__(self, on_sort: Callable[[str], None], **params: Any) -> None:  # noqa: ANN401, of their parameters
        self._on_sort = on_sort
        self._shown: Cells = {}
        super().__init__(**params)  # type: ignore[no-untyped-call]

    def fill(self, cells: Cells) -> None:
        """Show these rows, in their order; send what differs from those before."""
        keys, before = list(cells), self._shown
        fresh = [[i, [*cells[key]]] for i, key in enumerate(keys) if key not in before]
        differ = [
            [i, column, text]
            for i, key in enumerate(keys)
            if key in before
            for column, text in enumerate(cells[key])
            if before[key][column] != text
        ]
        moved = keys != list(before)
        if not differ and not moved:
            return
        self._shown = cells
        number = self.rows["number"] + 1
        whole = [[i, [*texts]] for i, texts in enumerate(cells.values())]
        # For the browser that comes later; one that is there is sent the difference.
        with param.parameterized.discard_events(self):
            self.rows = {"number": number, "keys": keys, "fresh": whole, "cells": []}
        order = {"keys": keys, "fresh": fresh} if moved else {}
        self.changes = {"number": number, "cells": differ} | order

    def _handle_msg(self, data: Any) -> None:  # noqa: ANN401, whatever a browser sends
        match data:
            case {"sort": str(name)} if any(c["name"] == name for c in self.columns):
                self._on_sort(name)
            case {"rows": True}:
                self.param.trigger("rows")
