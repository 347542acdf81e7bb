"""The HTML around the shell."""

import re
from types import SimpleNamespace

import pytest
from bokeh.document import Document

from dashboard.definitions import DEFINITIONS
from dashboard.model import AudienceModel
from dashboard.pages import PAGES
from dashboard.store import AudienceStore
from dashboard.views.shell import Shell
from dashboard.views.template import shell_template
from tests.dashboard.records import NOW, audience


@pytest.fixture(scope="module")
def html() -> str:
    """Return the page of a session that looks at the ads."""
    model = AudienceModel()
    model.history.append([audience(0)])
    shell = Shell(store=AudienceStore(model, lambda: NOW))
    shell.go("?page=ads")
    shell.tick()
    template = shell_template(shell)
    page = template.template
    # What Panel knows when it renders, and no more of it than the body asks for.
    known = {"embed": lambda _: "", "roots": SimpleNamespace()}
    context = page.new_context(template._render_variables | known)
    return "".join(page.blocks["inner_body"](context))


def test_every_page_has_a_link(html: str) -> None:
    """The pages are links, and the one that shows is marked for who can't see."""
    links = re.findall(r'<a href="\?page=(\w+)" data-page', html)
    current = re.findall(r'data-page="(\w+)"\s+aria-current="page"', html)

    assert links == list(PAGES)
    assert current == ["ads"]


def test_every_definition_is_there(html: str) -> None:
    """The dialog says what each figure means."""
    assert re.findall(r'id="definition-(\w+)"', html) == list(DEFINITIONS)


def test_page_asks_nobody_else() -> None:
    """The dashboard is whole without the internet, and tells nobody who looks."""
    shell = Shell(store=AudienceStore(AudienceModel(), lambda: NOW))
    document = Document()
    shell_template(shell)._init_doc(document)
    resources = document.template_variables["template_resources"]
    urls = [
        url for kind in ("css", "js", "js_modules") for url in resources[kind].values()
    ]

    assert [url for url in urls if "://" in url and "cdn.holoviz" not in url] == []
