"""How a status looks, and the styles that all views share.

The colours are Okabe and Ito's (https://jfly.uni-koeln.de/color/), which colour-blind
people tell apart; their lightness differs too, and each status also has a word, a glyph
and a dash of its own, so that nobody needs the colour.
"""

from typing import Final, NamedTuple

from dataflows.playback.profile import PlaybackStatus

__all__ = [
    "BASE_CSS",
    "BOX_CSS",
    "LOOKS",
    "UNKNOWN",
    "Look",
    "status_text",
]

UNKNOWN: Final = "unknown"
"""What a figure says that can't be known; never 0, which is a figure."""


class Look(NamedTuple):
    """How one status is told: in words, by shape, and by colour."""

    word: str
    glyph: str
    colour: str
    dash: str
    hatch: str
    """How its stretches of a timeline are hatched, as Bokeh names it."""


LOOKS: Final[dict[PlaybackStatus, Look]] = {
    # U+FE0E asks for the plain shape where a browser has an emoji of it
    PlaybackStatus.WATCHING_VIDEO: Look(
        "Watching", "▶\ufe0e", "#0072b2", "solid", "blank"
    ),
    PlaybackStatus.PAUSED_VIDEO: Look(
        "Paused", "❚❚", "#e69f00", "dashed", "vertical_line"
    ),
    PlaybackStatus.WATCHING_AD: Look(
        "In ad", "◆", "#cc79a7", "dotdash", "right_diagonal_line"
    ),
    PlaybackStatus.BUFFERING: Look("Buffering", "◌", "#d55e00", "dotted", "dot"),
    PlaybackStatus.COMPLETED_VIDEO: Look(
        "Completed", "■", "#009e73", "dashdot", "cross"
    ),
    PlaybackStatus.LEFT: Look("Left", "○", "#999999", "solid", "left_diagonal_line"),
}

BOX_CSS: Final = (
    "background: var(--surface); border: 1px solid var(--edge); border-radius: 8px;"
)
"""How whatever stands on the page's ground stands out from it."""

BASE_CSS: Final = f"""
.box {{ {BOX_CSS} }}
:host {{ color: var(--ink); }}
.unknown, .quiet {{ color: var(--quiet); }}
a {{ color: inherit; }}
a:focus-visible {{ outline: 2px solid var(--accent); outline-offset: 2px; }}
"""
"""What every piece of HTML has: the page's colours are variables of its own sheet."""


def status_text(status: PlaybackStatus) -> str:
    """Return a status as a person reads it: its glyph and its word."""
    look = LOOKS[status]
    return f"{look.glyph} {look.word}"
