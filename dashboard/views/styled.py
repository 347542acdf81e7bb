"""What the pages are put together of: styled HTML, and halves of the width."""

import panel as pn
from bokeh.plotting import figure

from dashboard.theme import BASE_CSS
from dashboard.views.boxes import boxed
from dashboard.views.markup import Markup

__all__ = ["chart_card", "half", "side_by_side", "styled"]


def styled(css: str) -> Markup:
    """Return a piece of HTML that `css` styles, in the page's own colours."""
    return Markup(  # type: ignore[no-untyped-call]
        stylesheets=[BASE_CSS, css],
        sizing_mode="stretch_width",
        margin=(5, 10),
    )


def chart_card(plot: figure) -> pn.Column:
    """Return a chart in a box, as the tables are."""
    pane = pn.pane.Bokeh(plot, sizing_mode="stretch_width", margin=0)
    return boxed(pane, margin=(5, 10))


def half(*views: pn.viewable.Viewer) -> pn.Column:
    """Return views that take half of the width where there is enough of it."""
    return pn.Column(*views, styles={"flex": "1 1 600px", "min-width": "0"}, margin=0)


def side_by_side(*halves: pn.Column) -> pn.FlexBox:
    """Return halves in as many rows as they need."""
    return pn.FlexBox(*halves, sizing_mode="stretch_width")
