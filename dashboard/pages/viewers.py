"""The Viewers page: the live viewers that match, a page of them, as they are now."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec
import panel as pn
import param

from dashboard.cells import COLUMNS, cells_of, headers
from dashboard.model import FeedState
from dashboard.query import ViewerColumn, ViewerPage
from dashboard.table_state import TableState, fields_of, state_of
from dashboard.theme import UNKNOWN
from dashboard.views.filters import Filters
from dashboard.views.live_table import LiveTable
from dashboard.views.page import StoreView
from dashboard.views.pager import Pager

__all__ = ["ViewersPage"]

_BY_NAME: Final = {column.order: column for column in COLUMNS}
_NAME: Final = "viewers"


class ViewersPage(StoreView):
    """Filters above a table above a pager; the browser's address says what they show.

    `state` is what is asked for; who changes it asks again at once, and a tick asks
    the same again.
    """

    state = param.ClassSelector(
        default=TableState(), class_=TableState, doc="What the table shows."
    )

    def __init__(self, **params: Any) -> None:  # noqa: ANN401, of their parameters
        self.table = LiveTable(
            self._sort,
            label="Live viewers",
            columns=headers(),
            address={"page": "viewer"},
            key="viewer",
            sizing_mode="stretch_width",
        )
        self.filters = Filters(self._ask)
        self.pager = Pager(self._ask)
        super().__init__(**params)
        self._layout = pn.Column(
            self.filters, self.table, self.pager, sizing_mode="stretch_width"
        )

    def __panel__(self) -> pn.viewable.Viewable:
        """Return the layout."""
        return self._layout

    def refresh(self) -> None:
        """Ask again, and show what differs."""
        state, viewers = self.state, self.store.model.viewers
        page = viewers.page(state, state.number, state.size)
        now_s = self.store.now.timestamp()
        known = bool(page.live) or self.store.feed.state is FeedState.FOLLOWING
        self.table.fill({p.viewer_id: cells_of(p, now_s) for p in page.profiles})
        self.table.note = "" if page.profiles else _note(page, known=known)
        self.filters.offer(s.value for s in viewers.breakdown("title") if s.known)
        self.pager.reflect(
            page, state.size, known=known, turned_away=viewers.turned_away
        )

    @param.depends("state", watch=True, on_init=True)
    def _show_state(self) -> None:
        state = self.state
        column = _BY_NAME[state.order]
        falls = state.descending != column.counts_back
        self.table.sort = [state.order.value, "descending" if falls else "ascending"]
        self.filters.reflect(state)
        self.refresh()

    @param.depends("store.query", "store.page_name", watch=True, on_init=True)
    def _read_address(self) -> None:
        told = state_of(self.store.query)
        if self.store.page_name == _NAME and told != self.state:
            self.state = told

    @param.depends("store.viewer", watch=True, on_init=True)
    def _select(self) -> None:
        # Who was looked at last stays marked on the way back.
        self.table.selected = self.store.viewer or self.table.selected

    def _sort(self, name: str) -> None:
        column = _BY_NAME[ViewerColumn(name)]
        if self.state.order is column.order:
            descending = not self.state.descending
        else:
            descending = column.right and not column.counts_back
        self._ask({"order": column.order, "descending": descending, "number": 1})

    def _ask(self, changes: Mapping[str, Any], *, keep: bool = True) -> None:
        """Ask for something else; the address says so, unless it is half typed."""
        self.state = msgspec.structs.replace(self.state, **{"number": 1, **changes})
        if keep:
            self.store.query = fields_of(self.state)


def _note(page: ViewerPage, *, known: bool) -> str:
    if not known:
        return f"Who is live is {UNKNOWN} yet."
    return "No live viewer matches the filters." if page.live else "Nobody is live."
