"""What docs/extend-sinks.md shows of the examples: their own lines."""

import ast
from typing import Final

from tests.docs.layout import fenced
from tests.docs.pages import DOCS

__all__ = ["EXAMPLES", "example_parts"]

EXAMPLES: Final = DOCS / "examples"


def example_parts() -> dict[str, str]:
    """Return the generated parts of docs/extend-sinks.md."""
    return {
        "sink": fenced("python", _lines("profiles_to_valkey", "ValkeySink", "_Keys")),
        "third party": fenced("python", _lines("changes_to_valkey", "get_flow")),
    }


def _lines(example: str, *names: str) -> str:
    """Return some definitions of an example, as they stand."""
    source = (EXAMPLES / f"{example}.py").read_text()
    found = {
        node.name: ast.get_source_segment(source, node)
        for node in ast.parse(source).body
        if isinstance(node, ast.ClassDef | ast.FunctionDef)
    }
    return "\n\n\n".join(found[name] or "" for name in names)
