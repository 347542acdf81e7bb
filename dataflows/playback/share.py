"""What one viewer adds to the tally of who is there."""

from typing import Final

from dataflows.playback.audience import TITLE_CHARS

__all__ = ["NO_SHARE", "Share", "title_of"]

Share = tuple[str, str, int, int]
"""A viewer's: status and title while the session is open, milliseconds played and
stalled in all their sessions, which stay when they have left."""

NO_SHARE: Final[Share] = ("", "", 0, 0)
"""Of a viewer who is not known yet."""


def title_of(label: str | None) -> str:
    """Return a label as it is tallied; empty where it is not known."""
    return label[:TITLE_CHARS] if label else ""
