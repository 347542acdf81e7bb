"""Counts by a name that strangers give: of ads, of ad breaks, of errors.

There may be any number of such names, so a shard keeps those that were counted last,
and an audience record shows the largest. A name that was dropped begins anew.
"""

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from dataflows.playback.audience import (
    AD_COUNTS,
    AD_QUARTILES,
    NAMES_SHOWN,
    AdTally,
)
from dataflows.playback.events import AdBreak, EventName, MediaEvent, error_code

__all__ = ["NameCounts", "NamedTallies"]

_NAMES_MOST: Final = 64
_NAME_CHARS: Final = 80
_NO_NAME: Final = "unknown"
_FIELDS: Final = AdTally.__struct_fields__
# What an event of an ad counts, by its place among the fields of `AdTally`.
_PLACES: Final = {event: _FIELDS.index(field) for field, event in AD_COUNTS.items()}
_QUARTILE_PLACES: Final = {
    percent: _FIELDS.index(field) for field, percent in AD_QUARTILES.items()
}
_ERROR: Final = EventName.ERROR
_AD_QUARTILE: Final = EventName.AD_QUARTILE


class NamedTallies(msgspec.Struct, frozen=True, gc=False):
    """Running counts by name, as a shard tells them, or many added up."""

    ads_by_id: dict[str, AdTally] = {}
    ads_by_break: dict[str, AdTally] = {}
    errors_by_code: dict[str, int] = {}

    @classmethod
    def added(cls, parts: list["NamedTallies"]) -> "NamedTallies":
        """Return the sums of many."""
        return cls(
            _ads_added(part.ads_by_id for part in parts),
            _ads_added(part.ads_by_break for part in parts),
            _added(part.errors_by_code for part in parts),
        )

    def since(self, start: "NamedTallies") -> "NamedTallies":
        """Return how much each has grown; one that began anew has not shrunk."""
        return NamedTallies(
            _ads_grown(self.ads_by_id, start.ads_by_id),
            _ads_grown(self.ads_by_break, start.ads_by_break),
            _grown(self.errors_by_code, start.errors_by_code),
        )

    def shown(self) -> dict[str, Any]:
        """Return the largest of each, as the fields of an audience record."""
        return {
            "ads_by_id": _most_started(self.ads_by_id),
            "ads_by_break": _most_started(self.ads_by_break),
            "errors_by_code": _largest(self.errors_by_code),
        }


class NameCounts:
    """The counts by name as a shard keeps them, the one counted last at the end."""

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
            _ad_tallies(self.ads_by_id),
            _ad_tallies(self.ads_by_break),
            {code: count for code, (count,) in self.errors_by_code.items()},
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
    count = counts.pop(name, None)
    if count is None:
        count = [0] * width
        if len(counts) >= _NAMES_MOST:
            del counts[next(iter(counts))]
    count[place] += 1
    counts[name] = count


def _ad_tallies(counts: dict[str, list[int]]) -> dict[str, AdTally]:
    return {name: _ad_tally(count) for name, count in counts.items()}


def _ad_tally(count: Iterable[int]) -> AdTally:
    return AdTally(**dict(zip(_FIELDS, count, strict=True)))


def _counts_of(tally: AdTally) -> tuple[int, ...]:
    counts: tuple[int, ...] = msgspec.structs.astuple(tally)
    return counts


def _added(parts: Iterable[dict[str, int]]) -> dict[str, int]:
    total: dict[str, int] = {}
    for part in parts:
        for name, count in part.items():
            total[name] = total.get(name, 0) + count
    return total


def _ads_added(parts: Iterable[dict[str, AdTally]]) -> dict[str, AdTally]:
    total: dict[str, list[int]] = {}
    for part in parts:
        for name, tally in part.items():
            counts = _counts_of(tally)
            before = total.setdefault(name, [0] * len(counts))
            total[name] = [a + b for a, b in zip(before, counts, strict=True)]
    return _ad_tallies(total)


def _grown(new: dict[str, int], old: dict[str, int]) -> dict[str, int]:
    return {name: max(0, count - old.get(name, 0)) for name, count in new.items()}


def _ads_grown(new: dict[str, AdTally], old: dict[str, AdTally]) -> dict[str, AdTally]:
    none = AdTally()
    return {
        name: _ad_tally(
            max(0, a - b)
            for a, b in zip(
                _counts_of(tally), _counts_of(old.get(name, none)), strict=True
            )
        )
        for name, tally in new.items()
    }


def _largest(counts: dict[str, int]) -> dict[str, int]:
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return {name: count for name, count in ranked[:NAMES_SHOWN] if count}


def _most_started(tallies: dict[str, AdTally]) -> dict[str, AdTally]:
    """Return those with the most starts, and none that has nothing at all."""
    ranked = sorted(tallies.items(), key=lambda item: (-item[1].starts, item[0]))
    none = AdTally()
    return {name: tally for name, tally in ranked[:NAMES_SHOWN] if tally != none}
