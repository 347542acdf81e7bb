"""What to do about dead letters, by the reason that they give."""

from collections.abc import Mapping
from typing import Final

from dataflows.playback.errors import DeadLetterReason

__all__ = ["CURES", "MANY", "cure_of"]

MANY: Final = 0.01
"""More than this share of the messages is more than the web's usual noise."""

_FLAT: Final = "look at the Snowbridge script: every message must have it"

CURES: Final[Mapping[str, str]] = {
    DeadLetterReason.UNPARSABLE: (
        "let nothing else write to the source topic: enriched TSV, enriched JSON or "
        "flat JSON, one event a message"
    ),
    DeadLetterReason.WRONG_COLUMN_COUNT: (
        "send what enrich writes untouched, 131 columns, or use `spEnrichedToJson`"
    ),
    DeadLetterReason.OVERSIZED: "look at what the page attaches to its events",
    DeadLetterReason.MISSING_VIEWER_ID: (
        "let the tracker set a user id, or turn its anonymous tracking off: of these "
        "events nobody can tell whose they are"
    ),
    DeadLetterReason.MISSING_EVENT_ID: _FLAT,
    DeadLetterReason.MISSING_EVENT_NAME: _FLAT,
    DeadLetterReason.MISSING_TIMESTAMP: _FLAT,
    DeadLetterReason.UNKNOWN_EVENT_NAME: (
        "look whether the tracker is newer than this flow, and update the flow"
    ),
    DeadLetterReason.BAD_TIMESTAMP: "look at the clock or the script that stamps it",
    DeadLetterReason.BAD_VALUE: "look at the field that is named",
    DeadLetterReason.FUTURE_TIMESTAMP: (
        "let NTP keep the clocks of the collector and of the flow's machine, or raise "
        "`FUTURE_TOLERANCE_S`"
    ),
    DeadLetterReason.LATE: (
        "key the source topic by viewer, look why Snowbridge holds events back, or "
        "raise `LATENESS_S`"
    ),
}


def cure_of(reason: str) -> str:
    """Return the cure of a reason, also of one that only a newer flow knows."""
    return CURES.get(reason, "update this checkout: it does not know the reason")
