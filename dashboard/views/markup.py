"""HTML that is changed in place, so that what a person holds on to stays."""

from pathlib import Path
from typing import ClassVar, Final

import param
from panel.custom import JSComponent

__all__ = ["Markup"]

_SCRIPT: Final = Path(__file__).parents[1] / "assets" / "markup.js"
_WORTH: Final = 2
"""Changes are sent while the whole is at least this many times as long."""


class Markup(JSComponent):
    """A piece of HTML; of a change, the browser touches only what differs.

    So a link keeps the focus and a tooltip stays while the figures beside them move,
    which a pane that is replaced each second does not allow; and of its lines only
    those are sent that differ. What is a stranger's text must be escaped in it, as in
    any HTML.

    What is sent, `whole` and `changes`, begins with a number: changes are to the whole
    of the same number, all of them, so that one that is overtaken by the next is not
    missed.
    """

    html = param.String(default="", doc="The HTML, escaped where it is not ours.")
    whole = param.List(default=[0, ""], doc="A number, and the HTML of that time.")
    changes = param.List(
        default=[0, []], doc="The number of a whole, and its lines that are others now."
    )

    # What is no property of the browser's has no name there.
    _rename: ClassVar[dict[str, str | None]] = {"html": None}
    _esm: ClassVar[str] = _SCRIPT.read_text(encoding="utf-8")

    @param.depends("html", watch=True, on_init=True)
    def _send(self) -> None:
        number, whole = self.whole
        before, now = whole.split("\n"), self.html.split("\n")
        lines = enumerate(zip(before, now, strict=False))
        differ = {place: new for place, (old, new) in lines if new != old}
        size = sum(map(len, differ.values()))
        if len(before) == len(now) and size * _WORTH <= len(whole):
            self.changes = [number, [[place, new] for place, new in differ.items()]]
        else:
            self.param.update(whole=[number + 1, self.html], changes=[number + 1, []])
