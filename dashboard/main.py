"""The dashboard of `panel serve dashboard`: who is watching now.

Run once a browser session; what all sessions share is behind `shared_model`.
"""

import panel as pn

from dashboard.feed import shared_model
from dashboard.store import AudienceStore
from dashboard.views.shell import Shell
from dashboard.views.template import shell_template

pn.extension()

store = AudienceStore(shared_model())
shell = Shell(store=store)
shell.go(pn.state.location.search if pn.state.location else "")
shell.tick()
shell_template(shell).servable("Live Viewer Profiles")


def _begin() -> None:
    pn.state.add_periodic_callback(shell.tick, period=1_000)


# Not before the browser has the page: what changes in between would not reach it.
pn.state.onload(_begin)
