"""How long is too long: the gaps that end a session, and what disorder is borne."""

from functools import cached_property

import msgspec

from dataflows.playback.profile import STATUS_RULES, PlaybackStatus

__all__ = ["Timing"]


class Timing(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """How long is too long, in milliseconds; `dataflows.settings` tells more."""

    gap_playing: int = 90_000
    gap_paused: int = 600_000
    gap_completed: int = 30_000
    lateness: int = 30_000
    future_tolerance: int = 60_000
    closed_retention: int = 600_000

    @cached_property
    def gaps(self) -> dict[PlaybackStatus, int]:
        """The silence that ends a session, by its status."""
        return {s: getattr(self, rules.gap) for s, rules in STATUS_RULES.items()}
