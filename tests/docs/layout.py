"""How values look on a page: JSON, tables, blocks of code."""

import json
from collections.abc import Iterable, Sequence
from typing import Final

__all__ = ["fenced", "pretty", "table"]

_INLINE: Final = 70


def fenced(language: str, text: str) -> str:
    """Return a block of code."""
    return f"```{language}\n{text}\n```"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines).replace(
        "| --- ", "|---"
    )


def pretty(value: object, indent: str = "") -> str:
    """Return JSON in lines; what is short stands in one."""
    flat = json.dumps(value, ensure_ascii=False)
    if len(flat) <= _INLINE or not isinstance(value, dict | list):
        return flat
    inner = indent + "  "
    if isinstance(value, dict):
        rows = [f"{json.dumps(k)}: {pretty(v, inner)}" for k, v in value.items()]
    else:
        rows = [pretty(one, inner) for one in value]
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    lines = ",\n".join(inner + row for row in rows)
    return f"{opening}\n{lines}\n{indent}{closing}"
