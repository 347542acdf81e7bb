"""A page with the player and the dashboard side by side."""

from html import escape
from pathlib import Path
from string import Template
from typing import Final

__all__ = ["ROUTE", "write"]

ROUTE: Final = "side-by-side"
"""Where the page is, on the dashboard's server."""

_TEMPLATE: Final = Path(__file__).with_name("side_by_side.html")


def write(folder: Path, player_url: str, dashboard_url: str) -> Path:
    """Write the page to a folder of its own in `folder`, and return that."""
    pages = folder / ROUTE
    pages.mkdir()
    page = Template(_TEMPLATE.read_text(encoding="utf-8"))
    html = page.substitute(player=escape(player_url), dashboard=escape(dashboard_url))
    (pages / "index.html").write_text(html, encoding="utf-8")
    return pages
