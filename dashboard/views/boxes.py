"""Boxes on the page's ground, and boxes beside each other where there is room."""

from typing import Any, Final

import panel as pn

__all__ = ["BOX_CSS", "beside", "boxed"]

BOX_CSS: Final = """
:host { background: var(--surface); border: 1px solid var(--edge); border-radius: 8px;
  padding: 10px 14px; box-sizing: border-box; min-width: 0; gap: 6px; }
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


def boxed(*parts: Any) -> pn.Column:  # noqa: ANN401, whatever Panel shows
    """Return the parts one below the other in a box."""
    return pn.Column(
        *parts, sizing_mode="stretch_width", margin=0, stylesheets=[BOX_CSS]
    )
