"""What is written here is what the provider understands, in its next version, too."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.terraform.command import TERRAFORM
from tests.terraform.hcl import attributes_of, blocks_of, folders, named, read
from tests.terraform.provider_schema import Body, load, used

_VERSION, _KINDS = load()
_REFERENCE: Final = re.compile(
    r"(?<![\w.])((?:data\.)?aws_\w+)\.(\w+)(?:\[[^\]]+\])?\.(\w+)"
)


def _bodies(folder: Path) -> Iterator[tuple[str, str, Body, object]]:
    blocks = read(folder)
    for prefix, group in (("", "resource"), ("data.", "data")):
        for kind, bodies in named(blocks.get(group, [])):
            for name, block in named([bodies]):
                yield f"{prefix}{kind}", name, _KINDS[f"{prefix}{kind}"], block


def _faults(where: str, block: object, body: Body) -> Iterator[str]:
    assert isinstance(block, dict)
    said = attributes_of(block)
    inner = list(blocks_of(block))
    known = {*body.required, *body.optional} - body.blocks.keys()
    yield from (f"{where}.{name} is unknown" for name in said - known - _as_value(body))
    missing = set(body.required) - said - {name for name, _ in inner}
    yield from (f"{where}.{name} is missing" for name in missing)
    for name, content in inner:
        if name in body.blocks:
            yield from _faults(f"{where}.{name}", content, body.blocks[name])
        else:
            yield f"{where}.{name} is no block"


def _as_value(body: Body) -> set[str]:
    """Return what is written as a value in spite of its fields."""
    return {name for name in body.blocks if name in {"tags", "dimensions"}}


def test_schema_has_every_kind() -> None:
    """The schema in the tree has every kind that is used, and no other."""
    assert used() == _KINDS.keys(), "run `python -m tests.terraform.provider_schema`"


@pytest.mark.parametrize("folder", folders(), ids=lambda f: f.name)
def test_attributes(folder: Path) -> None:
    """Every attribute is known to the provider, and none that it needs is missing."""
    faults = [
        fault
        for kind, name, body, block in _bodies(folder)
        for fault in _faults(f"{kind}.{name}", block, body)
    ]

    assert not faults, f"version {_VERSION}"


@pytest.mark.parametrize("folder", folders(), ids=lambda f: f.name)
def test_references(folder: Path) -> None:
    """What is read of a resource is something that the provider tells of its kind."""
    for path in folder.glob("*.tf"):
        for kind, name, attribute in _REFERENCE.findall(path.read_text()):
            body = _KINDS[kind]
            told = {*body.required, *body.optional, *body.readable, "arn", "id"}

            assert attribute in told, f"{path.relative_to(TERRAFORM)}: {kind}.{name}"
