"""The Live page: how many do what right now, and over the last hour and day."""

from typing import Any

import panel as pn

from dashboard.views.boxes import beside
from dashboard.views.charts import StatusCharts
from dashboard.views.page import StoreView
from dashboard.views.slices import Breakdown
from dashboard.views.summary import Summary
from dashboard.views.titles import TopTitles

__all__ = ["LivePage"]


class LivePage(StoreView):
    """Figures, charts, titles and a breakdown of the whole audience."""

    def __init__(self, **params: Any) -> None:  # noqa: ANN401, of their parameters
        super().__init__(**params)
        self.summary = Summary(store=self.store)
        self.charts = StatusCharts(store=self.store)
        self.titles = TopTitles(store=self.store)
        self.breakdown = Breakdown(store=self.store)
        self._layout = pn.Column(
            self.summary,
            self.charts,
            beside(self.titles, self.breakdown),
            sizing_mode="stretch_width",
            margin=(5, 10),
            stylesheets=[":host { gap: 10px; }"],
        )

    def __panel__(self) -> pn.viewable.Viewable:
        """Return the layout."""
        return self._layout

    def preview(self) -> str:
        """Return the figures, which show before any script has run."""
        return self.summary.preview()

    def refresh(self) -> None:
        """Bring all of it up to date."""
        self.summary.refresh()
        self.charts.refresh()
        self.titles.refresh()
        self.breakdown.refresh()
