"""How the simulated crowd behaves: chances and rates, checked."""

import dataclasses
from dataclasses import dataclass
from typing import Final

__all__ = ["DEFAULT_PING_INTERVAL_S", "Habits"]

DEFAULT_PING_INTERVAL_S: Final = 30.0
"""The tracker's own, where a site asks for pings and names no interval."""

_CHANCES: Final = frozenset(
    {
        "pre_roll",
        "skip",
        "click",
        "leave_in_ad",
        "stale_ads",
        "known",
        "returning",
        "rewatch",
        "muted",
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Habits:
    """Chances are 0 to 1; `..._a_minute` are mean counts a minute of watching.

    The defaults are livelier than people are, so that a dashboard shows every state
    within seconds.
    """

    ping_interval_s: float = DEFAULT_PING_INTERVAL_S
    pre_roll: float = 0.5
    """Chance that a playback opens with a break of ads."""
    mid_roll_every_s: float = 240.0
    """Seconds of content between breaks, on average; 0 is never."""
    ads_a_break: float = 1.8
    """Mean number of ads in a break; 0 is no ads at all."""
    skip: float = 0.4
    """Chance that an ad that can be skipped is."""
    click: float = 0.03
    """Chance that an ad is clicked."""
    leave_in_ad: float = 0.03
    """Chance that an ad makes the viewer close the tab."""
    stale_ads: float = 0.5
    """Chance that a page pauses its player while ads run, as many do."""
    pauses_a_minute: float = 0.25
    pause_mean_s: float = 40.0
    seeks_a_minute: float = 0.25
    stalls_a_minute: float = 0.15
    stall_mean_s: float = 4.0
    changes_a_minute: float = 0.15
    """Changes of quality, volume, rate, full screen, picture in picture."""
    leaves_a_minute: float = 0.12
    """How fast viewers close the tab, which sends nothing."""
    errors_a_minute: float = 0.01
    known: float = 0.7
    """Chance that a viewer is signed in; the others are known by their browser."""
    returning: float = 0.1
    """Chance that who comes has been here before."""
    rewatch: float = 0.1
    """Chance to play again after the end, in the same media session."""
    muted: float = 0.15
    """Chance that a player starts without sound."""

    def __post_init__(self) -> None:
        """Check the ranges.

        Raises:
            ValueError: a chance is not 0 to 1, or another figure is below zero.

        """
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            most = 1.0 if field.name in _CHANCES else 1e6
            if not 0 <= value <= most:
                msg = f"`{field.name}` must be 0 to {most:g}; got {value!r} instead"
                raise ValueError(msg)
        if self.ping_interval_s <= 0:
            msg = f"`ping_interval_s` must be above 0; got {self.ping_interval_s!r}"
            raise ValueError(msg)
