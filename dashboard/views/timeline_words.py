"""What happened to a viewer, in words."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Final, NamedTuple

from dashboard.happenings import AdOutcome, AdView, PlaybackError, QualityChange
from dashboard.theme import UNKNOWN
from dashboard.wording import shown_text
from dataflows.playback.profile import ms_from_iso

__all__ = [
    "AD_LOOKS",
    "NOT_KNOWN",
    "AdLook",
    "ad_text",
    "bitrate_text",
    "clicks_text",
    "error_text",
    "moment_text",
    "quality_text",
    "span_text",
]

NOT_KNOWN: Final = "? Not known"
"""The lane of what no item tells."""

_KILO: Final = 1_000
_MEGA: Final = 1_000_000


class AdLook(NamedTuple):
    """How the outcome of an ad is told: in words, by a glyph, and by a marker."""

    word: str
    glyph: str
    marker: str


AD_LOOKS: Final = {
    AdOutcome.COMPLETED: AdLook("Completed", "✔\ufe0e", "square"),
    AdOutcome.SKIPPED: AdLook("Skipped", "✕", "x"),
    AdOutcome.SHOWING: AdLook("On screen now", "◆", "triangle"),
    AdOutcome.UNKNOWN: AdLook("Outcome unknown", "?", "circle"),
}


# Of what was drawn a second ago nearly all is drawn again.
@lru_cache(maxsize=32_768)
def moment_text(stamp: str) -> str:
    """Return a stored point in time as `23 Nov 12:04:59`."""
    return f"{_moment(stamp):%-d %b %H:%M:%S}"


@lru_cache(maxsize=32_768)
def span_text(start: str, end: str) -> str:
    """Return from when to when, with the second day where it is another one."""
    same_day = _moment(start).date() == _moment(end).date()
    until = f"{_moment(end):%H:%M:%S}" if same_day else moment_text(end)
    return f"{moment_text(start)} - {until} UTC"


def _moment(stamp: str) -> datetime:
    return datetime.fromtimestamp(ms_from_iso(stamp) / 1000, UTC)


def bitrate_text(bitrate: int | None) -> str:
    """Return bits a second as `2.5 Mbit/s`; what is not known says so."""
    if bitrate is None:
        return f"bitrate {UNKNOWN}"
    if bitrate >= _MEGA:
        return f"{bitrate / _MEGA:.1f} Mbit/s"
    return f"{bitrate / _KILO:.0f} kbit/s"


def ad_text(ad: AdView) -> str:
    """Return an ad and its outcome in words."""
    ad_id, outcome = shown_text(ad.ad_id or UNKNOWN), AD_LOOKS[ad.outcome].word
    clicks = f", {clicks_text(ad.clicks)}" if ad.clicks else ""
    return f"Ad {ad_id}: {outcome.lower()}{clicks}"


def clicks_text(clicks: int) -> str:
    """Return how often an ad was clicked."""
    return "clicked" if clicks == 1 else f"clicked {clicks} times"


def quality_text(change: QualityChange) -> str:
    """Return a quality and its bitrate in words."""
    quality = shown_text(change.quality or f"quality {UNKNOWN}")
    return f"{quality}, {bitrate_text(change.bitrate)}"


def error_text(error: PlaybackError) -> str:
    """Return an error in words."""
    return f"Error {shown_text(error.code or UNKNOWN)}"
