"""The pages are up to date, and what they link to is there."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.docs.generated import PARTS
from tests.docs.pages import DOCS, ROOT, filled, pages
from tests.metrics_docs import documented

_LINK: Final = re.compile(r"\]\(([^)\s]+)\)")
_HEADING: Final = re.compile(r"^#+ (.+)$", re.MULTILINE)
_CODE: Final = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_METRIC: Final = re.compile(r"\blive_viewers_[a-z_]+")
_OF_DASHBOARD: Final = "live_viewers_dashboard_"
_LONGEST: Final = 160
"""Lines of a page that a person has written."""
_LOOKED_UP_IN: Final = {DOCS / "api.md", DOCS / "performance.md"}
"""Pages that nobody reads from top to end; the second is of tables that were made."""


def _prose(page: Path) -> str:
    return _CODE.sub("", page.read_text())


def _anchors(page: Path) -> set[str]:
    """Return the anchors that GitHub gives the headings of a page."""
    headings = _HEADING.findall(_prose(page))
    kept = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {heading.strip().replace(" ", "-") for heading in kept}


def _links() -> Iterator[tuple[str, str]]:
    for page in pages():
        for target in _LINK.findall(_prose(page)):
            if "://" not in target and not target.startswith("mailto:"):
                yield page.relative_to(ROOT).as_posix(), target


@pytest.mark.parametrize(("page", "target"), sorted(set(_links())))
def test_link_leads_somewhere(page: str, target: str) -> None:
    """A link leads to a file that is there, and to a heading that is in it."""
    name, _, anchor = target.partition("#")
    found = (ROOT / page).parent / name if name else ROOT / page

    assert found.exists()
    assert not anchor or anchor in _anchors(found)


@pytest.mark.parametrize("page", sorted(DOCS.glob("*.md")), ids=lambda page: page.stem)
def test_index_knows_page(page: Path) -> None:
    """Every page is one click from the guide's first."""
    linked = set(_LINK.findall((DOCS / "index.md").read_text()))

    assert page.name in linked | {"index.md"}


@pytest.mark.parametrize("page", PARTS)
def test_page_is_of_this_code(page: str) -> None:
    """What is generated of a page is what the code, or the recording, says now."""
    text = (DOCS / page).read_text()

    assert filled(text, PARTS[page]()) == text, "run `make docs`"


def test_metrics_exist() -> None:
    """A metric of the flow that a page names is one that it tells."""
    named = {name for page in pages() for name in _METRIC.findall(page.read_text())}
    named = {name for name in named if not name.startswith(_OF_DASHBOARD)}
    known = set(documented())
    suffixes = ("_bucket", "_sum", "_count")

    assert {n.removesuffix(next(filter(n.endswith, suffixes), "")) for n in named} <= (
        known
    )


@pytest.mark.parametrize(
    "page", sorted(set(DOCS.glob("*.md")) - _LOOKED_UP_IN), ids=lambda page: page.stem
)
def test_page_is_short(page: Path) -> None:
    """What a person has to read of a page, they read in a few minutes."""
    written = re.sub(
        r"<!-- generated: .*?<!-- /generated -->", "", page.read_text(), flags=re.DOTALL
    )

    assert len(written.splitlines()) <= _LONGEST


def test_part_without_a_place() -> None:
    """A part that no page asks for is a mistake."""
    with pytest.raises(ValueError, match="must each have a place"):
        filled("text", {"part": "more"})
