"""The shell: which page shows, and the tick."""

import logging
from typing import Any

import pytest

from dashboard.model import AudienceModel
from dashboard.pages.live import LivePage
from dashboard.store import AudienceStore
from dashboard.views import shell as shell_module
from dashboard.views.page import HTMLView
from dashboard.views.shell import FailedPage, Shell
from tests.dashboard.records import NOW, audience


class _Page(HTMLView):
    def __init__(self, name: str, **params: Any) -> None:
        super().__init__(**params)
        self.title = name
        self.ticks = 0
        self.fault: Exception | None = None

    def refresh(self) -> None:
        self.ticks += 1
        if self.fault is not None:
            raise self.fault


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[_Page]:
    """Return the pages that are built instead of the real ones, as they are built."""
    pages: list[_Page] = []

    def build(name: str, store: AudienceStore) -> _Page:
        pages.append(_Page(name, store=store))
        return pages[-1]

    monkeypatch.setattr(shell_module, "build_page", build)
    return pages


def _shell(model: AudienceModel | None = None) -> Shell:
    return Shell(store=AudienceStore(model or AudienceModel(), lambda: NOW))


def _shown(shell: Shell) -> Any:
    return shell._shown


def test_pages_are_built_when_they_are_first_shown(built: list[_Page]) -> None:
    """A page that nobody opened costs nothing, and one that was shown is kept."""
    shell = _shell()
    shell.go("?page=ads")
    shell.go("?page=live")

    assert [page.title for page in built] == ["live", "ads"]
    assert _shown(shell) is built[0]


def test_only_the_visible_page_is_refreshed(built: list[_Page]) -> None:
    """A tick touches one page, however many were opened."""
    shell = _shell()
    shell.go("?page=ads")
    before = [page.ticks for page in built]
    shell.tick()

    assert [page.ticks for page in built] == [before[0], before[1] + 1]


@pytest.mark.usefixtures("built")
def test_address_follows_the_store() -> None:
    """What is opened from within has an address that can be shared."""
    shell = _shell()
    shell.store.open("viewer", "a&b", {"span": "1h"})

    assert shell.address.value == "?page=viewer&viewer=a%26b&span=1h"


@pytest.mark.usefixtures("built")
def test_store_follows_the_address() -> None:
    """What the browser says is opened: page, viewer and the rest."""
    shell = _shell()
    shell.address.value = "?page=viewer&viewer=12&span=1h"
    store = shell.store

    assert (store.page_name, store.viewer, store.query) == (
        *("viewer", "12"),
        {"span": "1h"},
    )


@pytest.mark.usefixtures("built")
def test_address_that_leads_nowhere_is_put_right() -> None:
    """A page that is none is the first one, and the address says so."""
    shell = _shell()
    shell.address.value = "?page=../../etc"

    assert shell.address.value == "?page=live"


def test_fault_of_a_page_is_told_in_its_place(
    built: list[_Page], caplog: pytest.LogCaptureFixture
) -> None:
    """One page that fails stops neither the tick nor the other pages."""
    caplog.set_level(logging.CRITICAL, "dashboard.views.shell")
    shell = _shell()
    built[0].fault = ValueError("<b>bad</b>")
    shell.tick()
    failed = _shown(shell)
    shell.tick()
    again = _shown(shell)
    shell.go("?page=ads")

    assert isinstance(failed, FailedPage)
    assert "ValueError: &lt;b&gt;bad&lt;/b&gt;" in failed.markup.html
    # A fault that is over does not outlive the next tick.
    assert again is built[1]
    assert _shown(shell) is built[2]


def test_failed_page_is_built_anew_when_it_is_opened_again(
    built: list[_Page], caplog: pytest.LogCaptureFixture
) -> None:
    """A fault that is over does not outlive the next look."""
    caplog.set_level(logging.CRITICAL, "dashboard.views.shell")
    shell = _shell()
    built[0].fault = ValueError("once")
    shell.tick()
    shell.go("?page=ads")
    shell.go("?page=live")

    assert _shown(shell) is built[2]


def test_tick_brings_the_newest() -> None:
    """The real Live page shows what came, the freshness line its age."""
    model = AudienceModel()
    shell = _shell(model)
    model.history.append([audience(-1)])
    shell.tick()

    assert isinstance(_shown(shell), LivePage)
    assert "1,220" in _shown(shell).summary.markup.html
    assert "screen behind by 1.0 s" in shell.freshness.markup.html


def test_preview_has_the_figures() -> None:
    """What shows before any script has run is the same as after."""
    model = AudienceModel()
    model.history.append([audience(0)])
    shell = _shell(model)
    shell.tick()

    assert shell.freshness.markup.html in shell.preview()
    assert _shown(shell).summary.markup.html in shell.preview()
