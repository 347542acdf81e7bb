"""Adding counts up by name, and finding the largest."""

from typing import TypeVar

__all__ = ["add_up", "add_up_lists", "largest"]

_K = TypeVar("_K", bound=str)


def add_up(sums: dict[_K, int], more: dict[_K, int]) -> None:
    """Add counts to what they sum up to."""
    for name, count in more.items():
        sums[name] = sums.get(name, 0) + count


def add_up_lists(sums: dict[str, list[int]], more: dict[str, list[int]]) -> None:
    """Add lists of counts, all of one length, to what they sum up to."""
    for name, counts in more.items():
        total = sums.get(name)
        if total is None:
            sums[name] = counts.copy()
        else:
            for place, count in enumerate(counts):
                total[place] += count


def largest(counts: dict[str, int], most: int) -> dict[str, int]:
    """Return the largest counts, largest first and by name where they are equal."""
    if len(counts) > most:
        # Numbers sort faster than pairs, and so most are left out.
        least = sorted(counts.values(), reverse=True)[most - 1]
        counts = {name: count for name, count in counts.items() if count >= least}
    ranked = sorted([(-count, name) for name, count in counts.items()])
    return {name: -count for count, name in ranked[:most]}
