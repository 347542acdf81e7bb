"""How far ads were watched: from the start over the quartiles to the end."""

from collections.abc import Sequence
from typing import Final

import panel as pn
from bokeh.models import ColumnDataSource, FixedTicker, LinearAxis, Range1d
from bokeh.plotting import figure

from dashboard.rates import rate
from dashboard.theme import UNKNOWN
from dashboard.views.styled import chart_card
from dataflows.playback.audience import AdTally

__all__ = ["STAGES", "Funnel", "stages"]

STAGES: Final = ("Start", "25 %", "50 %", "75 %", "Complete")
_COLOUR: Final = "#0072b2"
_PLACES: Final = list(range(len(STAGES)))


class Funnel(pn.viewable.Viewer):
    """A bar a stage, with its count and its share of the starts in words."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.source = ColumnDataSource({"place": _PLACES, "ads": [0] * len(_PLACES)})
        self._range = Range1d(start=0, end=1)
        self.words = _axis()
        self._pane = chart_card(_figure(self.source, self._range, self.words))
        self.draw(None)

    def __panel__(self) -> pn.viewable.Viewable:
        """Return the chart."""
        return self._pane

    def draw(self, counts: Sequence[int] | None) -> None:
        """Show how many ads came so far; `None` where that is not known."""
        ads = [0] * len(_PLACES) if counts is None else list(counts)
        told = [UNKNOWN if counts is None else _words(count, ads) for count in ads]
        words = dict(zip(_PLACES, told, strict=True))
        if words == self.words.major_label_overrides:
            return
        self._range.end = max(1, *ads)
        self.source.patch({"ads": list(enumerate(ads))})
        self.words.update(major_label_overrides=words)


def _axis() -> LinearAxis:
    # An axis has the colours of the page, dark or light; labels beside bars have not.
    axis = LinearAxis()
    axis.update(
        ticker=FixedTicker(ticks=_PLACES),
        axis_line_color=None,
        major_tick_line_color=None,
    )
    axis.update(minor_tick_line_color=None, major_label_text_font_size="14px")
    return axis


def _figure(source: ColumnDataSource, reach: Range1d, words: LinearAxis) -> figure:
    plot = figure(
        height=250,
        sizing_mode="stretch_width",
        x_range=reach,
        # The first stage is on top.
        y_range=Range1d(start=len(_PLACES) - 0.4, end=-0.6),
        title="How far ads were watched",
        tools="",
        toolbar_location=None,
    )
    plot.hbar("place", right="ads", height=0.72, source=source, color=_COLOUR)
    plot.yaxis.ticker = FixedTicker(ticks=_PLACES)
    plot.yaxis.major_label_overrides = dict(zip(_PLACES, STAGES, strict=True))
    plot.yaxis.axis_line_color = plot.yaxis.major_tick_line_color = None
    plot.yaxis.minor_tick_line_color = None
    plot.yaxis.major_label_text_font_size = "14px"
    plot.add_layout(words, "right")
    plot.xaxis.visible = False
    plot.grid.visible = False
    return plot


def stages(ads: AdTally) -> Sequence[int]:
    """Return the ads that came at least so far: who saw the end has seen the middle.

    Sites that send no quartile events have the rest of the funnel all the same.
    """
    counts = [ads.completes]
    for quartile in (ads.third_quartiles, ads.midpoints, ads.first_quartiles):
        counts.append(max(quartile, counts[-1]))
    return [ads.starts, *reversed(counts)]


def _words(count: int, counts: Sequence[int]) -> str:
    of_starts = rate(count, counts[0])
    told = "share unknown" if of_starts is None else f"{100 * of_starts:.1f} %"
    return f"{count:,}  ({told})"
