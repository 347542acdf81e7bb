"""Terraform's files, read without Terraform."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import hcl2

from tests.terraform.command import TERRAFORM

__all__ = ["Block", "attributes_of", "blocks_of", "folders", "named", "read", "text"]

Block = Mapping[str, Any]

# What the parser adds, and what Terraform itself understands in every block.
_NOTES: Final = frozenset({"__is_block__", "__comments__", "__inline_comments__"})
_META: Final = frozenset(
    {"count", "for_each", "depends_on", "lifecycle", "provider", "dynamic"}
)


def folders() -> list[Path]:
    """Return the folders that hold a configuration: root, modules and examples."""
    places = {path.parent for path in TERRAFORM.rglob("*.tf")}
    return sorted(place for place in places if ".terraform" not in place.parts)


@cache
def read(folder: Path) -> dict[str, list[Any]]:
    """Return the blocks of a configuration by their kind."""
    blocks: dict[str, list[Any]] = {}
    for path in sorted(folder.glob("*.tf")):
        with path.open() as file:
            for kind, found in hcl2.load(file).items():
                if kind not in _NOTES:
                    blocks.setdefault(kind, []).extend(found)
    return blocks


def named(blocks: list[Any]) -> Iterator[tuple[str, Block]]:
    """Yield blocks of one label, such as variables, with their names."""
    for block in blocks:
        for name, body in block.items():
            if name not in _NOTES:
                yield text(name), body


def text(value: object) -> str:
    """Return what an expression says: of a string its text, else its source."""
    if not isinstance(value, str):
        return json.dumps(value)
    if value.startswith('"'):
        return str(json.loads(value))
    return (
        value.removeprefix("${").removesuffix("}") if value.startswith("${") else value
    )


def attributes_of(block: Block) -> set[str]:
    """Return the names of the attributes that a block sets."""
    return {
        name
        for name, value in block.items()
        if name not in _NOTES | _META and not _is_blocks(value)
    }


def blocks_of(block: Block) -> Iterator[tuple[str, Block]]:
    """Yield the blocks inside of a block, dynamic ones by what they make."""
    for name, value in block.items():
        if name not in _META and _is_blocks(value):
            for inner in value:
                yield name, inner
    for dynamic in block.get("dynamic", ()):
        for name, inner in named([dynamic]):
            yield name, inner["content"][0]


def _is_blocks(value: object) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(one, dict) and "__is_block__" in one for one in value)
    )
