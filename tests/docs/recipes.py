"""The guide's recipes: sections that say by `diff` blocks what to change.

A block names a file (`--- path`), then has hunks, each after a line `@@`. Unlike a
patch's, they have no line numbers: what a hunk finds must stand once in the file.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

__all__ = ["Change", "apply", "recipes_of"]

_SECTION: Final = re.compile(r"^## (.+?)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_BLOCK: Final = re.compile(
    r"^```diff\n--- (?P<path>\S+)\n(?P<hunks>.*?)^```$", re.MULTILINE | re.DOTALL
)


class Change(NamedTuple):
    """What a hunk does to a file."""

    path: str
    before: str
    after: str

    @property
    def lines(self) -> int:
        """How many lines it adds or takes away."""
        old, new = self.before.splitlines(), self.after.splitlines()
        return sum(line not in old for line in new) + sum(n not in new for n in old)


def recipes_of(page: Path) -> dict[str, list[Change]]:
    """Return the changes of each section of a page that has any, by its heading."""
    sections = _SECTION.findall(page.read_text())
    found = {heading: list(_changes(text)) for heading, text in sections}
    return {heading: changes for heading, changes in found.items() if changes}


def apply(change: Change, root: Path) -> None:
    """Change a file under a folder, or make it if the change begins from nothing.

    Raises:
        ValueError: what the change begins from does not stand once in the file.

    """
    path = root / change.path
    if not change.before:
        path.write_text(change.after)
        return
    text = path.read_text()
    if text.count(change.before) != 1:
        msg = (
            f"`{change.path}` must have these lines once; got "
            f"{text.count(change.before)} times: {change.before}"
        )
        raise ValueError(msg)
    path.write_text(text.replace(change.before, change.after))


def _changes(text: str) -> Iterator[Change]:
    for block in _BLOCK.finditer(text):
        _, *hunks = re.split(r"^@@\n", block["hunks"], flags=re.MULTILINE)
        for hunk in hunks:
            lines = hunk.splitlines(keepends=True)
            yield Change(
                block["path"],
                "".join(line[1:] or "\n" for line in lines if line[0] != "+"),
                "".join(line[1:] or "\n" for line in lines if line[0] != "-"),
            )
