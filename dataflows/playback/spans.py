"""Spans of a title that were watched: start, end, start, end, ... in order.

No two of them touch. Milliseconds of the title's time.
"""

from typing import Final

__all__ = [
    "has_room",
    "joined",
    "length_of",
    "packed_span",
    "packed_spans",
    "unpacked_spans",
]

_SPANS_MOST: Final = 64
# Of a number in bytes: a title of thirty years.
_WIDTH: Final = 5
_BITS: Final = 8 * _WIDTH
_BYTES_MOST: Final = 2 * _WIDTH * (_SPANS_MOST - 1)


def packed_span(start: int, end: int) -> bytes:
    """Return a span as bytes, which may be put one behind another."""
    return (start << _BITS | end).to_bytes(2 * _WIDTH, "big")


def packed_spans(spans: list[int]) -> bytes:
    """Return spans as bytes: a list of numbers is eight times their size."""
    return b"".join([packed_span(start, end) for start, end in _pairs(spans)])


def unpacked_spans(packed: bytes) -> list[int]:
    """Return the spans that were packed."""
    return [
        int.from_bytes(packed[at : at + _WIDTH], "big")
        for at in range(0, len(packed), _WIDTH)
    ]


def has_room(packed: bytes) -> bool:
    """Return whether two more spans are not too many."""
    return len(packed) < _BYTES_MOST


def length_of(spans: list[int]) -> int:
    """Return how long they are together."""
    return sum(spans[1::2]) - sum(spans[::2])


def joined(spans: list[int], start: int, end: int) -> list[int]:
    """Return the spans with one more in it."""
    before = [n for s, e in _pairs(spans) if e < start for n in (s, e)]
    after = [n for s, e in _pairs(spans) if s > end for n in (s, e)]
    within = [n for s, e in _pairs(spans) if e >= start and s <= end for n in (s, e)]
    return _bounded([*before, min([start, *within]), max([end, *within]), *after])


def _bounded(spans: list[int]) -> list[int]:
    """Return no more spans than are kept: the two that are nearest become one."""
    if len(spans) > 2 * _SPANS_MOST:
        gaps = [spans[i + 1] - spans[i] for i in range(1, len(spans) - 1, 2)]
        narrow = 2 * gaps.index(min(gaps)) + 1
        del spans[narrow : narrow + 2]
    return spans


def _pairs(spans: list[int]) -> list[tuple[int, int]]:
    return list(zip(spans[::2], spans[1::2], strict=True))
