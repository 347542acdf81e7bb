"""A column of texts, such as titles: searched and ordered as a whole."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from dataflows.playback.audience import TITLE_CHARS

__all__ = ["TextColumn"]

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]

_SEPARATOR: Final = "\n"


class TextColumn:
    """Texts of which many are alike: each is kept once, a row holds its number.

    Texts are cut, as the audience's titles are. A row without one holds -1.
    """

    def __init__(self) -> None:
        self.codes = np.full(0, -1, np.int32)
        self.values: list[str] = []
        self._folded: list[str] = []
        self._known: dict[str, int] = {}
        self._line = ""
        self._ends = np.zeros(0, np.intp)
        self._ranks: tuple[float, Floats] = (-np.inf, np.empty(0))

    def write(self, rows: Sequence[int], texts: Iterable[str | None]) -> None:
        """Set the texts of rows."""
        self.codes[rows] = [-1 if text is None else self._code(text) for text in texts]

    def holding(self, text: str) -> npt.NDArray[np.bool_]:
        """Return which rows hold a text, as a whole."""
        return np.equal(self.codes, self._known.get(text[:TITLE_CHARS], -2))

    def containing(self, text: str, rows: Rows) -> npt.NDArray[np.bool_]:
        """Return which of `rows` have a text within theirs, in any case."""
        # One search of all texts in a row is several times faster than one of each.
        if len(self._ends) != len(self.values):
            self._line = _SEPARATOR.join(self._folded)
            self._ends = np.cumsum([len(text) + 1 for text in self._folded])
        # The last is what -1, no text, finds.
        hits = np.zeros(len(self.values) + 1, np.bool_)
        found = [
            hit.start() for hit in re.finditer(re.escape(_folded(text)), self._line)
        ]
        hits[np.searchsorted(self._ends, found, side="right")] = True
        return hits[self.codes[rows]]

    def keys(self, rows: Rows, now: float) -> Floats:
        """Return numbers that sort `rows` as their texts do, in any case; none is NaN.

        They are worked out anew at most once a second: a text that is newer than that
        sorts as none until then.
        """
        at, ranks = self._ranks
        if len(ranks) != len(self.values) and not 0 <= now - at < 1:
            places = {text: i for i, text in enumerate(sorted(set(self._folded)))}
            ranks = np.array([places[text] for text in self._folded], np.float64)
            self._ranks = now, ranks
        later = len(self.values) - len(ranks) + 1
        return np.append(ranks, [np.nan] * later)[self.codes[rows]]

    def resize(self, size: int) -> None:
        """Make room for so many rows."""
        added = np.full(size - len(self.codes), -1, np.int32)
        self.codes = np.append(self.codes, added)

    def kept(self, rows: Rows) -> "TextColumn":
        """Return a column of these rows, which holds no text that they don't."""
        column, codes = TextColumn(), self.codes[rows]
        has_text = codes >= 0
        used, places = np.unique(codes[has_text], return_inverse=True)
        column.codes = np.full(len(rows), -1, np.int32)
        column.codes[has_text] = places
        column.values = [self.values[code] for code in used.tolist()]
        column._folded = [self._folded[code] for code in used.tolist()]
        column._known = {text: code for code, text in enumerate(column.values)}
        return column

    def _code(self, text: str) -> int:
        text = text[:TITLE_CHARS]
        code = self._known.setdefault(text, len(self.values))
        if code == len(self.values):
            folded = _folded(text)
            self.values.append(text)
            self._folded.append(text if folded == text else folded)
        return code


def _folded(text: str) -> str:
    return text.casefold().replace(_SEPARATOR, " ")
