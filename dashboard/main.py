"""The page of `panel serve dashboard`: who is watching now.

Run once a browser session; what all sessions share is behind `shared_model`.
"""

import panel as pn

from dashboard.feed import shared_model
from dashboard.store import AudienceStore
from dashboard.views.charts import StatusChart
from dashboard.views.freshness import Freshness
from dashboard.views.page import page
from dashboard.views.summary import Summary
from dashboard.views.table import ViewerTable

pn.extension("tabulator")

store = AudienceStore(shared_model())
store.pull()
page(
    "Live Viewer Profiles",
    Freshness(store=store),
    Summary(store=store),
    StatusChart(store=store),
    ViewerTable(store=store),
).servable()
pn.state.add_periodic_callback(store.pull, period=500)
