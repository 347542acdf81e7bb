"""How a message is refused: one wording, one way out of the depths of a message."""

import reprlib
from typing import Final

from dataflows.playback.errors import DeadLetterReason, Rejected

__all__ = ["UnusableError", "refuse"]

_MAX_DETAIL_CHARS: Final = 200

_brief: Final = reprlib.Repr()
_brief.maxstring = _brief.maxother = _brief.maxlong = 100


class UnusableError(Exception):
    """Carries a `Rejected` to `decode`, which returns it; nobody else ever sees it."""

    def __init__(self, rejected: Rejected) -> None:
        super().__init__(rejected)
        self.rejected = rejected


def refuse(reason: DeadLetterReason, must: str, value: object) -> UnusableError:
    """Word a refusal; `must` is subject and rule, as in "`adId` must be text"."""
    detail = f"{must}; got {_brief.repr(value)} instead"
    return UnusableError(Rejected(reason, detail[:_MAX_DETAIL_CHARS]))
