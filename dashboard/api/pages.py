"""What Bokeh serves a page with, called by a name of this server's own, and its CSV."""

from collections.abc import Sequence
from typing import Any, ClassVar, Final

from tornado.web import RequestHandler

from dashboard.api.export import PageExportHandler
from dashboard.api.handlers import ServiceSource
from dashboard.api.problems import Refusal

__all__ = ["PageHandler", "Route", "page_routes"]

Route = (
    tuple[str, type[RequestHandler]] | tuple[str, type[RequestHandler], dict[str, Any]]
)
"""As Bokeh has them."""

_EXPORT: Final = r"/viewers\.csv"


class PageHandler(RequestHandler):
    """What a page's handler does first: it looks at the name that it is called by."""

    source: ClassVar[ServiceSource]

    async def prepare(self) -> None:
        """Refuse a name that is not this server's; else go on as the handler does."""
        type(self).source().door.check_host(self)
        if (prepared := super().prepare()) is not None:
            await prepared

    def write_error(self, status_code: int, **kwargs: Any) -> None:  # noqa: ANN401, Tornado's
        """Say why it is refused, to a person."""
        error = kwargs.get("exc_info", (None, None, None))[1]
        if not isinstance(error, Refusal):
            super().write_error(status_code, **kwargs)
            return
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.finish(f"{error.problem.detail}\n")


def page_routes(pages: Sequence[Route], service: ServiceSource) -> list[Route]:
    """Return the routes of a page so that they look at the name, and one of its CSV.

    Bokeh puts the page's own path before theirs.
    """
    own: dict[str, Any] = {"source": staticmethod(service)}
    named = [(route[0], _mixed(own, PageHandler, route[1])) for route in pages]
    return [*named, (_EXPORT, _mixed(own, PageExportHandler))]


def _mixed(own: dict[str, Any], *bases: type[RequestHandler]) -> type[RequestHandler]:
    return type(bases[-1].__name__, bases, own)
