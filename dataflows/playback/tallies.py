"""What the steps tell the audience step: the intake of a partition, and a shard."""

import msgspec

from dataflows.playback.audience import AdTally, QualityTally
from dataflows.playback.profile import PlaybackStatus

__all__ = ["IntakeTally", "NamedTallies", "ShardTally"]


class IntakeTally(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """What one source partition read: counts since the last one, and how far it is.

    `lag_ms` is how old the newest message was when it was read, or how long the broker
    has been silent; 0 at the end.
    """

    partition: str
    received: int
    lag_messages: int = 0
    lag_ms: int = 0


class NamedTallies(msgspec.Struct, frozen=True, gc=False):
    """Running counts by name, as a shard tells them, or many added up.

    Those of an ad are in the order of the fields of `AdTally`: very many are told and
    added up, and few are shown.
    """

    ads_by_id: dict[str, list[int]] = {}
    ads_by_break: dict[str, list[int]] = {}
    errors_by_code: dict[str, int] = {}


class ShardTally(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A shard's whole tally; the newest replaces those before.

    `titles` are its largest, `other_titles` counts the viewers of the rest.
    """

    viewers: dict[PlaybackStatus, int]
    titles: dict[str, int]
    used: int
    skipped: int
    late: int
    duplicate: int
    dead_letters: dict[str, int]
    shapes: dict[str, int]
    sessions_started: int
    sessions_left: int
    sessions_completed: int
    ads: AdTally
    quality: QualityTally
    watermark: int | None
    other_titles: int = 0
    named: NamedTallies = NamedTallies()
