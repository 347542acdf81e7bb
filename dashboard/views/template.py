"""The HTML around the shell: header, navigation, dark and light, and coming back."""

from pathlib import Path
from typing import Any, ClassVar, Final

import panel as pn
from panel.theme.base import Inherit
from panel.theme.native import Native

from dashboard.definitions import DEFINITIONS
from dashboard.pages import PAGES
from dashboard.views.shell import Shell

__all__ = ["shell_template"]

_ASSETS = Path(__file__).parents[1] / "assets"
_ARROWS_CSS: Final = """
.bk-spin-btn { --color: var(--ink); --disabled-color: var(--quiet); }
select.bk-input.bk-input { background-size: 5px 5px, 5px 5px;
  background-position: right 11px center, right 6px center;
  background-image: linear-gradient(45deg, transparent 50%, currentColor 50%),
    linear-gradient(-45deg, transparent 50%, currentColor 50%); }
"""


class _Design(Native):
    """Panel's plainest, with arrows of the page's colour, where its own are black."""

    # Beside those of its base, by which Panel goes, too.
    modifiers: ClassVar[dict[Any, Any]] = {
        widget: {"stylesheets": [Inherit, _ARROWS_CSS]}
        for widget in (pn.widgets.Select, pn.widgets.IntInput, pn.widgets.FloatInput)
    }


def _asset(name: str) -> str:
    return (_ASSETS / name).read_text(encoding="utf-8")


def shell_template(shell: Shell) -> pn.Template:
    """Return the page of a session: everything that is needed is in it or from here."""
    template = pn.Template(_asset("shell.html"), design=_Design)
    template.add_panel("address", shell.address)
    template.add_panel("freshness", shell.freshness)
    template.add_panel("page", shell.main)
    template.add_variable("shell_css", _asset("shell.css"))
    template.add_variable("shell_js", _asset("shell.js"))
    template.add_variable("shell_pages", PAGES)
    template.add_variable("shell_definitions", DEFINITIONS)
    template.add_variable("shell_preview", shell.preview())
    template.add_variable("shell_page", shell.store.page_name)
    return template
