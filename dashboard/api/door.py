"""The door that the pages, /api, /ws and /metrics stand behind.

Where people sign in (Panel's `--basic-auth`, `--oauth-provider`), their cookie opens
it; a program shows `DASHBOARD_API_TOKEN`, which opens no page. Where there is neither,
it is open to whoever calls this server by a name of its own.
"""

import hmac
import re
from http import HTTPStatus
from typing import Any, Final

from bokeh.server.util import check_allowlist
from bokeh.server.views.auth_request_handler import AuthRequestHandler
from bokeh.settings import settings as bokeh_settings
from tornado import web

from dashboard.api.problems import Refusal
from dashboard.settings import DashboardSettings

__all__ = ["Door", "allows"]

_HERE: Final = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:[0-9]{1,5})?")


class Door:
    """Lets a request in, or refuses it."""

    def __init__(self, settings: DashboardSettings) -> None:
        self._token = (settings.api_token or "").encode()
        self._any_host = settings.access == "open"

    async def admit(self, handler: web.RequestHandler, *, cookie: bool = True) -> None:
        """Return where whoever asks may; with `cookie`, signing in is enough.

        Raises:
            Refusal: may not.

        """
        signs_in = _signs_in(handler)
        if self._shows_token(handler):
            return
        if not signs_in and not self._token:
            self.check_host(handler)
            return
        if not (signs_in and cookie and await _user(handler)):
            raise Refusal(
                HTTPStatus.UNAUTHORIZED,
                "Authorization",
                "be `Bearer` and the token that DASHBOARD_API_TOKEN sets",
                cure="or sign in, where the pages ask people to",
            )

    async def admit_to_pages(self, handler: web.RequestHandler) -> None:
        """Return where whoever asks may see the pages.

        Raises:
            Refusal: may not.

        """
        self.check_host(handler)
        if _signs_in(handler) and not await _user(handler):
            raise Refusal(
                HTTPStatus.UNAUTHORIZED,
                "Cookie",
                "be of somebody who has signed in",
                cure="load the page again",
            )

    def check_host(self, handler: web.RequestHandler) -> None:
        """Check by which name the server is called, where nobody is asked to sign in.

        Somebody else's page may have bound its own name to this machine:
        https://en.wikipedia.org/wiki/DNS_rebinding

        Raises:
            Refusal: it is none of its own.

        """
        host = handler.request.host
        is_ours = _HERE.fullmatch(host.lower()) or allows(handler, host)
        if not (self._any_host or _signs_in(handler) or is_ours):
            raise Refusal(
                HTTPStatus.MISDIRECTED_REQUEST,
                "Host",
                "be this machine, or named by --allow-websocket-origin",
                got=host,
                cure="or set DASHBOARD_ACCESS=open, which takes any name",
            )

    def _shows_token(self, handler: web.RequestHandler) -> bool:
        scheme, _, token = handler.request.headers.get("Authorization", "").partition(
            " "
        )
        shown = token.strip().encode("utf-8", "surrogateescape")
        is_equal = hmac.compare_digest(shown, self._token)
        return bool(self._token) and scheme.lower() == "bearer" and is_equal


def allows(handler: web.RequestHandler, host: str) -> bool:
    """Return whether `--allow-websocket-origin` names a host, or its variable."""
    origins: Any = bokeh_settings.allowed_ws_origin()
    origins = origins or getattr(handler.application, "websocket_origins", ())
    return bool(check_allowlist(host.lower(), origins))


def _signs_in(handler: web.RequestHandler) -> bool:
    provider: Any = getattr(handler.application, "auth_provider", None)
    return bool(provider and (provider.get_user or provider.get_user_async))


async def _user(handler: web.RequestHandler) -> object:
    """Return who has signed in, as the pages' own handlers find out."""
    # Not of the handler itself: Panel counts users by their WebSockets, and takes one
    # off only where a page's ends.
    visitor = AuthRequestHandler(handler.application, handler.request)
    assert handler.request.connection is not None  # noqa: S101, it is being answered
    handler.request.connection.set_close_callback(handler.on_connection_close)  # type: ignore[attr-defined]
    await visitor.prepare()  # type: ignore[no-untyped-call]
    return visitor.current_user
