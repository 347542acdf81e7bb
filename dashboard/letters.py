"""Samples of the newest dead letters: what the flow could not use, and why it says so.

A letter is a stranger's bytes. What is kept of it is bounded, and is text that a page
must still escape.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from threading import Lock
from typing import Final

import msgspec

from dashboard.wording import plain_text

__all__ = ["OTHER_REASONS", "DeadLetters", "Letter", "dead_letter"]

OTHER_REASONS: Final = "other reasons"
"""What letters are filed under once there are more reasons than a flow could give."""

_SAMPLE_BYTES: Final = 2_048
_TOLD_CHARS: Final = 300
_KEPT: Final = 20
"""Samples of one reason."""
_REASONS_MOST: Final = 32
_NO_REASON: Final = "no reason given"
_TAB: Final = "\u2192"
"""An arrow, so that the columns of a TSV event can be told apart."""


class Letter(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One dead letter: why it is one, where it came from, and the beginning of it.

    `size` is of the whole message in bytes, `stamped_ms` is when it became a dead
    letter, `None` where the broker does not say. `offset` is text as the flow wrote it.
    """

    reason: str
    detail: str
    topic: str
    partition: str
    offset: str
    stamped_ms: int | None
    size: int
    sample: str

    @property
    def is_cut(self) -> bool:
        """Return whether the sample is less than the message."""
        return self.size > _SAMPLE_BYTES


def dead_letter(
    value: bytes | None,
    headers: Sequence[tuple[str, bytes | str | None]] | None,
    stamped_ms: int | None = None,
) -> Letter:
    """Return what a message of the dead letters topic tells, whoever wrote it."""
    told = {name: _told(text) for name, text in headers or ()}
    raw = value or b""
    return Letter(
        reason=told.get("reason") or _NO_REASON,
        detail=told.get("detail", ""),
        topic=told.get("topic", ""),
        partition=told.get("partition", ""),
        offset=told.get("offset", ""),
        stamped_ms=stamped_ms,
        size=len(raw),
        sample=_shown(raw[:_SAMPLE_BYTES].decode(errors="replace")),
    )


class DeadLetters:
    """The newest letters of each reason, and how many were seen of it.

    Bounded whatever comes; one thread writes while others read. `seen` counts what this
    server has read of the topic; how many there were in all is in the audience records.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._letters: dict[str, deque[Letter]] = {}
        self._seen: dict[str, int] = {}
        self._version = 0

    @property
    def version(self) -> int:
        """Return a number that grows with every letter."""
        return self._version

    @property
    def seen(self) -> dict[str, int]:
        """Return how many letters of each reason were read, the most first."""
        with self._lock:
            return dict(sorted(self._seen.items(), key=lambda one: (-one[1], one[0])))

    def append(self, letters: Iterable[Letter]) -> None:
        """Add letters in the order they came."""
        with self._lock:
            for letter in letters:
                reason = letter.reason
                if reason not in self._seen and len(self._seen) >= _REASONS_MOST:
                    reason = OTHER_REASONS
                self._seen[reason] = self._seen.get(reason, 0) + 1
                kept = self._letters.setdefault(reason, deque(maxlen=_KEPT))
                kept.append(letter)
                self._version += 1

    def newest(self, reason: str) -> list[Letter]:
        """Return the samples of a reason, the newest first."""
        with self._lock:
            return list(reversed(self._letters.get(reason, ())))

    def clear(self) -> None:
        """Forget all letters, for the topic begins anew."""
        with self._lock:
            self._letters.clear()
            self._seen.clear()
            self._version += 1


def _told(text: bytes | str | None) -> str:
    whole = text.decode(errors="replace") if isinstance(text, bytes) else text or ""
    return _shown(whole[:_TOLD_CHARS])


def _shown(text: str) -> str:
    lines = text.replace("\t", _TAB).split("\n")
    return "\n".join(map(plain_text, lines))
