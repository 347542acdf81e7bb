"""The freshness line: how far behind the screen is, and what stands in between."""

from datetime import UTC, datetime
from html import escape
from typing import ClassVar, Final, NamedTuple

import param

from dashboard.model import FeedState
from dashboard.theme import UNKNOWN
from dashboard.views.page import HTMLView
from dataflows.playback.profile import ms_from_iso

__all__ = ["Freshness"]

_STALE_S: Final = 5.0
"""A record comes each second; after this many without one, something stands still."""


_TROUBLES: Final = {
    FeedState.DISCONNECTED: ("✕", "Disconnected", "no broker answers: "),
    FeedState.FAILED: ("✕", "Failed", "records may be missing: "),
    FeedState.WAITING: ("◌", "Waiting", ""),
}


class _Line(NamedTuple):
    glyph: str
    state: str
    text: str
    warn: bool = True


class Freshness(HTMLView):
    """One line: live, or what stands in between, and the two delays."""

    css: ClassVar[str] = """
.line { display: flex; flex-wrap: wrap; gap: 4px 18px; align-items: baseline;
  font-variant-numeric: tabular-nums; padding: 4px 10px; }
.state { font-weight: 650; color: var(--good); }
.warn { border-left: 4px solid var(--warn); background: var(--surface);
  margin: 0 10px; }
.warn .state { color: var(--warn); }
"""

    @param.depends(
        "store.now", "store.feed", "store.audience", watch=True, on_init=True
    )
    def _show(self) -> None:
        line = self._line()
        unread = self.store.feed.undecodable
        parts = [line.text, f"screen behind by {_seconds(self.store.behind_s())}"]
        parts.append(f"flow behind its source by {_seconds(self.store.lag_s())}")
        if unread:
            parts.append(f"{unread:,} records could not be read")
        spans = "".join(f'<span class="quiet">{escape(p)}</span>' for p in parts if p)
        # With its moment something goes out each second, also where no figure moves:
        # the page's script takes silence for a server that hangs.
        now, warn = f"{self.store.now:%H:%M:%S}", " warn" if line.warn else ""
        self.markup.html = (
            f'<div class="line{warn}" data-now="{now}"><span class="state">'
            f"{line.glyph} {line.state}</span>{spans}</div>"
        )

    def _line(self) -> _Line:
        feed, audience = self.store.feed, self.store.audience
        if feed.state in _TROUBLES:
            glyph, state, what = _TROUBLES[feed.state]
            return _Line(glyph, state, f"{what}{feed.detail}")
        if feed.state is FeedState.LOADING:
            so_far = f"{self.store.live:,} viewers so far"
            return _Line("◌", "Loading", so_far, warn=False)
        if audience is None:
            return _Line("▲", "Stale", "no record yet")
        behind_s = self.store.behind_s()
        if behind_s is not None and behind_s > _STALE_S:
            since = _clock(audience.tstamp)
            return _Line("▲", "Stale", f"no record since {since}")
        return _Line("●", "Live", "", warn=False)


def _clock(tstamp: str) -> str:
    return f"{datetime.fromtimestamp(ms_from_iso(tstamp) / 1000, UTC):%H:%M:%S} UTC"


def _seconds(seconds: float | None) -> str:
    return UNKNOWN if seconds is None else f"{seconds:,.1f} s"
