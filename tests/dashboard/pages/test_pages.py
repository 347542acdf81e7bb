"""The pages by their names."""

import pytest

from dashboard.model import AudienceModel
from dashboard.pages import PAGES, Previewed, build_page, load_pages
from dashboard.store import AudienceStore
from tests.dashboard.records import NOW


@pytest.mark.parametrize("name", PAGES)
def test_page_is_built_and_refreshed_without_anything_known(name: str) -> None:
    """Every page has a state for nothing at all, and stands two ticks of it."""
    store = AudienceStore(AudienceModel(), lambda: NOW)
    store.open(name)
    page = build_page(name, store)
    page.refresh()
    store.pull()
    page.refresh()

    assert page.__panel__() is page.__panel__()


def test_page_that_is_none() -> None:
    """What is no page's name loads no module."""
    with pytest.raises((KeyError, ModuleNotFoundError)):
        build_page("store", AudienceStore(AudienceModel(), lambda: NOW))


def test_pages_can_be_loaded_at_the_start() -> None:
    """Nobody has to wait for the first look at a page."""
    load_pages()


def test_live_page_has_something_to_show_at_once() -> None:
    """The first page shows figures before any script has run."""
    page = build_page("live", AudienceStore(AudienceModel(), lambda: NOW))

    assert isinstance(page, Previewed)
