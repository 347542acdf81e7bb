"""Boxes on the page's ground, and boxes beside each other where there is room."""

from typing import Any, Final

import panel as pn

from dashboard.theme import BOX_CSS

__all__ = ["beside", "boxed"]

_BOX_CSS: Final = f"""
:host {{ {BOX_CSS} padding: 10px 14px; box-sizing: border-box; min-width: 0;
  gap: 6px; }}
"""
_BESIDE_CSS: Final = """
:host { display: grid; gap: 10px; align-items: start;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 520px), 1fr)); }
"""


def beside(*parts: Any) -> pn.Column:  # noqa: ANN401, whatever Panel shows
    """Return the parts beside each other, or one below the other on a narrow screen."""
    return pn.Column(
        *parts, sizing_mode="stretch_width", margin=0, stylesheets=[_BESIDE_CSS]
    )


def boxed(*parts: Any, margin: tuple[int, int] = (0, 0)) -> pn.Column:  # noqa: ANN401, whatever Panel shows
    """Return the parts one below the other in a box."""
    return pn.Column(
        *parts, sizing_mode="stretch_width", margin=margin, stylesheets=[_BOX_CSS]
    )
