"""The live audience by whatever its events tell: device, player, country, title."""

from html import escape
from typing import ClassVar, Final
from urllib.parse import urlencode

from dashboard.breakdown import Slice
from dashboard.definitions import DEFINITIONS
from dashboard.model import FeedState
from dashboard.rates import rebuffer_ratio
from dashboard.theme import UNKNOWN
from dashboard.views.page import SECTION_CSS, HTMLView
from dashboard.wording import count_text, known, percent_text, shown_text
from dataflows.playback.profile import PlaybackStatus

__all__ = ["Breakdown", "dimension_word"]

_FIELD: Final = "by"
"""The address's field that names the dimension."""
_SHOWN: Final = 10
_FIRST: Final = "player_type"
_WORDS: Final = {"player_type": "Player", "livestream": "Live or on demand"}
_OPEN: Final = "Over the sessions that are open now."
_RATIO: Final = "time stalled / (time played + time stalled)."

_TABLE: Final = """
<table><thead><tr><th scope="col" class="value">{word}</th>
<th scope="col">Viewers</th><th scope="col" class="bar"></th>
<th scope="col" title="{buffering}">Buffering</th>
<th scope="col" title="{ratio}">Rebuffer ratio</th>
<th scope="col" title="{errors}">Errors</th></tr></thead><tbody>{rows}</tbody></table>
<p class="quiet">{note}</p>"""
_ROW: Final = """
<tr><th scope="row" class="value" title="{name}">{name}</th><td>{viewers:,}</td>
<td class="bar"><span style="width: {width:.1f}%"></span></td>
<td>{buffering}</td><td>{ratio}</td><td>{errors}</td></tr>"""


class Breakdown(HTMLView):
    """A row a value of the dimension that is picked, the most viewers first."""

    css: ClassVar[str] = (
        SECTION_CSS
        + """
nav { display: flex; flex-wrap: wrap; gap: 4px; margin: 0 0 6px; }
nav a { text-decoration: none; border: 1px solid var(--edge); border-radius: 6px;
  padding: 2px 9px; font-size: 12.5px; color: var(--quiet); }
nav a:hover { background: var(--hover); }
nav a[aria-current] { border-color: var(--accent); color: var(--ink); font-weight: 600;
  box-shadow: inset 0 -2px 0 var(--accent); }
table { width: 100%; border-collapse: collapse; table-layout: fixed;
  font-variant-numeric: tabular-nums; }
thead th { font-size: 12.5px; font-weight: 500; color: var(--quiet); }
th, td { padding: 4px 0 4px 10px; text-align: right; white-space: nowrap;
  width: 78px; overflow: hidden; text-overflow: ellipsis; }
thead th:nth-child(5) { width: 96px; }
tbody tr { border-top: 1px solid var(--edge); }
.value { text-align: left; font-weight: 400; padding-left: 0; width: auto; }
.bar { width: 24%; } .bar span { display: block; height: 12px; border-radius: 2px;
  background: var(--accent); min-width: 1px; }
p { margin: 6px 0 0; font-size: 12.5px; }
@media (max-width: 640px) { th, td { width: 58px; padding-left: 6px; }
  .bar, thead th.bar { display: none; } thead th { white-space: normal; }
  thead th:nth-child(5) { width: 62px; } }
"""
    )

    def refresh(self) -> None:
        """Show the slices of the dimension that the address names."""
        viewers = self.store.model.viewers
        offered = viewers.dimensions()
        named = self.store.query.get(_FIELD, _FIRST)
        dimension = named if named in offered else _FIRST
        picker = "".join(self._link(name, dimension) for name in offered)
        self.markup.html = (
            f'<section class="box" aria-label="Breakdown"><h2>Breakdown</h2>'
            f'<nav aria-label="Break down by">{picker}</nav>'
            f"{_table(dimension, viewers.breakdown(dimension), self._empty())}"
            "</section>"
        )

    def _empty(self) -> str:
        """Return what is said where there is no row."""
        known = self.store.feed.state is FeedState.FOLLOWING
        return "Nobody is live." if known else f"Who is live is {UNKNOWN} yet."

    def _link(self, name: str, dimension: str) -> str:
        current = ' aria-current="true"' if name == dimension else ""
        address = escape(urlencode({"page": "live", _FIELD: name}))
        return f'<a href="?{address}"{current}>{escape(dimension_word(name))}</a>'


def _table(dimension: str, slices: list[Slice], empty: str) -> str:
    most = max((part.viewers for part in slices), default=0)
    more = sum(part.viewers for part in slices[_SHOWN:])
    note = f"and {more:,} viewers with other values" if more else ""
    return _TABLE.format(
        word=escape(dimension_word(dimension)),
        rows="".join(_row(part, most) for part in slices[:_SHOWN]),
        note=note if slices else empty,
        buffering=escape(DEFINITIONS["buffering"].text),
        ratio=escape(f"{_OPEN} {DEFINITIONS['rebuffer_ratio'].word}: {_RATIO}"),
        errors=escape(f"{_OPEN} {DEFINITIONS['errors'].text}"),
    )


def dimension_word(dimension: str) -> str:
    """Return a dimension as a person reads it; it may be a stranger's text."""
    return _WORDS.get(dimension) or shown_text(dimension).replace("_", " ").capitalize()


def _row(part: Slice, most: int) -> str:
    return _ROW.format(
        name=escape(_name(part)),
        viewers=part.viewers,
        width=100 * part.viewers / most if most else 0,
        buffering=count_text(part.by_status.get(PlaybackStatus.BUFFERING)),
        ratio=known(percent_text(rebuffer_ratio(part), 2)),
        errors=count_text(part.errors),
    )


def _name(part: Slice) -> str:
    if part.others:
        return f"{part.others:,} others"
    return shown_text(part.value) if part.known else UNKNOWN
