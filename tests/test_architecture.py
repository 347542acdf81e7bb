"""Import directions, as a fresh process sees them, and what every module must say.

import-linter reads the source and holds the same directions in `make check`; it does
not notice what a package's `__init__.py` brings in, nor what a library loads in turn.
"""

import ast
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

_ROOT: Final = Path(__file__).parents[1]
_PACKAGES: Final = ("dataflows", "sinks", "dashboard", "stack")
_ENTRY_POINTS: Final = {"dashboard.main", "stack.__main__"}
"""Run, never imported: importing one starts what it is for."""

_OUTER: Final = {
    "bokeh",
    "boto3",
    "botocore",
    "bytewax",
    "confluent_kafka",
    "pandas",
    "panel",
    "param",
    "tornado",
}
_PRINT_LOADED: Final = """
import importlib, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
print(*sys.modules)
"""
_CLOCKS: Final = {"now", "today", "utcnow"}


def _module_name(path: Path) -> str:
    parts = path.relative_to(_ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


_FILES: Final = {
    _module_name(path): path
    for package in _PACKAGES
    for path in sorted((_ROOT / package).rglob("*.py"))
}
_FLOW: Final = {
    name
    for name in _FILES
    if name.startswith("dataflows.") and not name.startswith("dataflows.playback")
}

_SETTINGS: Final = {
    f"dataflows.{name}" for name in ("brokers", "environment", "errors", "settings")
}


def _modules_of(package: str) -> list[str]:
    inside = [n for n in _FILES if n == package or n.startswith(f"{package}.")]
    return [name for name in inside if name not in _ENTRY_POINTS]


def _tree(module: str) -> ast.Module:
    return ast.parse(_FILES[module].read_text())


def _exported(module: str) -> list[str]:
    for node in _tree(module).body:
        match node:
            case ast.Assign(targets=[ast.Name(id="__all__")], value=value):
                exported: list[str] = ast.literal_eval(value)
                return exported
    return []


@pytest.mark.parametrize(
    ("package", "forbidden"),
    [
        (
            "dataflows.playback",
            _OUTER | _FLOW | {"sinks", "dashboard", "stack"},
        ),
        ("sinks", {"bokeh", "dashboard", "dataflows", "panel", "stack"}),
        ("dashboard", _FLOW - _SETTINGS | {"bytewax", "sinks", "stack"}),
        ("dataflows", {"bokeh", "dashboard", "panel", "stack"}),
    ],
)
def test_loads_only_what_it_may(package: str, forbidden: set[str]) -> None:
    """Loading all of a package in a fresh process loads nothing it must not know."""
    command = [sys.executable, "-c", _PRINT_LOADED, *_modules_of(package)]
    loaded = subprocess.check_output(command, cwd=_ROOT, text=True).split()

    assert set() == forbidden & set(loaded)


@pytest.mark.parametrize("module", _modules_of("dataflows.playback"))
def test_core_asks_no_clock(module: str) -> None:
    """The core is told the time; it never calls `now`, `utcnow` or `today`."""
    nodes = ast.walk(_tree(module))
    attributes = {node.attr for node in nodes if isinstance(node, ast.Attribute)}

    assert set() == attributes & _CLOCKS


@pytest.mark.parametrize("module", _FILES)
def test_module_docstring(module: str) -> None:
    """Every module and package says what it is for."""
    assert ast.get_docstring(_tree(module))


@pytest.mark.parametrize("package", _PACKAGES)
def test_package_is_a_docstring(package: str) -> None:
    """A package's `__init__.py` brings nothing in; import-linter would not see it."""
    assert len(_tree(package).body) == 1


@pytest.mark.parametrize("module", sorted(_FILES.keys() - _ENTRY_POINTS))
def test_exports(module: str) -> None:
    """`__all__` lists every public function and class; ruff sorts it."""
    defined = {
        node.name
        for node in _tree(module).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    }
    public = {name for name in defined if not name.startswith("_")}

    assert public <= set(_exported(module))
