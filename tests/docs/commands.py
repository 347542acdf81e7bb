"""The commands of the guide: blocks of `sh` in its pages, and how each is run.

A block's info string says how. `sh`: run, in order, in one shell a page. `sh
background`: runs beside the later ones, until the page ends. `sh needs=WORD`: not run,
for want of what the word stands for.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

__all__ = ["NEEDS", "Block", "blocks_of", "script_of"]

NEEDS: Final = {
    "aws": "an account",
    "cluster": "Kafka elsewhere than on this machine",
    "docker": "a Docker engine",
    "install": "an installation: `make` would change the environment under the tests",
    "terminal": "a terminal of its own, from which its output is copied",
}
"""Why a block is not run."""

_BLOCK: Final = re.compile(
    r"^```sh(?P<how>[^\n]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)


class Block(NamedTuple):
    """A block of commands."""

    page: Path
    text: str
    background: bool = False
    needs: str | None = None


def blocks_of(page: Path) -> Iterator[Block]:
    """Yield the blocks of a page in their order.

    Raises:
        ValueError: an info string says neither `background` nor a known need.

    """
    for match in _BLOCK.finditer(page.read_text()):
        how = match["how"].strip()
        background, needs = how == "background", how.removeprefix("needs=")
        if how and not background and (needs == how or needs not in NEEDS):
            msg = (
                f"a block of `{page.name}` must say nothing, `background` or "
                f"`needs=` one of {', '.join(NEEDS)}; got {how!r} instead"
            )
            raise ValueError(msg)
        needed = needs if how and not background else None
        yield Block(page, match["text"], background=background, needs=needed)


def script_of(blocks: Iterable[Block], ports: Mapping[str, int]) -> str:
    """Return a shell script of the blocks that can be run.

    What is in the background must still be there at the end; who runs the script ends
    it, with all else in the script's process group.

    Args:
        blocks: Of one page.
        ports: What to use in place of the ports that the page names.

    """
    lines = ["set -euo pipefail", "running=()"]
    for block in blocks:
        if block.needs is None and block.background:
            lines += ["(", block.text, ") &", "running+=($!)"]
        elif block.needs is None:
            lines.append(block.text)
    lines.append(_END)
    script = "\n".join(lines)
    for port, other in ports.items():
        script = re.sub(rf"\b{port}\b", str(other), script)
    return script


_END: Final = """\
for pid in "${running[@]}"; do
    kill -0 "$pid" || { echo "process $pid has ended by itself"; exit 1; }
done
"""
