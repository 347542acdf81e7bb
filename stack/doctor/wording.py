"""Numbers as a person reads them."""

from collections import Counter
from collections.abc import Hashable
from typing import Final, TypeVar

__all__ = ["counted", "duration"]

_UNITS: Final = ((86_400, "days"), (3_600, "h"), (60, "min"))
_K = TypeVar("_K", bound=Hashable)


def duration(seconds: float) -> str:
    """Return a time in the unit that suits it: `0.4 s`, `12 min`, `3.5 days`."""
    for length, unit in _UNITS:
        if seconds >= 2 * length:
            return f"{seconds / length:.1f} {unit}".replace(".0 ", " ")
    return f"{seconds:.1f} s"


def counted(counts: Counter[_K], most: int) -> str:
    """Return `flat_json 12, enriched_tsv 3`, the largest first, the rest as one."""
    shown = counts.most_common(most)
    words = [f"{name} {count:,}" for name, count in shown]
    rest = counts.total() - sum(count for _, count in shown)
    return ", ".join([*words, f"others {rest:,}"] if rest else words)
