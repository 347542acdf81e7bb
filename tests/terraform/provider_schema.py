"""What the AWS provider understands, of the kinds that are used here.

The newest provider that a package registry carries is inside of npm's
`@cdktf/provider-aws`, as types made from its schema:

    npm pack @cdktf/provider-aws@21.22.1 && tar xzf cdktf-provider-aws-21.22.1.tgz
    python -m tests.terraform.provider_schema package

writes what is used here into the tree.
"""

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from tests.terraform.command import ROOT
from tests.terraform.hcl import folders, named, read

__all__ = ["SCHEMA", "Body", "extract", "load", "used"]

SCHEMA: Final = ROOT / "tests" / "data" / "terraform-aws-schema.json"

_INTERFACE: Final = re.compile(
    r"^export interface (\w+)[^{]*\{(.*?)^\}", re.MULTILINE | re.DOTALL
)
_PROPERTY: Final = re.compile(
    r"#(\w+) [^}]*\}.*?readonly \w+(\?)?: ([^;]+);", re.DOTALL
)
_TYPE: Final = re.compile(r"^([A-Z]\w+)(?:\[\])?(?: \||$)")
_READABLE: Final = re.compile(r"\bget\w+Attribute\('(\w+)'\)|, \"(\w+)\", ")


@dataclass
class Body:
    """What a resource, a data source or a block in one may say."""

    required: list[str] = field(default_factory=list)
    optional: list[str] = field(default_factory=list)
    blocks: dict[str, "Body"] = field(default_factory=dict)
    readable: list[str] = field(default_factory=list)

    @classmethod
    def parse(cls, told: dict[str, Any]) -> "Body":
        """Make one of what `asdict` made of it."""
        inner = {name: cls.parse(body) for name, body in told["blocks"].items()}
        return cls(told["required"], told["optional"], inner, told["readable"])


def load() -> tuple[str, dict[str, Body]]:
    """Return the provider's version, and what it understands by kind.

    A data source is called `data.` and its type.
    """
    told = json.loads(SCHEMA.read_text())
    kinds = {kind: Body.parse(body) for kind, body in told["kinds"].items()}
    return told["version"], kinds


def used() -> set[str]:
    """Return the kinds of resources and data sources that are used here."""
    kinds = set()
    for folder in folders():
        blocks = read(folder)
        kinds |= {kind for kind, _ in named(blocks.get("resource", []))}
        kinds |= {f"data.{kind}" for kind, _ in named(blocks.get("data", []))}
    return kinds


def extract(package: Path) -> dict[str, Any]:
    """Return what `load` shall read, out of the unpacked package."""
    version = json.loads((package / "package.json").read_text())["cdktf"]["provider"]
    kinds = {kind: asdict(_kind(package / "lib", kind)) for kind in sorted(used())}
    return {"version": version["version"], "kinds": kinds}


def _kind(library: Path, kind: str) -> Body:
    name = kind.replace("data.", "data_").removeprefix("aws_").replace("_", "-")

    folder = library / name
    interfaces = dict(_INTERFACE.findall((folder / "index.d.ts").read_text()))
    config = next(name for name in interfaces if name.endswith(("Config", "ConfigA")))
    body = _body(config, interfaces)
    source = (folder / "index.js").read_text()
    body.readable = sorted({a or b for a, b in _READABLE.findall(source)})
    return body


def _body(interface: str, interfaces: dict[str, str]) -> Body:
    body = Body()
    for (
        name,
        optional,
        kind,
    ) in _properties(interfaces[interface]):
        inner = _TYPE.match(kind)
        if inner is not None and inner[1] in interfaces:
            body.blocks[name] = _body(inner[1], interfaces)
        (body.optional if optional else body.required).append(name)
    return body


def _properties(source: str) -> Iterator[tuple[str, str, str]]:
    for match in _PROPERTY.finditer(source):
        yield match[1], match[2] or "", match[3]


if __name__ == "__main__":
    SCHEMA.write_text(json.dumps(extract(Path(sys.argv[1])), indent=1) + "\n")
    sys.stdout.write(f"{SCHEMA.relative_to(ROOT)}\n")
