"""The titles that most watch, each with how many watched it lately."""

from collections.abc import Sequence
from html import escape
from typing import ClassVar, Final
from urllib.parse import urlencode

from dashboard.titles import POINTS, STEP_S
from dashboard.views.page import SECTION_CSS, HTMLView
from dashboard.wording import percent_text, shown_text
from dataflows.playback.audience import TITLE_CHARS, Audience

__all__ = ["TopTitles", "sparkline"]

_SHOWN: Final = 10
_WIDTH: Final = 120
_HEIGHT: Final = 26
_MINUTES: Final = POINTS * STEP_S // 60

_TABLE: Final = """
<section class="box" aria-label="Top titles"><h2>Top titles
<a href="?page=viewers">all viewers</a></h2>
<table><thead><tr><th scope="col" class="title">Title</th>
<th scope="col" title="Viewers of the title, paused ones too">Viewers</th>
<th scope="col" title="Of all viewers">Share</th>
<th scope="col" class="line" title="Its viewers, each line with a scale of its own">
Last {minutes} min</th></tr></thead><tbody>{rows}</tbody></table>{note}</section>"""
_ROW: Final = """
<tr><th scope="row" class="title">{name}</th><td>{viewers:,}</td><td>{share}</td>
<td class="line">{line}</td></tr>"""
_EMPTY: Final = '<p class="quiet">{}</p>'


class TopTitles(HTMLView):
    """A row a title: viewers now, share of all, and a line of the last half hour."""

    css: ClassVar[str] = (
        SECTION_CSS
        + """
h2 a { float: right; font-weight: 400; font-size: 13px; color: var(--accent); }
table { width: 100%; border-collapse: collapse; table-layout: fixed;
  font-variant-numeric: tabular-nums; }
thead th { font-size: 12.5px; font-weight: 500; color: var(--quiet); }
th, td { padding: 4px 0 4px 10px; text-align: right; white-space: nowrap; width: 72px; }
tbody tr { border-top: 1px solid var(--edge); }
.title { text-align: left; font-weight: 400; padding-left: 0; width: auto;
  overflow: hidden; text-overflow: ellipsis; }
.line { width: 130px; } .line svg { display: block; margin-left: auto; }
.title a { text-decoration: none; } .title a:hover { text-decoration: underline; }
@media (max-width: 640px) { th, td { width: 54px; } .line { width: 84px; }
  .line svg { width: 80px; } }
"""
    )

    def refresh(self) -> None:
        """Show the newest record's titles."""
        audience = self.store.audience
        largest = [] if audience is None else _largest(audience)
        rows = "".join(self._row(title, count) for title, count in largest)
        note = "" if rows else _EMPTY.format(self._why(audience))
        self.markup.html = _TABLE.format(minutes=_MINUTES, rows=rows, note=note)

    def _row(self, title: str, viewers: int) -> str:
        audience = self.store.audience
        everybody = 0 if audience is None else _everybody(audience)
        counts = self.store.model.history.titles.counts(title)
        return _ROW.format(
            name=_name(title),
            viewers=viewers,
            share=percent_text(viewers / everybody if everybody else None) or "",
            line=sparkline([*counts[:-1], viewers]),
        )

    def _why(self, audience: Audience | None) -> str:
        if audience is None:
            return "No record of the audience yet."
        return "Nobody watches a title right now."


def sparkline(counts: Sequence[int | None]) -> str:
    """Return a line of the counts, the last at the right; `None` is a gap."""
    known = [count for count in counts if count is not None]
    if not known:
        return ""
    low, high = min(known), max(known)
    step = _WIDTH / (POINTS - 1)
    scale = (_HEIGHT - 4) / ((high - low) or 1)
    first = POINTS - len(counts)
    path, is_drawn = [], False
    for place, count in enumerate(counts, first):
        if count is not None:
            y = _HEIGHT - 2 - (count - low) * scale
            path.append(f"{'L' if is_drawn else 'M'}{place * step:.0f} {y:.1f}")
        is_drawn = count is not None
    return (
        f'<svg width="{_WIDTH}" height="{_HEIGHT}" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'role="img" aria-label="from {low:,} to {high:,}" preserveAspectRatio="none">'
        f'<title>{low:,} to {high:,}</title><path d="{"".join(path)}" fill="none" '
        'stroke="var(--accent)" stroke-width="1.6" stroke-linejoin="round" '
        'vector-effect="non-scaling-stroke"/></svg>'
    )


def _largest(audience: Audience) -> list[tuple[str, int]]:
    titles = sorted(audience.titles.items(), key=lambda title: (-title[1], title[0]))
    return titles[:_SHOWN]


def _everybody(audience: Audience) -> int:
    return sum(audience.titles.values()) + audience.other_titles


def _name(title: str) -> str:
    text = escape(shown_text(title)) or "(no title)"
    if not title or len(title) >= TITLE_CHARS:
        # What was cut finds nobody.
        return text
    address = escape(urlencode({"page": "viewers", "title": title}))
    return f'<a href="?{address}" title="{text}">{text}</a>'
