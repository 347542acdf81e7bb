"""A row of cards: a word, a figure and a note each, and what the figure means."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Final, NamedTuple

import panel as pn

from dashboard.definitions import DEFINITIONS
from dashboard.views.styled import styled
from dashboard.wording import known

__all__ = ["FACTS_CSS", "Facts", "Figure"]

FACTS_CSS: Final = """
.facts { display: grid; gap: 12px; margin: 0;
  grid-template-columns: repeat(auto-fit, minmax(165px, 1fr)); }
.fact { padding: 8px 14px 10px; }
dt { font-size: 13px; color: var(--quiet); cursor: help; }
dd { margin: 0; font-variant-numeric: tabular-nums; }
.figure { font-size: 26px; line-height: 1.25; font-weight: 600; }
.figure.unknown { font-size: 18px; line-height: 1.8; font-weight: 400;
  color: var(--quiet); }
.note { font-size: 12.5px; color: var(--quiet); min-height: 1.4em; }
"""


class Figure(NamedTuple):
    """What one card says; `text` is `None` where it can't be known."""

    text: str | None
    note: str = ""


class Facts(pn.viewable.Viewer):
    """Cards of the definitions that `keys` name, in their order."""

    def __init__(self, keys: Sequence[str]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._figures = dict.fromkeys(keys, Figure(None))
        self.markup = styled(FACTS_CSS)
        self.draw({})

    def __panel__(self) -> pn.viewable.Viewable:
        """Return the cards."""
        return self.markup

    def draw(self, figures: Mapping[str, Figure]) -> None:
        """Show the figures by the keys of their cards."""
        self._figures |= figures
        # A line a figure: of what changes, only the lines that differ are sent.
        cards = "\n".join(_card(key, figure) for key, figure in self._figures.items())
        self.markup.html = f'<dl class="facts">{cards}</dl>'


def _card(key: str, figure: Figure) -> str:
    meaning = DEFINITIONS[key]
    quiet = " unknown" if figure.text is None else ""
    return (
        f'<div class="fact box"><dt title="{escape(meaning.text)}">'
        f"{escape(meaning.word)}</dt>\n"
        f'<dd class="figure{quiet}">{escape(known(figure.text))}</dd>'
        f'\n<dd class="note">{escape(figure.note)}</dd></div>'
    )
