"""The guide's pages: where they are, and how generated parts get into them."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

__all__ = ["DOCS", "ROOT", "filled", "pages", "rewrite"]

ROOT: Final = Path(__file__).parents[2]
DOCS: Final = ROOT / "docs"

_PART: Final = re.compile(
    r"(?P<begin><!-- generated: (?P<name>[\w -]+) -->\n)"
    r".*?(?P<end><!-- /generated -->)",
    re.DOTALL,
)


def pages() -> Iterator[Path]:
    """Yield every page that a reader of the guide comes to."""
    yield from sorted(DOCS.glob("**/*.md"))
    for name in ("README.md", "CONTRIBUTING.md", "stack/README.md"):
        yield ROOT / name
    yield ROOT / "terraform" / "README.md"


def filled(page: str, parts: Mapping[str, str]) -> str:
    """Return a page with its generated parts as they are to be.

    Raises:
        KeyError: the page asks for a part that there is not.
        ValueError: a part is asked for by no page.

    """
    unused = set(parts)

    def fill(match: re.Match[str]) -> str:
        unused.discard(match["name"])
        return f"{match['begin']}\n{parts[match['name']].strip()}\n\n{match['end']}"

    text = _PART.sub(fill, page)
    if unused:
        msg = f"`parts` must each have a place in the page; got none for {unused}"
        raise ValueError(msg)
    return text


def rewrite(path: Path, parts: Mapping[str, str]) -> None:
    """Bring the generated parts of a page up to date."""
    path.write_text(filled(path.read_text(), parts))
