"""Where the server listens, and whether that needs somebody who asks people to sign in.

Without `--address`, `panel serve` would listen on every address of the machine. This
dashboard listens on the loopback then, and refuses to serve on any other address until
it is told who may look: by Panel's own sign-in (`--basic-auth`, `--oauth-provider`), or
by `DASHBOARD_ACCESS=open`.
"""

import ipaddress
import socket
from collections.abc import Callable
from typing import Final

import panel as pn
from bokeh.server import server
from tornado.ioloop import IOLoop

from dashboard.settings import DashboardSettings

__all__ = [
    "AccessError",
    "check_access",
    "exposed_addresses",
    "listen_on_loopback_by_default",
]

_LOOPBACK: Final = "localhost"

_Bind = Callable[[str | None, int], tuple[list[socket.socket], int]]


class AccessError(RuntimeError):
    """The server can be reached by others, and nobody said who may look."""


def listen_on_loopback_by_default() -> None:
    """Let the server of this process listen on the loopback where no address is given.

    Bokeh takes no default for `--address`, so its function is replaced, as Panel
    replaces others. Were it not called, `check_access` would refuse.
    """
    bind: _Bind = vars(server)["bind_sockets"]
    if not isinstance(bind, _LoopbackFirst):
        vars(server)["bind_sockets"] = _LoopbackFirst(bind)


class _LoopbackFirst:
    """Bokeh's `bind_sockets`, with the loopback as the default address."""

    def __init__(self, bind: _Bind) -> None:
        self._bind = bind

    def __call__(
        self, address: str | None, port: int
    ) -> tuple[list[socket.socket], int]:
        return self._bind(address or _LOOPBACK, port)


def exposed_addresses(loop: IOLoop) -> list[str]:
    """Return the addresses, not the loopback's, on which sockets of `loop` listen."""
    # Tornado's own table of what the loop watches: (file or descriptor, callback).
    watched = getattr(loop, "handlers", {}).values()
    sockets = [file for file, _ in watched if isinstance(file, socket.socket)]
    names = [sock.getsockname() for sock in sockets if _listens(sock)]
    return sorted({str(name[0]) for name in names if not _is_loopback(str(name[0]))})


def _listens(sock: socket.socket) -> bool:
    # A socket of the file system is for this machine only.
    return sock.family in {socket.AF_INET, socket.AF_INET6} and bool(
        sock.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
    )


def _is_loopback(address: str) -> bool:
    return ipaddress.ip_address(address.partition("%")[0]).is_loopback


def check_access(loop: IOLoop, settings: DashboardSettings) -> None:
    """Check that whoever can reach the server is asked who they are, or need not be.

    Args:
        loop: the loop that the server listens with.
        settings: whether it may be open.

    Raises:
        AccessError: it listens to others than this machine and nobody signs in; or
            people are to sign in and there is nothing to sign their cookies with.

    """
    signs_in = pn.config.oauth_provider or pn.config.basic_auth
    if signs_in and not pn.config.cookie_secret:
        msg = (
            "`--cookie-secret` must be given where people sign in; got none instead; "
            "set PANEL_COOKIE_SECRET to what `panel secret` prints"
        )
        raise AccessError(msg)
    exposed = exposed_addresses(loop)
    asks = signs_in and not pn.config.oauth_optional
    if exposed and not asks and settings.access != "open":
        msg = (
            "`panel serve` must ask people to sign in where others than this machine "
            f"can reach it; got {', '.join(exposed)} without a sign-in instead; use "
            "--address 127.0.0.1, or --basic-auth or --oauth-provider, or set "
            "DASHBOARD_ACCESS=open where something in front of it asks them"
        )
        raise AccessError(msg)
