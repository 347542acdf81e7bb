"""Notebooks: what they must be, and that they run as they stand."""

import ast
import statistics
from pathlib import Path
from typing import Any, Final

import nbformat
import pytest
from nbclient import NotebookClient

from notebooks.record import DATA

_FOLDER: Final = Path(__file__).parents[2] / "notebooks"
_NOTEBOOKS: Final = sorted(_FOLDER.glob("*.ipynb"))
_LONGEST: Final = 12
_PATIENCE_S: Final = 300

every_notebook = pytest.mark.parametrize(
    "path", _NOTEBOOKS, ids=[path.stem for path in _NOTEBOOKS]
)


def _cells(path: Path, kind: str) -> list[Any]:
    notebook: Any = nbformat.read(path, as_version=4)
    return [cell for cell in notebook.cells if cell.cell_type == kind]


def _words(cells: list[Any]) -> int:
    return sum(len(cell.source.split()) for cell in cells)


def test_five_notebooks() -> None:
    """They are numbered in the order of reading, and the page names each of them."""
    page = (_FOLDER / "README.md").read_text()

    assert [path.name[:2] for path in _NOTEBOOKS] == ["01", "02", "03", "04", "05"]
    assert all(f"({path.name})" in page for path in _NOTEBOOKS)


@every_notebook
def test_no_output_is_committed(path: Path) -> None:
    """A notebook in the tree has neither outputs nor counts of runs."""
    cells = _cells(path, "code")

    assert not [cell.source for cell in cells if cell.outputs]
    assert {cell.execution_count for cell in cells} == {None}


@every_notebook
def test_asks_and_answers(path: Path) -> None:
    """The first cell asks the question, and the last one has the answer."""
    prose = _cells(path, "markdown")

    assert "**The question.**" in prose[0].source
    assert prose[-1].source.startswith("## The answer")


@every_notebook
def test_tells_how_to_go_live(path: Path) -> None:
    """It says how the same is done with live topics and tables."""
    assert any("**Live instead" in cell.source for cell in _cells(path, "markdown"))


@every_notebook
def test_more_prose_than_code(path: Path) -> None:
    """Cells of code are short, and there are more words beside them than in them."""
    code = _cells(path, "code")
    lines = [len(cell.source.splitlines()) for cell in code]

    assert statistics.median(lines) <= 5
    assert max(lines) <= _LONGEST
    assert _words(_cells(path, "markdown")) > _words(code)


@every_notebook
def test_no_logic_of_its_own(path: Path) -> None:
    """What decides is in the packages: a notebook defines no function and no class."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    trees = [ast.parse(cell.source) for cell in _cells(path, "code")]

    assert not [n for tree in trees for n in ast.walk(tree) if isinstance(n, kinds)]


@every_notebook
def test_runs_as_it_stands(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Run from top to bottom it ends without a fault, and without a warning."""
    for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    notebook: Any = nbformat.read(path, as_version=4)
    where = {"metadata": {"path": str(path.parent)}}
    NotebookClient(
        notebook, timeout=_PATIENCE_S, startup_timeout=_PATIENCE_S, resources=where
    ).execute()

    outputs = [o for cell in notebook.cells for o in cell.get("outputs", ())]
    assert outputs
    assert not [o.text for o in outputs if o.get("name") == "stderr"]


def test_recording_is_small() -> None:
    """The recording costs a clone of the project less than one and a half megabytes."""
    assert sum(file.stat().st_size for file in DATA.iterdir()) < 1_500_000
