"""What views have in common: the session's store, and HTML in the house's styles."""

from typing import Any, ClassVar, Final

import panel as pn
import param
from param.parameters import NoNone

from dashboard.store import AudienceStore
from dashboard.theme import BASE_CSS
from dashboard.views.markup import Markup

__all__ = ["SECTION_CSS", "HTMLView", "StoreView"]

SECTION_CSS: Final = """
section { padding: 10px 14px 12px; }
h2 { font-size: 14px; font-weight: 650; margin: 0 0 6px; }
"""
"""A box with a heading."""


class StoreView(pn.viewable.Viewer):
    """A view of the session's store: built once, then changed in place."""

    store = param.ClassSelector(
        class_=AudienceStore, allow_None=NoNone, doc="The session's store."
    )

    def __init__(self, **params: Any) -> None:  # noqa: ANN401, of their parameters
        super().__init__(**params)  # type: ignore[no-untyped-call]


class HTMLView(StoreView):
    """A view that is one piece of HTML; `css` is its style, beside what all have."""

    css: ClassVar[str] = ""

    def __init__(self, **params: Any) -> None:  # noqa: ANN401, of their parameters
        self.markup = Markup(  # type: ignore[no-untyped-call]
            stylesheets=[BASE_CSS, self.css], sizing_mode="stretch_width", margin=0
        )
        super().__init__(**params)

    def __panel__(self) -> pn.viewable.Viewable:
        """Return the HTML."""
        return self.markup

    def preview(self) -> str:
        """Return what shows as part of the first answer, before any script has run.

        https://developer.mozilla.org/en-US/docs/Web/HTML/Reference/Elements/template
        """
        return (
            f'<div><template shadowrootmode="open"><style>{BASE_CSS}{self.css}</style>'
            f"{self.markup.html}</template></div>"
        )
