"""The table of the live viewers: a page of it, patched in place."""

from collections.abc import Hashable
from typing import Any, Final

import pandas as pd
import panel as pn
import param

from dashboard.frames import shown_viewers, viewers_frame
from dashboard.model import FeedState
from dashboard.theme import ROW_HEIGHT, ROWS, UNKNOWN
from dashboard.viewers import ViewerPage
from dashboard.views.page import StoreView

__all__ = ["ViewerTable"]

_WIDTHS: Final = {
    "Viewer": 230,
    "Status": 125,
    "Time in status": 115,
    "Position": 90,
    "Ads seen": 85,
    "Clicked": 85,
    "Skipped": 85,
    "Session": 90,
}
_RIGHT: Final = (
    "Time in status",
    "Position",
    "Ads seen",
    "Clicked",
    "Skipped",
    "Session",
)
_CSS: Final = f"""
.tabulator {{ font-variant-numeric: tabular-nums; }}
.tabulator .tabulator-row {{ height: {ROW_HEIGHT}px; min-height: {ROW_HEIGHT}px; }}
"""


class ViewerTable(StoreView):
    """A page of the viewers that match, with a search box, an order and a pager.

    The rows are places on the screen, not viewers: what moves is text, so that the
    browser's table neither grows nor loses its scroll, and only cells that differ are
    sent. The selection is a viewer's and follows the viewer.
    """

    viewer = param.String(
        default=None, allow_None=True, doc="The viewer whose row is selected."
    )

    def __init__(self, **params: Any) -> None:  # noqa: ANN401, of their parameters
        self._page = ViewerPage()
        self._frame = viewers_frame(())
        self._places: list[str] = []
        self._moving = False
        self._count = pn.pane.HTML(margin=(12, 10))
        self._back = pn.widgets.Button(label="Previous", width=100)
        self._on = pn.widgets.Button(label="Next", width=100)
        self._back.on_click(lambda _: self._turn(-1))
        self._on.on_click(lambda _: self._turn(1))
        self.table = _tabulator(shown_viewers(self._frame, pd.Timestamp.now("UTC")))
        self.table.param.watch(self._select, "selection")
        super().__init__(**params)

    def __panel__(self) -> pn.viewable.Viewable:
        """Return the controls above the table."""
        search = pn.widgets.TextInput.from_param(
            self.store.param.search,
            label="",
            placeholder="Filter by viewer or title",
            width=280,
        )
        order = pn.widgets.Select.from_param(
            self.store.param.order, label="", width=180
        )
        pager = (self._count, self._back, self._on)
        controls = pn.Row(
            search, order, pn.HSpacer(), *pager, sizing_mode="stretch_width"
        )
        return pn.Column(controls, self.table, sizing_mode="stretch_width")

    @param.depends("store.page", "store.feed", watch=True, on_init=True)
    def _count_rows(self) -> None:
        page = self.store.page
        first = (page.number - 1) * ROWS + 1
        last = first + len(page.profiles) - 1
        rows = f"{first:,}-{last:,} of {page.matching:,}" if page.profiles else "no"
        of = f" matching, {page.live:,}" if page.matching != page.live else ""
        known = page.live or self.store.feed.state is FeedState.FOLLOWING
        count = f"{rows}{of} live viewers" if known else f"live viewers: {UNKNOWN}"
        self._count.object = count
        self._back.disabled = page.number == 1
        self._on.disabled = page.number == page.pages

    @param.depends("store.page", "store.now", watch=True, on_init=True)
    def _show(self) -> None:
        if self.store.page is not self._page:
            self._page = self.store.page
            self._frame = viewers_frame(self._page.profiles)
            self._places = [profile.viewer_id for profile in self._page.profiles]
        shown = shown_viewers(self._frame, pd.Timestamp(self.store.now))
        before = self.table.value
        if len(shown) != len(before):
            self.table.value = shown
        elif changes := _changes(before, shown):
            self.table.patch(changes)
        self._move_selection()

    def _turn(self, by: int) -> None:
        self.store.page_number = self.store.page.number + by

    def _select(self, event: param.parameterized.Event) -> None:
        if not self._moving:
            self.viewer = self._places[event.new[0]] if event.new else None

    def _move_selection(self) -> None:
        rows = [i for i, viewer in enumerate(self._places) if viewer == self.viewer]
        if rows != self.table.selection:
            self._moving = True
            self.table.selection = rows
            self._moving = False


def _changes(
    before: pd.DataFrame, after: pd.DataFrame
) -> dict[str, list[tuple[Hashable, str]]]:
    """Return the cells that differ, as `Tabulator.patch` takes them."""
    differ = before.ne(after)
    return {
        column: list(after.loc[differ[column], column].items())
        for column in after.columns
        if differ[column].any()
    }


def _tabulator(shown: pd.DataFrame) -> pn.widgets.Tabulator:
    return pn.widgets.Tabulator(
        shown,
        show_index=False,
        disabled=True,
        sortable=False,
        selectable=1,
        # A stranger's text must not become markup.
        formatters={column: {"type": "plaintext"} for column in shown.columns},
        text_align=dict.fromkeys(_RIGHT, "right"),
        header_align=dict.fromkeys(_RIGHT, "right"),
        widths=_WIDTHS,
        layout="fit_columns",
        # The browser's table loses its scroll unless its height is fixed.
        height=ROW_HEIGHT * (ROWS + 1) + 10,
        sizing_mode="stretch_width",
        stylesheets=[_CSS],
    )
