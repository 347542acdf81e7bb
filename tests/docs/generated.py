"""The pages that have generated parts, and who makes them."""

from collections.abc import Callable, Mapping
from typing import Final

from tests.docs.contracts import contract_parts
from tests.docs.definitions import definition_parts
from tests.docs.examples import example_parts
from tests.docs.figures import comparison_parts
from tests.docs.journey import journey_parts

__all__ = ["PARTS"]

PARTS: Final[Mapping[str, Callable[[], dict[str, str]]]] = {
    "compare.md": comparison_parts,
    "contracts.md": contract_parts,
    "definitions.md": definition_parts,
    "extend-sinks.md": example_parts,
    "how-it-works.md": journey_parts,
}
