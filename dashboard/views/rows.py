"""A table of figures under headers that say what stands there."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Final

import panel as pn

from dashboard.views.styled import styled

__all__ = ["Rows"]

_CSS: Final = """
.frame { overflow: auto; max-height: 520px; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding: 9px 12px 5px; }
th { position: sticky; top: 0; background: var(--surface); color: var(--quiet);
  font-weight: 500; font-size: 13px; cursor: help; }
th, td { padding: 5px 12px; text-align: right; white-space: nowrap; }
th.words, td.words { text-align: left; white-space: normal; overflow-wrap: break-word;
  max-width: 46em; }
tbody tr { border-top: 1px solid var(--edge); }
.empty { padding: 4px 12px 12px; color: var(--quiet); }
"""


class Rows(pn.viewable.Viewer):
    """Rows of text; `headers` are the columns' words, and what each of them means.

    `words` names the columns that hold words; the others are figures. What stands in
    the rows may be a stranger's: it is escaped here.
    """

    def __init__(
        self,
        caption: str,
        headers: Mapping[str, str],
        *,
        words: Sequence[str],
        empty: str,
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._kinds = ["words" if name in words else "figures" for name in headers]
        self._caption = f"<caption>{escape(caption)}</caption>"
        self._empty = escape(empty)
        cells = zip(self._kinds, headers.items(), strict=True)
        self._head = "".join(
            f'<th scope="col" class="{kind}" title="{escape(text)}">{escape(name)}</th>'
            for kind, (name, text) in cells
        )
        self.markup = styled(_CSS)
        self.draw([])

    def __panel__(self) -> pn.viewable.Viewable:
        """Return the table."""
        return self.markup

    def draw(self, rows: Sequence[Sequence[str]]) -> None:
        """Show rows of as many texts as there are headers."""
        # A line a cell: of what changes, only the lines that differ are sent.
        body = "\n".join(f"<tr>{self._cells(row)}</tr>" for row in rows)
        empty = "" if rows else f'<div class="empty">{self._empty}</div>'
        self.markup.html = (
            f'<div class="frame box" tabindex="0"><table>{self._caption}'
            f"<thead><tr>{self._head}</tr></thead><tbody>{body}</tbody></table>"
            f"{empty}</div>"
        )

    def _cells(self, row: Sequence[str]) -> str:
        cells = zip(self._kinds, row, strict=True)
        return "\n".join(f'<td class="{kind}">{escape(t)}</td>' for kind, t in cells)
