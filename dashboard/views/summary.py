"""The summary: how many viewers do what, right now."""

import param

from dashboard.theme import LOOKS, UNKNOWN
from dashboard.views.page import HTMLView
from dataflows.playback.profile import PlaybackStatus

__all__ = ["Summary"]

_CARD = """
<div class="card" role="group" aria-label="{label}" style="--colour: {colour}">
<div class="label"><span class="glyph" aria-hidden="true">{glyph}</span>{label}</div>
<div class="figure{quiet}">{figure}</div></div>"""


class Summary(HTMLView):
    """A row of cards with the newest audience record's figures."""

    @param.depends("store.audience", "store.completed", watch=True, on_init=True)
    def _show(self) -> None:
        cards = (_card(s, self._figure(s)) for s, look in LOOKS.items() if look.card)
        self._pane.object = f'<div class="cards">{"".join(cards)}</div>'

    def _figure(self, status: PlaybackStatus) -> int | None:
        if status is PlaybackStatus.COMPLETED_VIDEO:
            return self.store.completed
        audience = self.store.audience
        return None if audience is None else audience.viewers.get(status)


def _card(status: PlaybackStatus, figure: int | None) -> str:
    look = LOOKS[status]
    return _CARD.format(
        label=look.card,
        glyph=look.glyph,
        colour=look.colour,
        figure=UNKNOWN if figure is None else f"{figure:,}",
        quiet=" unknown" if figure is None else "",
    )
