"""The guide's recipes, followed: they are as short as they say, and they work."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.docs.pages import DOCS, ROOT
from tests.docs.recipes import Change, apply, recipes_of

_RECIPES: Final = {
    (page.name, heading): changes
    for page in sorted(DOCS.glob("extend*.md"))
    for heading, changes in recipes_of(page).items()
}
_COPIED: Final = ("dataflows", "sinks", "dashboard", "stack", "tests")
_UNCOPIED: Final = shutil.ignore_patterns("__pycache__", "artifacts", "node_modules")

# What is to pass afterwards, and how much may be touched for it, tests left out: files
# and lines.
_PROOFS: Final[dict[str, tuple[list[str], int, int]]] = {
    "Add a status": (
        [
            "tests/dataflows/playback/test_statuses.py",
            "tests/dashboard/test_theme.py",
        ],
        2,
        10,
    ),
    "Add a count": (
        [
            "tests/dataflows/playback/test_counting.py",
            "tests/dataflows/playback/test_profile.py",
        ],
        2,
        4,
    ),
    "Show a number": (
        [
            "tests/dashboard/pages/test_quality.py",
            "tests/dashboard/test_definitions.py",
        ],
        2,
        5,
    ),
    "Read a custom entity": (
        ["tests/dataflows/playback/decode/test_channel.py"],
        1,
        1,
    ),
}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Copy what recipes change."""
    for name in _COPIED:
        shutil.copytree(ROOT / name, tmp_path / name, ignore=_UNCOPIED)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


@pytest.mark.parametrize("recipe", _RECIPES, ids=lambda recipe: recipe[1])
def test_recipe_works(recipe: tuple[str, str], copy: Path) -> None:
    """With the changes made, the tests of what was changed pass, the new ones too."""
    for change in _RECIPES[recipe]:
        apply(change, copy)
    paths, _, _ = _PROOFS[recipe[1]]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *paths]
    done = subprocess.run(
        command, cwd=copy, capture_output=True, text=True, check=False, timeout=300
    )

    assert done.returncode == 0, done.stdout[-4_000:]


@pytest.mark.parametrize("recipe", _RECIPES, ids=lambda recipe: recipe[1])
def test_recipe_is_short(recipe: tuple[str, str]) -> None:
    """A recipe touches few files and few lines: what it is about is in one place."""
    changes = [c for c in _RECIPES[recipe] if not c.path.startswith("tests/")]
    _, files, lines = _PROOFS[recipe[1]]

    assert len({change.path for change in changes}) <= files
    assert sum(change.lines for change in changes) <= lines


@pytest.mark.parametrize("text", ["other\n", "one\none\n"])
def test_change_that_fits_nowhere(text: str, tmp_path: Path) -> None:
    """A hunk whose lines are not there, or not there once, is refused."""
    (tmp_path / "a.txt").write_text(text)

    with pytest.raises(ValueError, match=r"`a.txt` must have these lines once"):
        apply(Change("a.txt", "one\n", "two\n"), tmp_path)
