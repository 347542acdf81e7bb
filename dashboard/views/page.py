"""The page that holds the views, and what they have in common."""

from typing import Any

import panel as pn
import param
from panel.theme import fast
from param.parameters import NoNone

from dashboard.store import AudienceStore
from dashboard.theme import ACCENT, CARD_CSS

__all__ = ["Fast", "HTMLView", "StoreView", "page"]


class StoreView(pn.viewable.Viewer):
    """A view of the session's store: built once, then changed in place."""

    store = param.ClassSelector(
        class_=AudienceStore, allow_None=NoNone, doc="The session's store."
    )

    def __init__(self, **params: Any) -> None:  # noqa: ANN401, of their parameters
        super().__init__(**params)  # type: ignore[no-untyped-call]


class HTMLView(StoreView):
    """A view that is one piece of HTML, in the cards' styles."""

    def __init__(self, **params: Any) -> None:  # noqa: ANN401, of their parameters
        self._pane = pn.pane.HTML(
            stylesheets=[CARD_CSS], sizing_mode="stretch_width", margin=(5, 10)
        )
        super().__init__(**params)

    def __panel__(self) -> pn.viewable.Viewable:
        """Return the pane."""
        return self._pane


class Fast(fast.Fast):
    """Panel's Fast design without the font it would fetch from elsewhere.

    So the dashboard is whole without the internet, and tells nobody who looks at it.
    Panel finds the design's files by the name of its class, so that must stay.
    """

    _resources = fast.Fast._resources | {"font": {}}  # noqa: SLF001, where designs keep them


def page(title: str, *views: StoreView) -> pn.template.FastListTemplate:
    """Return the page of `views`, one below the other."""
    return pn.template.FastListTemplate(
        title=title,
        design=Fast,
        accent=ACCENT,
        main_layout=None,
        # It would turn every second.
        busy_indicator=None,
        main=list(views),
    )
