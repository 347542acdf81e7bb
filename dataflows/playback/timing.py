"""How long is too long: the gaps that end a session, and what disorder is borne."""

from dataclasses import dataclass, field

from dataflows.playback.status import STATUS_RULES, PlaybackStatus

__all__ = ["Timing"]


@dataclass(frozen=True, kw_only=True)
class Timing:
    """How long is too long, in milliseconds; `dataflows.settings` tells more.

    `gaps` are the silences that end a session, by its status. What lies further behind
    than `settling` has neither earlier events nor duplicates still to come: one may be
    stamped later than its event by as much as an event may be late.
    """

    gap_playing: int = 90_000
    gap_paused: int = 600_000
    gap_completed: int = 30_000
    lateness: int = 30_000
    future_tolerance: int = 60_000
    closed_retention: int = 600_000
    gaps: dict[PlaybackStatus, int] = field(init=False, repr=False)
    settling: int = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Work out what hangs on the others."""
        gaps = {s: getattr(self, rules.gap) for s, rules in STATUS_RULES.items()}
        object.__setattr__(self, "gaps", gaps)
        object.__setattr__(self, "settling", 2 * self.lateness)
