"""Numbers that add up over the playbacks of a session."""

from typing import Final, TypeVar

import msgspec

from dataflows.playback.short import milliseconds

__all__ = ["Retired", "Totals"]

# Retired playbacks whose totals are kept apart, for they may be heard again.
_RETIRED_MOST: Final = 64
_N = TypeVar("_N", int, float)


class Totals(msgspec.Struct, array_like=True, gc=False):
    """Numbers that add up over playbacks; those of the tracker may be unsent.

    A positional recovery format, as all packed structs here: append fields last and
    with a default, else raise the format's number in `snapshot`.
    """

    ads_clicked: int = 0
    ads_skipped: int = 0
    content_watched: int | None = None
    tracker: list[float | None] = []

    def add(self, other: "Totals") -> None:
        """Add those of another playback."""
        self.ads_clicked += other.ads_clicked
        self.ads_skipped += other.ads_skipped
        self.content_watched = _sum(self.content_watched, other.content_watched)
        if self.tracker and other.tracker:
            pairs = zip(self.tracker, other.tracker, strict=True)
            self.tracker = [_to_ms(_sum(mine, theirs)) for mine, theirs in pairs]
        else:
            self.tracker = self.tracker or other.tracker


class Retired(msgspec.Struct, array_like=True, gc=False):
    """The totals of playbacks whose own states are forgotten; positional.

    The counters that a page sends are cumulative, so one that is heard again goes on
    where it was; of the ones retired longest ago only the sum is left.
    """

    total: Totals = msgspec.field(default_factory=Totals)
    kept: dict[str, Totals] = {}
    rest: Totals = msgspec.field(default_factory=Totals)

    def put(self, media_session_id: str, totals: Totals) -> None:
        """Keep the totals of a playback."""
        self.total.add(totals)
        self.kept[media_session_id] = totals
        if len(self.kept) > _RETIRED_MOST:
            self.rest.add(self.kept.pop(next(iter(self.kept))))

    def take(self, media_session_id: str) -> Totals | None:
        """Take out the totals of a playback that is heard again."""
        totals = self.kept.pop(media_session_id, None)
        if totals is not None:
            self.total = Totals()
            for left in (self.rest, *self.kept.values()):
                self.total.add(left)
        return totals


def _sum(a: _N | None, b: _N | None) -> _N | None:
    if a is None or b is None:
        return b if a is None else a
    return a + b


def _to_ms(seconds: float | None) -> float | None:
    """Return a sum without what adding does to its last digits."""
    return None if seconds is None else milliseconds(seconds)
