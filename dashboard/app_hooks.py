"""What Bokeh runs beside the pages: before the server is made, and once it is there.

`panel serve dashboard` finds this file by its name. So the API, the check of who may
look, and the feed are there however the server is started.
https://docs.bokeh.org/en/latest/docs/user_guide/server/app.html#lifecycle-hooks
"""

import sys

from bokeh.server.contexts import BokehServerContext
from tornado.ioloop import IOLoop

from dashboard.access import (
    AccessError,
    check_access,
    listen_on_loopback_by_default,
)
from dashboard.api.routes import install_routes
from dashboard.api.service import shared_service
from dashboard.pages import load_pages
from dashboard.settings import DashboardSettings
from dataflows.errors import SettingsError

__all__ = ["on_server_loaded"]

listen_on_loopback_by_default()
install_routes()


def on_server_loaded(server_context: BokehServerContext) -> None:
    """Refuse to serve whom it must not; else begin to read, before anybody looks."""
    del server_context  # whose name Bokeh looks at
    try:
        check_access(IOLoop.current(), DashboardSettings.from_env())
        shared_service()
    except (AccessError, SettingsError) as ex:
        # Bokeh would go on after any other exception.
        sys.exit(f"The dashboard can't be served: {ex}")
    load_pages()
