"""The live line of a command that sends: how much, how fast, how far."""

import time
from types import TracebackType
from typing import Final, Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
)

__all__ = ["Meter"]

_EVERY_S: Final = 0.2


class Meter:
    """Shows messages sent and their rate; a bar where the end is known."""

    def __init__(self, console: Console, what: str, total: float | None) -> None:
        ends = [BarColumn(), TaskProgressColumn()] if total is not None else []
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            *ends,
            TextColumn("{task.fields[sent]:,} sent  {task.fields[rate]:,.0f}/s"),
            TextColumn("{task.fields[note]}"),
            TimeElapsedColumn(),
            console=console,
        )
        self._task = self._progress.add_task(
            what, total=total, sent=0, rate=0.0, note=""
        )
        self._began_s = self._shown_s = time.monotonic()
        self._sent, self._shown_sent = 0, 0
        self._completed = 0.0
        self._note = ""

    def __enter__(self) -> Self:
        """Begin to show."""
        self._progress.start()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Leave the last figures on the screen, the rate being that of the whole."""
        seconds = time.monotonic() - self._began_s
        self._update(self._sent / max(seconds, 1e-3))
        self._progress.stop()

    def show(self, sent: int, completed: float, note: str = "") -> None:
        """Show how far it is; a call more often than a screen needs costs nothing."""
        self._sent, self._completed = sent, completed
        now = time.monotonic()
        if now - self._shown_s >= _EVERY_S:
            self._note = note
            self._update((sent - self._shown_sent) / (now - self._shown_s))
            self._shown_s, self._shown_sent = now, sent

    def _update(self, rate: float) -> None:
        self._progress.update(
            self._task,
            completed=self._completed,
            sent=self._sent,
            rate=rate,
            note=self._note,
        )
