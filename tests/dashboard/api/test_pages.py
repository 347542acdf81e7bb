"""What a page is served with: by which names, and its CSV to whoever may see it."""

from typing import Final

import pytest
from panel.auth import BasicAuthProvider

from dashboard.settings import DashboardSettings
from tests.dashboard.api.serving import Server, run, serving, signed_in
from tests.dashboard.records import profile

_TOKEN: Final = "0123456789-token"
_BEARER: Final = {"Authorization": f"Bearer {_TOKEN}"}
_OF_PAGE: Final = ("/page", "/page/", "/page/metadata", "/page/viewers.csv")
_ALIEN: Final = "evil.example:5006"


@pytest.mark.parametrize("path", [*_OF_PAGE, "/page/autoload.js"])
def test_name_of_others(path: str) -> None:
    """A name that is not the server's is refused, also where programs show a token."""
    with serving(DashboardSettings(api_token=_TOKEN)) as server:
        answer = server.ask(path, Host=_ALIEN)

    assert answer.status == 421
    assert b"--allow-websocket-origin; got" in answer.body
    assert b"DASHBOARD_ACCESS=open" in answer.body


def test_refusal_is_text(server: Server) -> None:
    """What a stranger called the server by is told as text, never as HTML."""
    answer = server.ask("/page", Host=_ALIEN)

    assert f"got '{_ALIEN}' instead" in answer.body.decode()
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_socket_of_a_page_by_the_name_of_others(server: Server) -> None:
    """A page's WebSocket looks at the name as the page does."""
    assert run(server.handshake("/page/ws", Host=_ALIEN)) == 421


@pytest.mark.parametrize("path", _OF_PAGE)
def test_names_of_its_own(path: str) -> None:
    """This machine's names are taken, and those of allowed origins."""
    with serving(origins=["tv.example:80"]) as server:
        asked = [server.ask(path, Host=h) for h in ("localhost:1", "tv.example")]

    assert [answer.status for answer in asked] == [200, 200]


def test_origins_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bokeh's own variable names origins, too, in the place of the option's."""
    monkeypatch.setenv("BOKEH_ALLOW_WS_ORIGIN", "tv.example:5006")
    with serving(origins=["other.example:5006"]) as server:
        names = ("tv.example:5006", "other.example:5006")
        asked = [server.ask("/page", Host=name).status for name in names]

    assert asked == [200, 421]


def test_any_name_by_choice() -> None:
    """With `DASHBOARD_ACCESS=open` any name is taken."""
    with serving(DashboardSettings(access="open")) as server:
        assert server.ask("/page", Host=_ALIEN).status == 200


def test_any_name_where_people_sign_in() -> None:
    """Their cookie is bound to the name: no other has it."""
    with serving(provider=BasicAuthProvider()) as server:
        assert server.ask("/page", Host=_ALIEN, **signed_in()).status == 200


def test_other_errors_are_told_as_ever(server: Server) -> None:
    """A fault that is no refusal is told as Bokeh does."""
    answer = server.ask("/page/autoload.js")

    assert answer.status == 400
    assert answer.headers["Content-Type"].startswith("text/html")


def test_file_of_a_page_needs_no_token() -> None:
    """Whoever may see the page may take its viewers along; the API asks as before."""
    with serving(DashboardSettings(api_token=_TOKEN)) as server:
        server.model.viewers.apply([("alice", profile("alice"))])
        answer = server.ask("/page/viewers.csv?text=ali")
        api = server.ask("/api/viewers.csv")

    assert (answer.status, api.status) == (200, 401)
    assert answer.body.splitlines()[1].startswith(b"alice,")


def test_file_of_a_page_where_people_sign_in() -> None:
    """Who has not signed in sees no page and gets no file, by a token neither."""
    settings = DashboardSettings(api_token=_TOKEN)
    with serving(settings, provider=BasicAuthProvider()) as server:
        told = {
            "nobody": server.ask("/page/viewers.csv").status,
            "token": server.ask("/page/viewers.csv", **_BEARER).status,
            "signed in": server.ask("/page/viewers.csv", **signed_in()).status,
        }

    assert told == {"nobody": 401, "token": 401, "signed in": 200}
