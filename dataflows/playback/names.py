"""Counts by a name that strangers give: of ads, of ad breaks, of errors.

There may be any number of such names, so a shard keeps those that were counted last,
and an audience record shows the largest. A name that was dropped begins anew.
"""

from typing import Any, Final

from dataflows.playback.adding import add_up, add_up_lists, largest
from dataflows.playback.audience import (
    AD_COUNTS,
    AD_QUARTILES,
    NAMES_SHOWN,
    AdTally,
)
from dataflows.playback.events import AdBreak, EventName, MediaEvent, error_code
from dataflows.playback.tallies import NamedTallies

__all__ = ["NameCounts", "added", "grown", "shown"]

_NAMES_MOST: Final = 64
_NAME_CHARS: Final = 80
_NO_NAME: Final = "unknown"
_FIELDS: Final = AdTally.__struct_fields__
_STARTS: Final = _FIELDS.index("starts")
# What an event of an ad counts, by its place among the fields of `AdTally`.
_PLACES: Final = {event: _FIELDS.index(field) for field, event in AD_COUNTS.items()}
_QUARTILE_PLACES: Final = {
    percent: _FIELDS.index(field) for field, percent in AD_QUARTILES.items()
}
_ERROR: Final = EventName.ERROR
_AD_QUARTILE: Final = EventName.AD_QUARTILE


class NameCounts:
    """The counts by name as a shard keeps them, the one counted last at the end.

    A list of counts is never changed but replaced, so that those told stay as they are
    and telling copies none of them.
    """

    __slots__ = ("ads_by_break", "ads_by_id", "errors_by_code")

    def __init__(self) -> None:
        """Begin with no name."""
        self.ads_by_id: dict[str, list[int]] = {}
        self.ads_by_break: dict[str, list[int]] = {}
        self.errors_by_code: dict[str, list[int]] = {}

    def count(self, event: MediaEvent) -> None:
        """Count an event of an ad, or an error."""
        if event.name is _ERROR:
            _count(self.errors_by_code, error_code(event), 0, 1)
            return
        place = _PLACES.get(event.name)
        if event.name is _AD_QUARTILE and event.data is not None:
            percent = round(event.data.percent_progress or 0)
            place = _QUARTILE_PLACES.get(percent)
        if place is None:
            return
        if event.ad is not None:
            _count(self.ads_by_id, event.ad.ad_id, place, len(_FIELDS))
        _count(self.ads_by_break, _standing(event.ad_break), place, len(_FIELDS))

    def told(self) -> NamedTallies:
        """Return them as the audience step takes them."""
        return NamedTallies(
            dict(self.ads_by_id),
            dict(self.ads_by_break),
            {code: counts[0] for code, counts in self.errors_by_code.items()},
        )

    def pack(self) -> list[dict[str, list[int]]]:
        """Return what `unpack` takes: the recovery format."""
        return [self.ads_by_id, self.ads_by_break, self.errors_by_code]

    @classmethod
    def unpack(cls, packed: list[dict[str, list[int]]]) -> "NameCounts":
        """Return the counts that were packed."""
        counts = cls()
        ads_by_id, ads_by_break, counts.errors_by_code = packed
        counts.ads_by_id = _widened(ads_by_id)
        counts.ads_by_break = _widened(ads_by_break)
        return counts


def _widened(counts: dict[str, list[int]]) -> dict[str, list[int]]:
    """Return counts of before a field was added, which begins at none."""
    return {n: count + [0] * (len(_FIELDS) - len(count)) for n, count in counts.items()}


def _standing(ad_break: AdBreak | None) -> str | None:
    """Return where a break stands: by its name, which says so by convention."""
    if ad_break is None or ad_break.name or ad_break.start_time is None:
        return None if ad_break is None else ad_break.name
    return "mid-roll" if ad_break.start_time else "pre-roll"


def _count(
    counts: dict[str, list[int]], name: str | None, place: int, width: int
) -> None:
    """Count one more of a name; the one that was counted longest ago makes room."""
    name = name[:_NAME_CHARS] if name else _NO_NAME
    before = counts.pop(name, None)
    if before is None:
        count = [0] * width
        if len(counts) >= _NAMES_MOST:
            del counts[next(iter(counts))]
    else:
        count = before.copy()
    count[place] += 1
    counts[name] = count


def added(parts: list[NamedTallies]) -> NamedTallies:
    """Return the sums of many."""
    ads_by_id: dict[str, list[int]] = {}
    ads_by_break: dict[str, list[int]] = {}
    errors_by_code: dict[str, int] = {}
    for part in parts:
        add_up_lists(ads_by_id, part.ads_by_id)
        add_up_lists(ads_by_break, part.ads_by_break)
        add_up(errors_by_code, part.errors_by_code)
    return NamedTallies(ads_by_id, ads_by_break, errors_by_code)


def grown(new: NamedTallies, old: NamedTallies) -> NamedTallies:
    """Return how much each has grown; one that began anew has not shrunk."""
    before = old.errors_by_code
    return NamedTallies(
        _ads_grown(new.ads_by_id, old.ads_by_id),
        _ads_grown(new.ads_by_break, old.ads_by_break),
        {
            code: max(0, count - before.get(code, 0))
            for code, count in new.errors_by_code.items()
        },
    )


def shown(named: NamedTallies) -> dict[str, Any]:
    """Return the largest of each, as the fields of an audience record."""
    return {
        "ads_by_id": _most_started(named.ads_by_id),
        "ads_by_break": _most_started(named.ads_by_break),
        "errors_by_code": {
            code: count
            for code, count in largest(named.errors_by_code, NAMES_SHOWN).items()
            if count
        },
    }


def _ads_grown(
    new: dict[str, list[int]], old: dict[str, list[int]]
) -> dict[str, list[int]]:
    none = [0] * len(_FIELDS)
    return {
        name: [max(0, a - b) for a, b in zip(counts, old.get(name, none), strict=True)]
        for name, counts in new.items()
    }


def _most_started(ads: dict[str, list[int]]) -> dict[str, AdTally]:
    """Return those with the most starts, and none that has nothing at all."""
    starts = {name: counts[_STARTS] for name, counts in ads.items()}
    return {
        name: AdTally(**dict(zip(_FIELDS, ads[name], strict=True)))
        for name in largest(starts, NAMES_SHOWN)
        if any(ads[name])
    }
