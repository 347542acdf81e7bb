"""The figures of the whole audience now, and how they changed."""

from html import escape
from typing import ClassVar, Final

from dashboard.definitions import DEFINITIONS
from dashboard.figures import LiveFigure, live_figures
from dashboard.theme import LOOKS, UNKNOWN
from dashboard.views.page import HTMLView
from dashboard.wording import count_text, known, number_text, percent_text
from dataflows.playback.profile import PlaybackStatus

__all__ = ["Summary", "change_text"]

_AGO: Final = ("5 min", "1 h")
_SHARES: Final = frozenset({"rebuffer_ratio"})
_DIGITS: Final = {"error_rate": 2, "events_per_second": 0}
"""Digits behind the point of those that are no whole numbers."""
_HARMFUL: Final = frozenset({"buffering", "rebuffer_ratio", "error_rate"})
_STATUSES: Final = {
    "paused": PlaybackStatus.PAUSED_VIDEO,
    "in_ads": PlaybackStatus.WATCHING_AD,
    "buffering": PlaybackStatus.BUFFERING,
}
_NOTABLE: Final = 0.1
"""A harmful figure that grew by this share is worth a look."""
_LEAST: Final = 0.0005
"""A change smaller than this is none, as it is shown."""
_TIMES: Final = 10
"""From this many times what it was, a change in percent says less."""

_CARD: Final = """
<div class="card box" role="group" aria-label="{word}" data-figure="{name}"{style}>
<div class="label">{glyph}<a href="#definition-{name}" title="{text}">{word}</a></div>
<div class="figure{unknown}">{figure}</div>
{rows}</div>"""


class Summary(HTMLView):
    """A card a figure, each with its change against five minutes and an hour ago."""

    css: ClassVar[str] = """
.cards { display: grid; gap: 10px; grid-template-columns: repeat(5, minmax(0, 1fr)); }
.card { padding: 9px 14px 10px; border-top: 3px solid var(--colour, var(--edge)); }
.label { font-size: 13px; color: var(--quiet); white-space: nowrap; overflow: hidden;
  text-overflow: ellipsis; }
.label a { text-decoration: none; }
.label a:hover { text-decoration: underline; }
.glyph { color: var(--colour); margin-right: 6px; }
.figure { font-size: 28px; line-height: 1.25; font-weight: 650;
  font-variant-numeric: tabular-nums; letter-spacing: -.01em; white-space: nowrap; }
.figure small { font-size: 14px; font-weight: 500; color: var(--quiet); }
.figure.unknown { font-size: 18px; line-height: 35px; font-weight: 400; }
.before { display: grid; grid-template-columns: 3.2em 1fr; font-size: 12.5px;
  line-height: 1.5; color: var(--quiet); font-variant-numeric: tabular-nums;
  white-space: nowrap; margin: 0; }
.before dd { margin: 0; }
.worse { color: var(--warn); font-weight: 600; }
@media (max-width: 1100px) {
  .cards { grid-template-columns: repeat(auto-fill, minmax(170px, 1fr)); } }
@media (max-width: 640px) {
  .cards { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 6px; }
  .card { padding: 6px 10px 7px; } .figure { font-size: 23px; } }
"""

    def refresh(self) -> None:
        """Show the figures of the newest record."""
        figures = live_figures(self.store.model.history)
        cards = [
            _card(name, _text(name, f.now), _rows(name, f))
            for name, f in figures.items()
        ]
        cards.append(_card("latency", *self._latency()))
        self.markup.html = f'<div class="cards">{"".join(cards)}</div>'

    def _latency(self) -> tuple[str | None, str]:
        """Return how old what is seen is, and what part of it the flow has."""
        audience, screen_s = self.store.audience, self.store.behind_s()
        p50_ms = None if audience is None else audience.latency_p50_ms
        parts = {
            "flow": p50_ms,
            "screen": None if screen_s is None else screen_s * 1000,
        }
        rows = "".join(
            f"<dt>{name}</dt><dd>{known(number_text(ms, 'ms', 0))}</dd>"
            for name, ms in parts.items()
        )
        whole = None
        if p50_ms is not None and screen_s is not None:
            whole = f"{screen_s + p50_ms / 1000:,.1f}<small> s</small>"
        return whole, f'<dl class="before">{rows}</dl>'


def change_text(name: str, now: float | None, before: float | None) -> str:
    """Return how a figure changed: by how much and, by a glyph, which way."""
    if now is None or before is None:
        return UNKNOWN
    by = now - before
    if name in _SHARES:
        return _signed(100 * by, "points") if abs(by) >= _LEAST else "= same"
    if not before or now >= _TIMES * before:
        return _signed(by, "", digits=0) if by else "= same"
    return _signed(100 * by / before, "%") if abs(by / before) >= _LEAST else "= same"


def _signed(by: float, unit: str, digits: int = 1) -> str:
    glyph, sign = ("▲", "+") if by > 0 else ("▼", "\N{MINUS SIGN}")
    return f"{glyph} {sign}{abs(by):,.{digits}f} {unit}".rstrip()


def _text(name: str, figure: float | None) -> str | None:
    if name in _SHARES:
        return percent_text(figure, 2)
    if name in _DIGITS:
        return number_text(figure, digits=_DIGITS[name])
    return count_text(figure)


def _rows(name: str, figure: LiveFigure) -> str:
    rows = (
        f"<dt>{ago}</dt><dd{_tone(name, figure.now, before)} "
        f'title="{known(_text(name, before))} {ago} ago">'
        f"{change_text(name, figure.now, before)}</dd>"
        for ago, before in zip(_AGO, figure.before, strict=True)
    )
    return f'<dl class="before">{"".join(rows)}</dl>'


def _tone(name: str, now: float | None, before: float | None) -> str:
    grew = now is not None and before is not None and now > before * (1 + _NOTABLE)
    return ' class="worse"' if grew and name in _HARMFUL else ""


def _card(name: str, figure: str | None, rows: str) -> str:
    meaning, status = DEFINITIONS[name], _STATUSES.get(name)
    look = None if status is None else LOOKS[status]
    glyph = (
        f'<span class="glyph" aria-hidden="true">{look.glyph}</span>' if look else ""
    )
    return _CARD.format(
        name=name,
        word=escape(meaning.word),
        text=escape(meaning.text),
        style=f' style="--colour: {look.colour}"' if look else "",
        glyph=glyph,
        unknown=" unknown" if figure is None else "",
        figure=known(figure),
        rows=rows,
    )
