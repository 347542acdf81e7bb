"""Where the handlers are found, and how a Bokeh server comes to serve them."""

from collections.abc import Sequence
from typing import Final

from bokeh.server.urls import per_app_patterns, toplevel_patterns

from dashboard.api.audience import AudienceHandler, AudienceHistoryHandler
from dashboard.api.export import ExportHandler
from dashboard.api.handlers import ApiHandler, NotFoundHandler, ServiceSource
from dashboard.api.health import HealthHandler
from dashboard.api.metrics import MetricsHandler
from dashboard.api.openapi import OpenApiHandler
from dashboard.api.pages import PageHandler, Route, page_routes
from dashboard.api.service import shared_service
from dashboard.api.stream import StreamHandler
from dashboard.api.viewers import TimelineHandler, ViewerHandler, ViewersHandler

__all__ = ["install_routes", "routes"]

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

    The lists are Bokeh's own, of what is beside pages and of what each page has; Panel
    changes them likewise.
    """
    known = {route[0] for route in toplevel_patterns}
    toplevel_patterns.extend(
        route for route in routes(shared_service) if route[0] not in known
    )
    if not any(issubclass(route[1], PageHandler) for route in per_app_patterns):
        per_app_patterns[:] = page_routes(per_app_patterns, shared_service)
