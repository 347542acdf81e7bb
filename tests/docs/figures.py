"""Our figures on docs/compare.md, out of docs/performance.md: one place has them."""

from typing import Final

from tests.docs.layout import table
from tests.docs.pages import DOCS

__all__ = ["comparison_parts", "throughput"]

_COLUMNS: Final = ("engine", "viewers", "events/s, best 5 s", "events/s, whole run")
_SHAPE: Final = "flat"


def throughput(page: str) -> list[dict[str, str]]:
    """Return the rows of the table of throughput, by its columns."""
    _, _, section = page.partition("## Throughput\n")
    section, _, _ = section.partition("\n## ")
    lines = [line for line in section.splitlines() if line.startswith("| ")]
    head, *rows = (_cells(line) for line in lines)
    return [dict(zip(head, row, strict=True)) for row in rows]


def comparison_parts() -> dict[str, str]:
    """Return the generated parts of docs/compare.md."""
    rows = throughput((DOCS / "performance.md").read_text())
    shown = ([row[c] for c in _COLUMNS] for row in rows if row["shape"] == _SHAPE)
    return {"ours": table(_COLUMNS, shown)}


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]
