"""Samples of dead letters, a reason at a time, as text that stands still to be read."""

from datetime import UTC, datetime
from html import escape
from typing import Any, Final

import panel as pn

from dashboard.letters import Letter
from dashboard.views.page import StoreView
from dashboard.views.styled import styled
from dashboard.wording import known

__all__ = ["LetterSamples"]

_CSS: Final = """
h3 { font-size: 14px; margin: 4px 0; }
article { padding: 8px 12px; margin-bottom: 8px; }
p { margin: 0 0 4px; overflow-wrap: anywhere; }
.quiet { font-size: 13px; }
pre { margin: 0; max-height: 180px; overflow: auto; white-space: pre-wrap;
  overflow-wrap: anywhere; font: 12.5px/1.5 ui-monospace, monospace; }
"""
_SAMPLES: Final = 5
_NONE: Final = "No dead letter was seen"


class LetterSamples(StoreView):
    """The newest letters of the reason that is picked.

    They change when a person asks for newer ones, not under their eyes.
    """

    def __init__(self, **params: Any) -> None:  # noqa: ANN401, of their parameters
        super().__init__(**params)
        self.reason = pn.widgets.Select(
            label="Dead letters", options=[_NONE], width=320
        )
        self.newer = pn.widgets.Button(label="Show newer", width=220, align="end")
        self.newer.disabled = True
        self.samples = styled(_CSS)
        self._shown = 0
        self.reason.param.watch(lambda _: self._show(), "value")
        self.newer.on_click(lambda _: self._show())
        self._layout = pn.Column(
            pn.FlexBox(self.reason, self.newer, align_items="end"),
            self.samples,
            sizing_mode="stretch_width",
        )

    def __panel__(self) -> pn.viewable.Viewable:
        """Return the controls above the samples."""
        return self._layout

    def refresh(self) -> None:
        """Offer the reasons that were seen, and tell how many letters are newer."""
        seen = self.store.model.letters.seen
        reasons = list(seen) or [_NONE]
        if set(reasons) != set(self.reason.options):
            kept = self.reason.value if self.reason.value in seen else reasons[0]
            self.reason.param.update(options=reasons, value=kept)
        if not self._shown:
            self._show()
        newer = seen.get(self.reason.value, 0) - self._shown
        label = f"Show {newer:,} newer" if newer > 0 else "No newer ones"
        self.newer.param.update(label=label, disabled=newer <= 0)

    def _show(self) -> None:
        letters = self.store.model.letters
        newest = letters.newest(self.reason.value)[:_SAMPLES]
        self._shown = letters.seen.get(self.reason.value, 0)
        head = (
            f"The newest {len(newest)} of {self._shown:,} seen since this server began"
        )
        title = head if newest else f"{_NONE} since this server began"
        self.samples.html = f"<h3>{title}</h3>{''.join(map(_article, newest))}"
        self.newer.param.update(label="No newer ones", disabled=True)


def _article(letter: Letter) -> str:
    at = "at an unknown time"
    if letter.stamped_ms is not None:
        moment = datetime.fromtimestamp(letter.stamped_ms / 1000, UTC)
        at = f"{moment:%Y-%m-%d %H:%M:%S} UTC"
    where = (
        f"{at}, from {known(letter.topic or None)}, partition "
        f"{known(letter.partition or None)}, offset {known(letter.offset or None)}, "
        f"{letter.size:,} bytes{', the beginning of them' if letter.is_cut else ''}"
    )
    return (
        f'<article class="box"><p>{escape(letter.detail or letter.reason)}</p>'
        f'<p class="quiet">{escape(where)}</p>'
        f'<pre tabindex="0">{escape(letter.sample)}</pre></article>'
    )
