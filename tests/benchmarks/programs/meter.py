"""Telling now and then how far a program has come, whatever it does meanwhile."""

import sys
import threading
import time
from typing import Final

__all__ = ["Meter"]

# A second is all that the raw consumer takes for some topics.
_EVERY_S: Final = 0.25


class Meter:
    """Count in `done`; a thread prints `processed=N ts=T` of it from `start` on."""

    def __init__(self) -> None:
        self.done = 0

    def start(self) -> None:
        """Start to print."""
        threading.Thread(target=self._tell, daemon=True).start()

    def _tell(self) -> None:
        while True:
            sys.stdout.write(f"processed={self.done} ts={time.time():.3f}\n")
            sys.stdout.flush()
            time.sleep(_EVERY_S)
