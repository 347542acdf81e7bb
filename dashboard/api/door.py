"""The door that /api, /ws and /metrics stand behind: the same as the pages'.

Where people sign in to the pages (Panel's `--basic-auth`, `--oauth-provider`), their
cookie opens it; a program shows `DASHBOARD_API_TOKEN`. Where there is neither, it is
open.
"""

import hmac
import re
from http import HTTPStatus
from typing import Any, Final

from bokeh.server.util import check_allowlist
from bokeh.server.views.auth_request_handler import AuthRequestHandler
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
            self._check_host(handler)
            return
        if not (signs_in and cookie and await _user(handler)):
            raise Refusal(
                HTTPStatus.UNAUTHORIZED,
                "Authorization",
                "be `Bearer` and the token that DASHBOARD_API_TOKEN sets",
                cure="or sign in, where the pages ask people to",
            )

    def _shows_token(self, handler: web.RequestHandler) -> bool:
        scheme, _, token = handler.request.headers.get("Authorization", "").partition(
            " "
        )
        shown = token.strip().encode("utf-8", "surrogateescape")
        is_equal = hmac.compare_digest(shown, self._token)
        return bool(self._token) and scheme.lower() == "bearer" and is_equal

    def _check_host(self, handler: web.RequestHandler) -> None:
        """Refuse a name that somebody else's page may have bound to this machine.

        https://en.wikipedia.org/wiki/DNS_rebinding
        """
        host = handler.request.host
        is_ours = _HERE.fullmatch(host.lower()) or allows(handler, host)
        if not (self._any_host or is_ours):
            raise Refusal(
                HTTPStatus.MISDIRECTED_REQUEST,
                "Host",
                "be this machine, or named by --allow-websocket-origin",
                got=host,
            )


def allows(handler: web.RequestHandler, host: str) -> bool:
    """Return whether `--allow-websocket-origin` names a host."""
    origins: Any = getattr(handler.application, "websocket_origins", ())
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
