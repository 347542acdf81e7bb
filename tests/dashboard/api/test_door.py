"""Who may come in where people sign in, where a token is set, and where neither is."""

from collections.abc import Iterator
from typing import Final

import pytest
from bokeh.server.auth_provider import AuthProvider
from panel.auth import BasicAuthProvider
from panel.io.state import state

from dashboard.settings import DashboardSettings
from tests.dashboard.api.serving import Server, run, serving, signed_in

_TOKEN: Final = "0123456789-token"
_BEARER: Final = {"Authorization": f"Bearer {_TOKEN}"}
_GUARDED: Final = (
    "/api/viewers",
    "/api/viewers/alice",
    "/api/viewers/alice/timeline",
    "/api/audience",
    "/api/audience/history",
    "/api/openapi.json",
    "/api/anything-else",
    "/metrics",
)


class _AsyncProvider(AuthProvider):
    """Looks at the cookie later, as Panel's provider for OAuth does."""

    @property
    def get_user_async(self):  # type: ignore[no-untyped-def] # noqa: ANN202, Bokeh's
        async def get_user(handler):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
            return handler.get_signed_cookie("user")

        return get_user

    @property
    def login_url(self) -> str:
        return "/login"


@pytest.fixture(params=[BasicAuthProvider, _AsyncProvider])
def closed(request: pytest.FixtureRequest) -> Iterator[Server]:
    """Return a server where people sign in and programs show a token."""
    settings = DashboardSettings(api_token=_TOKEN)
    with serving(settings, provider=request.param()) as server:
        yield server


@pytest.mark.parametrize("path", _GUARDED)
def test_nothing_to_show(closed: Server, path: str) -> None:
    """Who shows nothing is told what to show, and nothing else."""
    answer = closed.ask(path)

    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.json["subject"] == "Authorization"


@pytest.mark.parametrize("path", _GUARDED)
def test_signed_in(closed: Server, path: str) -> None:
    """Whoever has signed in to the pages is let in."""
    assert closed.ask(path, **signed_in()).status in {200, 404, 503}


@pytest.mark.parametrize("path", _GUARDED)
def test_token(closed: Server, path: str) -> None:
    """Whoever shows the token is let in."""
    assert closed.ask(path, **_BEARER).status in {200, 404, 503}


@pytest.mark.parametrize(
    "shown",
    ["", "Bearer", "Bearer ", f"Basic {_TOKEN}", f"Bearer {_TOKEN}x", "Bearer \xe9"],
)
def test_wrong_token(closed: Server, shown: str) -> None:
    """Anything but the token is as good as nothing."""
    assert closed.ask("/api/viewers", Authorization=shown).status == 401


def test_forged_cookie(closed: Server) -> None:
    """A cookie that the server did not sign is as good as nothing."""
    assert closed.ask("/api/viewers", Cookie="user=alice").status == 401


def test_health_is_for_everybody(closed: Server) -> None:
    """The health is told without asking who asks."""
    assert closed.ask("/api/health").json.keys() == {"feed", "age_s", "undecodable"}


def test_websocket_of_a_browser(closed: Server) -> None:
    """A page's WebSocket shows the cookie; without one it is refused."""
    origin = {"Origin": f"http://{closed.host}"}

    assert run(closed.handshake(**origin, **signed_in())) == 101
    assert run(closed.handshake(**origin)) == 401


def test_websocket_of_a_program(closed: Server) -> None:
    """What says no origin is no browser: it shows the token, a cookie is not enough."""
    assert run(closed.handshake(**_BEARER)) == 101
    assert run(closed.handshake(**signed_in())) == 401


def test_origin_is_checked_of_all(closed: Server) -> None:
    """A page of somebody else's is refused, whatever it shows."""
    origin = {"Origin": "http://evil.example"}

    assert run(closed.handshake(**origin, **_BEARER)) == 403
    assert run(closed.handshake(**origin, **signed_in())) == 403


def test_websockets_are_no_pages(closed: Server) -> None:
    """Panel's count of who has a page open is left alone."""
    before = dict(state._active_users)
    headers = {"Origin": f"http://{closed.host}", **signed_in()}

    assert run(closed.handshake(**headers)) == 101
    assert dict(state._active_users) == before


def test_token_without_sign_in() -> None:
    """Where a token is set, the API asks for it, also where nobody signs in."""
    with serving(DashboardSettings(api_token=_TOKEN)) as server:
        assert server.ask("/api/viewers").status == 401
        assert server.ask("/api/viewers", **_BEARER).status == 200


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:1", "[::1]:80", "tv.example"])
def test_hosts_of_this_machine(host: str) -> None:
    """An open server answers by its own names, and by those of allowed origins."""
    with serving(origins=["tv.example:80"]) as server:
        assert server.ask("/api/viewers", Host=host).status == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example:5006", "[", "[::1]x", "a:b:c", ""]
)
def test_hosts_of_others(server: Server, host: str) -> None:
    """A name that somebody else may have bound to this machine is refused."""
    assert server.ask("/api/viewers", Host=host).status in {400, 421}


def test_open_by_choice() -> None:
    """With `DASHBOARD_ACCESS=open` any name is taken."""
    with serving(DashboardSettings(access="open")) as server:
        assert server.ask("/api/viewers", Host="tv.example").status == 200
