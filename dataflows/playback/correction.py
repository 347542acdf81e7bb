"""What an event does to what was told of a viewer's history."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from mypy_extensions import mypyc_attr

from dataflows.playback.profile import HistoryItem

__all__ = ["DUPLICATE", "LATE", "NOTHING", "Correction", "difference"]


@mypyc_attr(acyclic=True)
@dataclass(init=False)
class Correction:
    """Items of the history that are not so, and that are.

    Where several events had waited to be folded together, a run that was cut short may
    have folded them one by one, and have told what this one never will: `again` and
    `void` (keys) then say all that holds, and all that does not.

    A `duplicate` corrects where it tells of an earlier moment than the known one. An
    event that is `late` came before what is settled, and was not taken.
    """

    wrong: tuple[HistoryItem, ...]
    right: tuple[HistoryItem, ...]
    again: tuple[HistoryItem, ...]
    void: tuple[tuple[str, str], ...]
    duplicate: bool
    late: bool

    # What a dataclass writes itself is not compiled.
    def __init__(
        self,
        wrong: tuple[HistoryItem, ...] = (),
        right: tuple[HistoryItem, ...] = (),
        again: tuple[HistoryItem, ...] = (),
        void: tuple[tuple[str, str], ...] = (),
        *,
        duplicate: bool = False,
        late: bool = False,
    ) -> None:
        self.wrong = wrong
        self.right = right
        self.again = again
        self.void = void
        self.duplicate = duplicate
        self.late = late


NOTHING: Final = Correction()
"""Of an event that changes nothing, or not yet."""

DUPLICATE: Final = Correction(duplicate=True)
LATE: Final = Correction(late=True)


def difference(
    before: Iterable[HistoryItem], after: Iterable[HistoryItem]
) -> Correction:
    """Tell the items of each that the other has not; a key is in each but once."""
    old = {item.collector_tstamp: item for item in before}
    new = {item.collector_tstamp: item for item in after}
    return Correction(
        wrong=tuple(item for key, item in old.items() if new.get(key) != item),
        right=tuple(item for key, item in new.items() if old.get(key) != item),
    )
