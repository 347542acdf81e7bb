"""The statuses of a viewer, and all that differs by them: one row each.

To add one: a member of `PlaybackStatus`, its row in `STATUS_RULES`, and the edges that
lead to it, in the rows of the statuses that they leave.
"""

from enum import StrEnum, unique
from typing import Final, NamedTuple

from dataflows.playback.events import EventName

__all__ = ["STATUS_RULES", "TIMES", "PlaybackStatus", "StatusRules"]


@unique
class PlaybackStatus(StrEnum):
    """What a viewer is doing; four of the original accelerator, and two of ours."""

    WATCHING_VIDEO = "WATCHING_VIDEO"
    PAUSED_VIDEO = "PAUSED_VIDEO"
    WATCHING_AD = "WATCHING_AD"
    COMPLETED_VIDEO = "COMPLETED_VIDEO"
    BUFFERING = "BUFFERING"
    """Stalled while it should play."""
    LEFT = "LEFT"
    """The session window closed without an end."""


class StatusRules(NamedTuple):
    """What holds of a status: all that differs by it is here."""

    time: str | None
    """The profile's field that counts the time spent in it."""
    gap: str
    """The field of `Timing` with the silence that ends a session in it."""
    present: bool = True
    """Whether a viewer in it counts as one who is there."""
    edges: dict[EventName, PlaybackStatus] | None = None
    """The content's status after an event; one that is not named changes nothing.
    `None` where it is none of the content: an ad covers it, or nobody is there."""
    hangs: bool = False
    """The content should run and does not: a position that moves on disproves it."""


STATUS_RULES: Final[dict[PlaybackStatus, StatusRules]] = {
    PlaybackStatus.WATCHING_VIDEO: StatusRules(
        "time_played",
        "gap_playing",
        edges={
            EventName.PAUSE: PlaybackStatus.PAUSED_VIDEO,
            EventName.END: PlaybackStatus.COMPLETED_VIDEO,
            EventName.BUFFER_START: PlaybackStatus.BUFFERING,
        },
    ),
    PlaybackStatus.PAUSED_VIDEO: StatusRules(
        "time_paused",
        "gap_paused",
        edges={EventName.PLAY: PlaybackStatus.WATCHING_VIDEO},
    ),
    PlaybackStatus.WATCHING_AD: StatusRules("time_spent_ads", "gap_playing"),
    PlaybackStatus.COMPLETED_VIDEO: StatusRules(
        None,
        "gap_completed",
        present=False,
        edges={EventName.PLAY: PlaybackStatus.WATCHING_VIDEO},
    ),
    PlaybackStatus.BUFFERING: StatusRules(
        "time_buffering",
        "gap_playing",
        edges={
            EventName.PLAY: PlaybackStatus.WATCHING_VIDEO,
            EventName.BUFFER_END: PlaybackStatus.WATCHING_VIDEO,
            EventName.PAUSE: PlaybackStatus.PAUSED_VIDEO,
            EventName.END: PlaybackStatus.COMPLETED_VIDEO,
        },
        hangs=True,
    ),
    PlaybackStatus.LEFT: StatusRules(None, "gap_playing", present=False),
}
"""Rows are added at the end: their order is part of the recovery format."""

TIMES: Final = tuple(rules.time for rules in STATUS_RULES.values() if rules.time)
"""The profile's times; their order is part of the recovery format."""
