"""What all handlers of /api have in common: the door, typed answers, told problems."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, ClassVar, Final, TypeVar

import msgspec
from tornado import web

from dashboard.api.problems import MEDIA_TYPE, Refusal, problem_of
from dashboard.api.reading import NoParameters, read_parameters
from dashboard.api.service import Service

__all__ = ["ApiHandler", "NotFoundHandler", "ServiceSource"]

P = TypeVar("P", bound=NoParameters)

ServiceSource = Callable[[], Service]
"""Returns the service; asked a request, so that routes can be made before it is."""

JSON: Final = "application/json"


class ApiHandler(web.RequestHandler):
    """A handler that answers GET and HEAD, behind the door."""

    SUPPORTED_METHODS = ("GET", "HEAD")
    is_guarded: ClassVar[bool] = True

    def initialize(self, service: ServiceSource) -> None:
        """Take the service from the route."""
        self.source = service

    @property
    def service(self) -> Service:
        """Return what the handlers share."""
        return self.source()

    def set_default_headers(self) -> None:
        """Let nobody keep or guess at what is answered."""
        self.clear_header("Server")
        self.set_header("Cache-Control", "no-store")
        self.set_header("X-Content-Type-Options", "nosniff")

    async def prepare(self) -> None:
        """Refuse what may not come in, and methods that there are not."""
        if self.request.method not in self.SUPPORTED_METHODS:
            raise web.HTTPError(HTTPStatus.METHOD_NOT_ALLOWED)
        if self.is_guarded:
            await self.admit()

    async def admit(self) -> None:
        """Refuse whom the door does not open to."""
        await self.service.door.admit(self)

    async def get(self, *arguments: str) -> None:
        """Answer; a handler says what."""
        await self.answer(*arguments)

    async def head(self, *arguments: str) -> None:
        """Answer without the body, which Tornado leaves out."""
        await self.answer(*arguments)

    async def answer(self, *arguments: str) -> None:
        """Write the answer to a GET."""
        raise NotImplementedError

    def parameters(self, kind: type[P]) -> P:
        """Return what the query asks for.

        Raises:
            Refusal: it breaks a rule.

        """
        return read_parameters(kind, self.request.query_arguments)

    def send(self, value: object, status: HTTPStatus = HTTPStatus.OK) -> None:
        """Send a value as JSON."""
        self.set_status(status)
        self.set_header("Content-Type", JSON)
        self.finish(msgspec.json.encode(value))

    async def send_aside(self, make: Callable[[], object]) -> None:
        """Make a value and its JSON beside the server's loop, and send it."""
        body = await self.service.aside(lambda: msgspec.json.encode(make()))
        self.set_header("Content-Type", JSON)
        self.finish(body)

    def write_error(self, status_code: int, **kwargs: Any) -> None:  # noqa: ANN401, Tornado's
        """Send a problem."""
        error = kwargs.get("exc_info", (None, None, None))[1]
        if status_code == HTTPStatus.UNAUTHORIZED:
            self.set_header("WWW-Authenticate", 'Bearer realm="dashboard"')
        if status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            self.set_header("Allow", ", ".join(self.SUPPORTED_METHODS))
        self.set_header("Content-Type", MEDIA_TYPE)
        self.finish(msgspec.json.encode(problem_of(status_code, error)))


class NotFoundHandler(ApiHandler):
    """Whatever is not there, behind the door like what is."""

    async def answer(self, *arguments: str) -> None:
        """Refuse."""
        del arguments
        raise Refusal(
            HTTPStatus.NOT_FOUND,
            "path",
            "be one that the API describes",
            got=self.request.path[:100],
            cure="see /api/openapi.json",
        )
