"""What was worked out before, as far as there is room for it."""

from typing import TypeVar

__all__ = ["memorize"]

K = TypeVar("K")
V = TypeVar("V")


def memorize(memo: dict[K, V], key: K, value: V, most: int) -> None:
    """Keep a value under its key; where there are too many, forget all others.

    Whoever makes up new keys must not fill the memory. What is asked for often is soon
    there again, and nothing is spent on finding out which that is.
    """
    if len(memo) >= most:
        memo.clear()
    memo[key] = value
