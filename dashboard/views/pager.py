"""Which page of the viewer table shows, of how many, and how long a page is."""

from typing import Final

import panel as pn

from dashboard.query import ViewerPage
from dashboard.table_state import SIZES, Ask
from dashboard.theme import UNKNOWN
from dashboard.views.markup import Markup

__all__ = ["Pager"]

_FULL: Final = (
    "More viewers are live than this server keeps: {:,} changes are not shown."
)


class Pager(pn.viewable.Viewer):
    """Tells which rows show, and calls `ask` with another page or size of pages."""

    def __init__(self, ask: Ask) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._ask = ask
        self._page = ViewerPage()
        self._showing = False
        self.count = Markup(margin=(8, 12))  # type: ignore[no-untyped-call]
        self.back = pn.widgets.Button(label="Previous", width=90)
        self.on = pn.widgets.Button(label="Next", width=90)
        self.number = pn.widgets.IntInput(label="Page", value=1, start=1, width=90)
        self.size = pn.widgets.Select(label="Rows", options=list(SIZES), width=80)
        self.back.on_click(lambda _: self._turn(-1))
        self.on.on_click(lambda _: self._turn(1))
        self.number.param.watch(lambda e: self._change(number=e.new or 1), "value")
        self.size.param.watch(lambda e: self._change(size=e.new, number=1), "value")

    def __panel__(self) -> pn.viewable.Viewable:
        """Return the count and the widgets in a row that wraps."""
        widgets = (self.back, self.number, self.on, self.size)
        return pn.FlexBox(self.count, *widgets, align_items="end")

    def reflect(
        self, page: ViewerPage, size: int, *, known: bool, turned_away: int
    ) -> None:
        """Show where a page of `size` stands; `known` is whether all viewers are."""
        self._page, self._showing = page, True
        try:
            self.number.param.update(value=page.number, end=page.pages)
            self.size.value = size
        finally:
            self._showing = False
        full = f" {_FULL.format(turned_away)}" if turned_away else ""
        self.count.html = _count(page, size, known=known) + full
        self.back.disabled = page.number == 1
        self.on.disabled = page.number == page.pages

    def _turn(self, by: int) -> None:
        self._change(number=self._page.number + by)

    def _change(self, **changes: int) -> None:
        if not self._showing:
            self._ask(changes)


def _count(page: ViewerPage, size: int, *, known: bool) -> str:
    if not known:
        return f"live viewers: {UNKNOWN}"
    first = (page.number - 1) * size + 1
    last = first + len(page.profiles) - 1
    rows = f"{first:,}-{last:,} of {page.matching:,}" if page.profiles else "no"
    of = f" matching, {page.live:,}" if page.matching != page.live else ""
    return f"{rows}{of} live viewers"
