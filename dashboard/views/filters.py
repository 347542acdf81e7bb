"""The filters of the viewer table, and the link that takes all that match along."""

from collections.abc import Iterable
from html import escape
from typing import Any, Final
from urllib.parse import urlencode

import msgspec
import panel as pn
from msgspec import UNSET

from dashboard.query import DAY_S, TEXT_MOST
from dashboard.table_state import Ask, TableState, fields_of
from dashboard.theme import LOOKS, status_text
from dashboard.views.markup import Markup
from dataflows.playback.profile import PlaybackStatus

__all__ = ["Filters"]

# Panel shows no option whose value is None.
_STATUSES: Final = {
    "Any status": "",
    # Who has left is not live.
    **{status_text(s): s for s in LOOKS if s is not PlaybackStatus.LEFT},
}
_NOTHING: Final[dict[str, Any]] = {
    "text": "",
    "status": UNSET,
    "title": "",
    "buffering_longer_s": UNSET,
}
"""The filters that let everybody through."""
_FIRST_PAGE: Final[dict[str, Any]] = {"number": 1, "size": TableState().size}

_OFFERED: Final = 500
"""Titles to pick from; past so many it begins anew."""

_LINK: Final = (
    '<a href="{}" download title="All viewers that match, for spreadsheets">'
    "Export CSV</a>"
)
_EXPORT: Final = "viewers.csv"
_LINK_CSS: Final = """
:host { margin: 5px 10px; }
a { display: inline-block; padding: 7px 12px; color: var(--accent);
  border: 1px solid var(--edge); border-radius: 4px; text-decoration: none; }
a:hover { background: var(--hover); }
"""


class Filters(pn.viewable.Viewer):
    """Widgets that show a state, and call `ask` with what a person changes in it."""

    def __init__(self, ask: Ask) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._ask = ask
        self._showing = False
        self.text = pn.widgets.TextInput(
            label="Viewer or title",
            placeholder="Filter by viewer or title",
            width=230,
            max_length=TEXT_MOST,
        )
        self.status = pn.widgets.Select(label="Status", options=_STATUSES, width=150)
        self.title = pn.widgets.AutocompleteInput(
            label="Title",
            placeholder="Any title",
            restrict=False,
            min_characters=0,
            case_sensitive=False,
            search_strategy="includes",
            width=230,
        )
        self.buffering = pn.widgets.FloatInput(
            label="Buffering longer than (s)",
            value=None,
            start=0,
            end=DAY_S,
            step=10,
            width=170,
        )
        self.clear = pn.widgets.Button(label="Clear filters", align="end")
        self.export = Markup(stylesheets=[_LINK_CSS])  # type: ignore[no-untyped-call]
        self._watch()

    def __panel__(self) -> pn.viewable.Viewable:
        """Return the widgets in a row that wraps."""
        widgets = (self.text, self.status, self.title, self.buffering)
        return pn.FlexBox(*widgets, self.clear, self.export, align_items="end")

    def reflect(self, state: TableState) -> None:
        """Show a state, and let the link take along what it asks for."""
        self._showing = True
        try:
            # What is being typed must not be set, or letters typed since would be lost.
            if self.text.value_input != state.text:
                self.text.param.update(value=state.text, value_input=state.text)
            self.status.value = state.status or ""
            self.title.value = state.title
            longer_s = state.buffering_longer_s
            self.buffering.value = None if longer_s is UNSET else longer_s
        finally:
            self._showing = False
        self.clear.disabled = all(
            getattr(state, name) == value for name, value in _NOTHING.items()
        )
        fields = fields_of(msgspec.structs.replace(state, **_FIRST_PAGE))
        self.export.html = _LINK.format(escape(f"{_export()}?{urlencode(fields)}"))

    def offer(self, titles: Iterable[str]) -> None:
        """Offer titles to pick from, beside those that were offered before.

        So they are sent only when there is a new one, not whenever one of them is among
        the largest again.
        """
        known = set(self.title.options)
        if new := set(titles) - known:
            kept = known if len(known | new) <= _OFFERED else set()
            self.title.options = sorted(kept | new)

    def _watch(self) -> None:
        def watch(widget: pn.widgets.Widget, name: str, what: str = "value") -> None:
            keep = what == "value"
            widget.param.watch(lambda e: self._changed(name, e.new, keep=keep), what)

        watch(self.text, "text", "value_input")
        watch(self.text, "text")
        watch(self.status, "status")
        watch(self.title, "title")
        watch(self.buffering, "buffering_longer_s")
        self.clear.on_click(lambda _: self._ask(_NOTHING))

    def _changed(self, name: str, value: object, *, keep: bool) -> None:
        if not self._showing:
            # An empty widget asks for nothing.
            self._ask({name: value or _NOTHING[name]}, keep=keep)


def _export() -> str:
    """Return where the file is, as the browser finds it from the page's own path.

    Only the last part of that is sure: something in front may serve the page deeper.
    """
    path = pn.state.location.pathname if pn.state.location else ""
    page = path.rpartition("/")[2]
    return f"{page}/{_EXPORT}" if page else _EXPORT
