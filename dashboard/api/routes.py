"""Where the handlers are found, and how a Bokeh server comes to serve them."""

from collections.abc import Sequence
from typing import Any, Final

from bokeh.server.urls import toplevel_patterns
from tornado.web import RequestHandler

from dashboard.api.audience import AudienceHandler, AudienceHistoryHandler
from dashboard.api.export import ExportHandler
from dashboard.api.handlers import ApiHandler, NotFoundHandler, ServiceSource
from dashboard.api.health import HealthHandler
from dashboard.api.metrics import MetricsHandler
from dashboard.api.openapi import OpenApiHandler
from dashboard.api.service import shared_service
from dashboard.api.stream import StreamHandler
from dashboard.api.viewers import TimelineHandler, ViewerHandler, ViewersHandler

__all__ = ["Route", "install_routes", "routes"]

Route = (
    tuple[str, type[RequestHandler]] | tuple[str, type[RequestHandler], dict[str, Any]]
)
"""As Bokeh has them."""

_HANDLERS: Final[Sequence[tuple[str, type[ApiHandler | StreamHandler]]]] = (
    # The second name is for where the page itself is at the root, whose own /ws comes
    # before this one.
    (r"/ws", StreamHandler),
    (r"/api/ws", StreamHandler),
    (r"/api/viewers", ViewersHandler),
    (r"/api/viewers\.csv", ExportHandler),
    (r"/api/viewers/([^/]+)", ViewerHandler),
    (r"/api/viewers/([^/]+)/timeline", TimelineHandler),
    (r"/api/audience", AudienceHandler),
    (r"/api/audience/history", AudienceHistoryHandler),
    (r"/api/health", HealthHandler),
    (r"/api/openapi\.json", OpenApiHandler),
    (r"/metrics", MetricsHandler),
    (r"/api(?:/.*)?", NotFoundHandler),
)


def routes(service: ServiceSource) -> list[Route]:
    """Return the routes of a service that is made by the first request."""
    return [(path, handler, {"service": service}) for path, handler in _HANDLERS]


def install_routes() -> None:
    """Let every Bokeh server that this process makes from now on serve them, too.

    The list is Bokeh's own, of what is beside applications; Panel changes it likewise.
    """
    known = {route[0] for route in toplevel_patterns}
    toplevel_patterns.extend(
        route for route in routes(shared_service) if route[0] not in known
    )
