"""The page that holds the views, and what they have in common."""

from typing import Any

import panel as pn
import param
from panel.theme import fast
from param.parameters import NoNone

from dashboard.store import AudienceStore
from dashboard.theme import ACCENT

__all__ = ["Fast", "StoreView", "page"]


class StoreView(pn.viewable.Viewer):
    """A view of the session's store: built once, then changed in place."""

    store = param.ClassSelector(
        class_=AudienceStore, allow_None=NoNone, doc="The session's store."
    )

    def __init__(self, **params: Any) -> None:  # noqa: ANN401, of their parameters
        super().__init__(**params)  # type: ignore[no-untyped-call]


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
