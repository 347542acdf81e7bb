"""What one session's viewer table shows, and how the browser's address says so."""

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, Protocol

import msgspec
from msgspec import Meta

from dashboard.query import ViewerColumn, ViewerQuery
from dataflows.playback.profile import PlaybackStatus

__all__ = ["DAY_S", "SIZES", "TEXT_MOST", "Ask", "TableState", "fields_of", "state_of"]

SIZES: Final = (20, 50, 100, 200)
"""How many rows a page may have."""

TEXT_MOST: Final = 200
"""Letters of a filter."""
_TITLE: Final = 4_096
DAY_S: Final = 86_400


class TableState(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Filters and order as in `ViewerQuery`, and which page of what size."""

    text: Annotated[str, Meta(max_length=TEXT_MOST)] = ""
    status: PlaybackStatus | None = None
    title: Annotated[str, Meta(max_length=_TITLE)] = ""
    buffering_longer_s: Annotated[float, Meta(ge=0, le=DAY_S)] | None = None
    order: ViewerColumn = ViewerColumn.STATUS_SINCE
    descending: bool = True
    number: Annotated[int, Meta(ge=1)] = 1
    size: Literal[20, 50, 100, 200] = 50

    def query(self) -> ViewerQuery:
        """Return what to ask of the live viewers."""
        return ViewerQuery(
            text=self.text,
            status=self.status,
            title=self.title or None,
            buffering_longer_s=self.buffering_longer_s,
            order=self.order,
            descending=self.descending,
        )


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
