"""The pages by the names that addresses have; their modules load when first shown."""

from importlib import import_module
from typing import Any, Final, Protocol, runtime_checkable

import panel as pn

from dashboard.store import AudienceStore

__all__ = ["PAGES", "Page", "Previewed", "build_page", "load_pages"]

PAGES: Final = {
    "live": "Live",
    "viewers": "Viewers",
    "viewer": "Viewer",
    "ads": "Ads",
    "quality": "Quality",
    "pipeline": "Pipeline",
}
"""Their titles; page `live` is class `LivePage` of module `dashboard.pages.live`."""


class Page(Protocol):
    """What the shell asks of a page: to be laid out once, then told of each tick."""

    def __panel__(self) -> pn.viewable.Viewable:
        """Return the layout."""

    def refresh(self) -> None:
        """Take over what differs in `store.model`; called while the page is visible."""


@runtime_checkable
class Previewed(Protocol):
    """A page of which something shows before any script has run."""

    def preview(self) -> str:
        """Return its HTML."""


def build_page(name: str, store: AudienceStore) -> Page:
    """Return a new page of the session whose store is given.

    Raises:
        KeyError: there is no page of that name.

    """
    page: Page = _load(name)(store=store)
    return page


def load_pages() -> None:
    """Load every page's module now, so that nobody has to wait for it later."""
    for name in PAGES:
        _load(name)


def _load(name: str) -> Any:  # noqa: ANN401, a class of the protocol's shape
    return getattr(import_module(f"dashboard.pages.{name}"), f"{PAGES[name]}Page")
