"""What one session's viewer table shows, and how the browser's address says so."""

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, Protocol

import msgspec
from msgspec import Meta

from dashboard.query import ViewerQuery

__all__ = ["SIZES", "Ask", "TableState", "fields_of", "state_of"]

SIZES: Final = (20, 50, 100, 200)
"""How many rows a page may have."""


class TableState(ViewerQuery, frozen=True, kw_only=True, omit_defaults=True):
    """Which live viewers, in what order, and which page of them, of what size."""

    number: Annotated[int, Meta(ge=1)] = 1
    size: Literal[20, 50, 100, 200] = 50


class Ask(Protocol):
    """Asks for a table that differs; `keep` is false in the middle of typing."""

    def __call__(self, changes: Mapping[str, Any], *, keep: bool = True) -> None:
        """Ask for it: `changes` are of `TableState`."""
        ...


def state_of(fields: Mapping[str, str]) -> TableState:
    """Return what an address says; one that can't be read says nothing."""
    try:
        return msgspec.convert(dict(fields), TableState, strict=False)
    except msgspec.ValidationError:
        return TableState()


def fields_of(state: TableState) -> dict[str, str]:
    """Return the fields of an address that say what differs from a new table.

    Filters and order are named as in /api/viewers.
    """
    told: dict[str, object] = msgspec.to_builtins(state)
    return {name: _text(value) for name, value in told.items()}


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
