"""The tables in the READMEs of Terraform's modules.

    python -m tests.terraform.module_docs

writes them between their markers, out of variables.tf and outputs.tf, and makes a
README where there is none.
"""

import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from tests.terraform.command import ROOT, TERRAFORM
from tests.terraform.hcl import Block, named, read, text

__all__ = ["documented", "with_tables"]

_BEGIN, _END = "<!-- BEGIN_TF_DOCS -->\n", "<!-- END_TF_DOCS -->\n"
_SPACES: Final = re.compile(r"\s+")
_FIELDS: Final = re.compile(r"object\(\{.*\}\)")


def documented() -> list[Path]:
    """Return the READMEs that have tables: of root, modules and examples."""
    folders = [TERRAFORM, *sorted((TERRAFORM / "modules").iterdir())]
    folders += sorted((TERRAFORM / "examples").iterdir())
    return [folder / "README.md" for folder in folders]


def with_tables(readme: Path) -> str:
    """Return a README with the tables of its folder in it, as they should be."""
    now = readme.read_text() if readme.exists() else f"# {readme.parent.name}\n\n"
    before, found, rest = now.partition(_BEGIN)
    after = rest.partition(_END)[2] if found else ""
    return f"{before}{_BEGIN}{_tables(read(readme.parent))}{_END}{after}"


def _tables(blocks: Mapping[str, list[Any]]) -> str:
    lines = ["| input | type | default | what it is |", "|---|---|---|---|"]
    for name, block in sorted(named(blocks["variable"])):
        cells = (name, _type(block), _default(block), text(block["description"]))
        lines.append(_row(f"`{cells[0]}`", *cells[1:]))
    lines += ["", "| output | what it is |", "|---|---|"]
    for name, block in sorted(named(blocks["output"])):
        lines.append(_row(f"`{name}`", text(block["description"])))
    return "\n".join(lines) + "\n"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _type(block: Block) -> str:
    """Return the type; what is in an object, variables.tf tells."""
    kind = _SPACES.sub(" ", text(block["type"]))
    return f"`{_FIELDS.sub('object({...})', kind)}`"


def _default(block: Block) -> str:
    if "default" not in block:
        return "needed"
    return f"`{_literal(block['default'])}`"


def _literal(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(_literal(one) for one in value)}]"
    return str(value) if isinstance(value, str) else text(value)


def _main() -> Iterator[str]:
    for readme in documented():
        readme.write_text(with_tables(readme))
        yield f"{readme.relative_to(ROOT)}\n"


if __name__ == "__main__":
    sys.stdout.writelines(_main())
