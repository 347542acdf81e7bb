"""The shell: what stands on every page, which page shows, and the tick."""

import logging
from html import escape
from typing import Any, Final

import panel as pn
import param

from dashboard.address import Address, address_text, read_address
from dashboard.pages import PAGES, Page, Previewed, build_page
from dashboard.views.freshness import Freshness
from dashboard.views.page import HTMLView, StoreView

__all__ = ["FailedPage", "Shell"]

_FAILED: Final = """
<div class="failed" role="alert"><span class="glyph" aria-hidden="true">✕</span>
<div><strong>The {title} page failed</strong><p>{why}</p>
<p>The server's log tells more. It is tried again each second; other pages go on.</p>
</div></div>"""

_log = logging.getLogger(__name__)


class FailedPage(HTMLView):
    """What stands in the place of a page that could not be built or refreshed."""

    def __init__(self, name: str, fault: Exception, **params: Any) -> None:  # noqa: ANN401, of their parameters
        super().__init__(**params)
        why = escape(f"{type(fault).__name__}: {fault}")
        self.markup.html = _FAILED.format(title=PAGES[name], why=why)

    def refresh(self) -> None:
        """Do nothing: what failed is built anew."""


class Shell(StoreView):
    """The visible page under the freshness line; others are kept once they were shown.

    A page is built when it is first shown, and told of a tick only while it shows.
    `address` holds what the browser's address says from `?` on, both ways: the page's
    script writes it when a person navigates, and follows it when the store changes.
    """

    def __init__(self, **params: Any) -> None:  # noqa: ANN401, of their parameters
        self._pages: dict[str, Page] = {}
        self._shown: Page | None = None
        self.address = pn.widgets.TextInput(visible=False)
        self.main = pn.Column(sizing_mode="stretch_width", margin=0)
        super().__init__(**params)
        self.freshness = Freshness(store=self.store)
        self.address.param.watch(lambda event: self.go(event.new), "value")

    def __panel__(self) -> pn.viewable.Viewable:
        """Return the visible page."""
        return self.main

    def preview(self) -> str:
        """Return the freshness line, and of the page what it shows before scripts."""
        page = self._shown
        shown = page.preview() if isinstance(page, Previewed) else ""
        return self.freshness.preview() + shown

    def go(self, search: str) -> None:
        """Show what an address says."""
        self.store.open(*read_address(search, PAGES))
        # Also where nothing else changes: it may not be spelled as it is here.
        self._show_address()

    def tick(self) -> None:
        """Take over what changed in the model; what differs goes out as one message."""
        with pn.io.hold():
            self.store.pull()
            self._refresh(self.store.page_name)

    @param.depends("store.page_name", "store.viewer", watch=True, on_init=True)
    def _show_page(self) -> None:
        self._refresh(self.store.page_name)

    @param.depends(
        "store.page_name", "store.viewer", "store.query", watch=True, on_init=True
    )
    def _show_address(self) -> None:
        store = self.store
        shown = Address(store.page_name, store.viewer, store.query)
        self.address.value = address_text(shown)

    def _refresh(self, name: str) -> None:
        """Bring the page up to date, and onto the screen where it is not there yet."""
        page = self._pages.get(name)
        failed = isinstance(page, FailedPage)
        try:
            if page is None or failed:
                page = build_page(name, self.store)
            page.refresh()
        except Exception as fault:  # noqa: BLE001, or one page would stop all
            if failed:
                return
            _log.exception("page %s failed", name)
            page = FailedPage(name, fault, store=self.store)
        self._pages[name] = page
        if page is not self._shown:
            self._shown = page
            self.main[:] = [page]
