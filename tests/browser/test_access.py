"""One door for pages, /api and /ws, as a person's browser meets it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.dashboard.panel_serve import PATIENCE_S, panel_serve

pytestmark = pytest.mark.browser

_FETCH = "path => fetch(path).then(answer => answer.status)"
_LISTEN = """
() => new Promise(resolve => {
  const socket = new WebSocket(`ws://${location.host}/ws?batch=100`)
  socket.onmessage = event => resolve(JSON.parse(event.data))
  socket.onclose = () => resolve("refused")
})
"""


@pytest.fixture
def page(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    """Return a page that asks who is there, before anybody signed in."""
    options = "--basic-auth", "a password", "--cookie-secret", "a secret"
    with panel_serve(tmp_path, *options, "--address", "127.0.0.1") as served:
        host = f"127.0.0.1:{served.port}"
        page = browser.new_page(base_url=f"http://{host}")
        page.set_default_timeout(PATIENCE_S * 1000)
        page.goto("/dashboard")
        yield page
        page.close()


def test_one_door(page: Page) -> None:
    """Before signing in a page is told nothing; after it, pages, /api and /ws all."""
    expect(page).to_have_url("/login?next=%2Fdashboard")
    before = [page.evaluate(_FETCH, "/api/viewers"), page.evaluate(_LISTEN)]
    page.locator("[name=username]").fill("alice")
    page.locator("[name=password]").fill("a password")
    page.locator("[type=submit]").click()
    expect(page).to_have_title("Live Viewer Profiles")
    after = [page.evaluate(_FETCH, "/api/viewers"), page.evaluate(_LISTEN)]

    assert before == [401, "refused"]
    assert after == [200, []]
