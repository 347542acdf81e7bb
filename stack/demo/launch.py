"""Become another program that dies with its parent: `launch.py PARENT_PID PROGRAM ...`.

The supervisor starts every child through this file. On Linux the kernel is asked to
send SIGKILL when the parent is gone (`prctl(PR_SET_PDEATHSIG)`), which holds over
`exec`: not even a SIGKILL of the supervisor leaves a server behind. Elsewhere the
program just starts; it is then stopped only by a supervisor that ends in order.

A file of its own and not a `preexec_fn`, because Python code between `fork` and `exec`
may deadlock in a process that has threads.

https://man7.org/linux/man-pages/man2/PR_SET_PDEATHSIG.2const.html
"""

import ctypes
import os
import signal
import sys
from typing import Final

__all__ = ["main"]

_PR_SET_PDEATHSIG: Final = 1


def main(arguments: list[str]) -> None:
    """Tie this process to its parent and become the program of `arguments`."""
    parent_pid, *command = arguments
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        # The parent may have gone before it was asked.
        if os.getppid() != int(parent_pid):
            sys.exit(1)
    try:
        os.execvp(command[0], command)  # noqa: S606, no shell is the point
    except OSError as ex:
        sys.exit(f"can't start `{command[0]}`: {ex.strerror}")


if __name__ == "__main__":
    main(sys.argv[1:])
