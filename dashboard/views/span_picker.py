"""Links that pick how far back a page looks; the address says which is picked."""

from html import escape
from typing import Any, Final
from urllib.parse import urlencode

import panel as pn
import param

from dashboard.spans import Span
from dashboard.views.page import StoreView
from dashboard.views.styled import styled

__all__ = ["SPAN_WORDS", "SpanPicker"]

SPAN_WORDS: Final = {
    Span.FIVE_MINUTES: "Last 5 minutes",
    Span.HOUR: "Last hour",
    Span.DAY: "Last 24 hours",
}
_CSS: Final = """
nav { display: flex; flex-wrap: wrap; gap: 6px; }
a { color: var(--ink); text-decoration: none; border: 1px solid var(--edge);
  border-radius: 6px; padding: 5px 12px; background: var(--surface); }
a:hover { background: var(--hover); }
a[aria-current] { border-color: var(--accent); font-weight: 600;
  box-shadow: inset 0 -2px 0 var(--accent); }
a:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
"""


class SpanPicker(StoreView):
    """A link a span; `span` is the one that the session's address names."""

    span: param.Selector[Span] = param.Selector(
        default=Span.HOUR, objects=list(Span), doc="The span that is picked."
    )

    def __init__(self, page: str, **params: Any) -> None:  # noqa: ANN401, of their parameters
        self._page = page
        self.markup = styled(_CSS)
        super().__init__(**params)

    def __panel__(self) -> pn.viewable.Viewable:
        """Return the links."""
        return self.markup

    @param.depends("store.query", watch=True, on_init=True)
    def _follow(self) -> None:
        named = self.store.query.get("span", "")
        self.span = Span(named) if named in set(Span) else Span.HOUR
        links = "".join(self._link(span) for span in Span)
        self.markup.html = f'<nav aria-label="Time span">{links}</nav>'

    def _link(self, span: Span) -> str:
        current = ' aria-current="true"' if span is self.span else ""
        address = urlencode({"page": self._page, "span": span.value})
        return f'<a href="?{escape(address)}"{current}>{SPAN_WORDS[span]}</a>'
