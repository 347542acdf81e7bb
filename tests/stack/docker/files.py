"""The files of the stack in Docker, read as their programs read them."""

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import hcl2
import yaml  # type: ignore[import-untyped]

from tests.stack.captures import CAPTURES

__all__ = [
    "COMPOSE_FILES",
    "ROOT",
    "SNOWPLOW",
    "STACK",
    "depends_on",
    "hcl",
    "interpolated",
    "services",
    "stages",
    "uses",
    "variables",
]

ROOT: Final = CAPTURES.parents[2]
STACK: Final = ROOT / "stack"
SNOWPLOW: Final = STACK / "snowplow"
COMPOSE_FILES: Final = sorted(STACK.glob("compose*.yaml"))

_VARIABLE: Final = re.compile(r"\$(?:\$|\{(\w+)(?::-([^}]*)|:\?[^}]*)?\})")


def variables() -> dict[str, str]:
    """Return the variables that the Compose files read, each with its default."""
    found = {}
    for file in COMPOSE_FILES:
        for match in _VARIABLE.finditer(file.read_text()):
            if match[1]:
                found[match[1]] = match[2] or ""
    return found


def interpolated(file: Path, env: Mapping[str, str] | None = None) -> str:
    """Return a Compose file's text with its variables replaced, as Compose does it."""
    values = {**variables(), **(env or {})}
    return _VARIABLE.sub(lambda m: values[m[1]] if m[1] else "$", file.read_text())


@cache
def services() -> dict[str, dict[str, Any]]:
    """Return the services of all Compose files, with the defaults of the variables."""
    parsed = [yaml.safe_load(interpolated(file)) for file in COMPOSE_FILES]
    return {name: s for p in parsed for name, s in p.get("services", {}).items()}


def depends_on(service: Mapping[str, Any]) -> dict[str, str]:
    """Return what a service waits for, and on what condition."""
    return {
        name: entry["condition"]
        for name, entry in service.get("depends_on", {}).items()
    }


def stages() -> dict[str, str]:
    """Return the text of each stage of the Dockerfile that has a name."""
    text = (STACK / "Dockerfile").read_text()
    parts = re.split(r"^FROM \S+ AS (\S+)$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def hcl(file: Path) -> dict[str, Any]:
    """Return a Snowbridge configuration as plain objects."""
    with file.open() as lines:
        plain: dict[str, Any] = _plain(hcl2.load(lines))
    return plain


def _plain(value: Any) -> Any:
    # The parser keeps comments, and the quotes around texts and labels.
    if isinstance(value, dict):
        kept = {k: v for k, v in value.items() if not k.startswith("__")}
        return {_plain(k): _plain(v) for k, v in kept.items()}
    if isinstance(value, list):
        return [_plain(entry) for entry in value]
    if isinstance(value, str) and value.startswith('"'):
        return json.loads(value)
    return value


def uses(config: Mapping[str, Any], block: str) -> list[tuple[str, dict[str, Any]]]:
    """Return the names and fields of all that the blocks of one kind use, in order."""
    return [
        (name, fields)
        for entry in config[block]
        for use in entry["use"]
        for name, fields in use.items()
    ]
