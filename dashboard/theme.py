"""How a status looks, and the few sizes and styles that the views share.

The colours are Okabe and Ito's (https://jfly.uni-koeln.de/color/), which colour-blind
people tell apart; their lightness differs too, and each status also has a word, a glyph
and a dash of its own, so that nobody needs the colour.
"""

from typing import Final, NamedTuple

from dataflows.playback.profile import PlaybackStatus

__all__ = [
    "ACCENT",
    "CARD_CSS",
    "CHART_HEIGHT",
    "LOOKS",
    "ROWS",
    "ROW_HEIGHT",
    "UNKNOWN",
    "Look",
    "status_text",
]

ACCENT: Final = "#1f3a4d"
ROWS: Final = 20
"""Rows of the viewer table on one page."""
ROW_HEIGHT: Final = 31
"""Pixels, as the table's stylesheet sets them."""
CHART_HEIGHT: Final = 280
UNKNOWN: Final = "unknown"
"""What a figure says that can't be known; never 0, which is a figure."""


class Look(NamedTuple):
    """How one status is told: in words, by shape, and by colour."""

    word: str
    glyph: str
    colour: str
    dash: str
    card: str | None
    """The label of its summary card, where it has one."""


LOOKS: Final[dict[PlaybackStatus, Look]] = {
    # U+FE0E asks for the plain shape where a browser has an emoji of it
    PlaybackStatus.WATCHING_VIDEO: Look(
        "Watching", "▶\ufe0e", "#0072b2", "solid", "Watching"
    ),
    PlaybackStatus.PAUSED_VIDEO: Look("Paused", "❚❚", "#e69f00", "dashed", "Paused"),
    PlaybackStatus.WATCHING_AD: Look("In ad", "◆", "#cc79a7", "dotdash", "In ads"),
    PlaybackStatus.BUFFERING: Look("Buffering", "◌", "#d55e00", "dotted", "Buffering"),
    PlaybackStatus.COMPLETED_VIDEO: Look(
        "Completed", "■", "#009e73", "dashdot", "Completed in the last minute"
    ),
    PlaybackStatus.LEFT: Look("Left", "○", "#999999", "solid", None),
}

CARD_CSS: Final = """
:host { --edge: color-mix(in srgb, currentColor 18%, transparent);
  --quiet: color-mix(in srgb, currentColor 68%, transparent); color: inherit; }
.cards { display: flex; flex-wrap: wrap; gap: 12px; }
.card { flex: 1 1 150px; border: 1px solid var(--edge); border-radius: 6px;
  border-left: 5px solid var(--colour); padding: 10px 14px 12px; }
.card .label { font-size: 13px; color: var(--quiet); white-space: nowrap; }
.card .glyph { display: inline-block; min-width: 1.1em; margin-right: 6px;
  color: var(--colour); }
.card .figure { font-size: 30px; line-height: 1.2; font-weight: 600;
  font-variant-numeric: tabular-nums; }
.card .figure.unknown { font-size: 20px; line-height: 1.8; font-weight: 400;
  color: var(--quiet); }
.line { display: flex; flex-wrap: wrap; gap: 4px 18px; font-size: 14px;
  align-items: baseline; font-variant-numeric: tabular-nums; }
.line .state { font-weight: 600; }
.line .quiet { color: var(--quiet); }
.line.warn .state { color: #d55e00; }
"""
"""Styles of the summary cards and the freshness line, in the page's own colours."""


def status_text(status: PlaybackStatus) -> str:
    """Return a status as a person reads it: its glyph and its word."""
    look = LOOKS[status]
    return f"{look.glyph} {look.word}"
