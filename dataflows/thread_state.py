"""Workers of one process keep what Python knows of their thread.

Bytewax's workers are native threads where there are several of them, or several
processes. Such a thread has a state in Python only for as long as it is inside: each
of the engine's calls made one and freed it again, its memory mapped and unmapped. That
took a fifth of the processor; see "2 workers" in `docs/performance.md`.
"""

import ctypes
import threading

__all__ = ["keep_thread_state"]

_kept = threading.local()


def keep_thread_state() -> None:
    """Keep the state of the thread that calls, until the process ends.

    What is ensured once more than it is released is not freed:
    https://docs.python.org/3/c-api/init.html#c.PyGILState_Ensure
    """
    if not hasattr(_kept, "once"):
        _kept.once = ctypes.pythonapi.PyGILState_Ensure()
