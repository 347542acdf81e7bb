"""What the figures mean."""

import re

from dashboard.definitions import DEFINITIONS
from dashboard.figures import FIGURES


def test_every_live_figure_is_defined() -> None:
    """No figure of the Live page is without a word that says how it is computed."""
    assert {*FIGURES, "latency"} <= set(DEFINITIONS)


def test_names_can_be_linked() -> None:
    """The names stand in addresses and as ids, so they are plain."""
    assert [name for name in DEFINITIONS if not re.fullmatch(r"[a-z_]+", name)] == []


def test_texts_are_sentences() -> None:
    """Each text begins and ends as a sentence does, and holds no markup."""
    broken = [n for n, (_, text) in DEFINITIONS.items() if not _is_prose(text)]

    assert broken == []


def _is_prose(text: str) -> bool:
    return (
        (text[0].isupper() or text[0] == "(") and text.endswith(".") and "<" not in text
    )
