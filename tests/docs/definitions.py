"""What the dashboard's figures mean, as docs/definitions.md tells it."""

from dashboard.definitions import DEFINITIONS

__all__ = ["definition_parts"]


def definition_parts() -> dict[str, str]:
    """Return the table of definitions, each with an anchor of its name."""
    rows = "\n".join(
        f'| <a id="{name}"></a>{meaning.word} | {meaning.text} |'
        for name, meaning in DEFINITIONS.items()
    )
    return {"definitions": f"| figure | what it is |\n|---|---|\n{rows}"}
