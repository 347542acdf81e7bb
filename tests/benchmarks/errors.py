"""What stops a benchmark.

BenchmarkError    what was started ended, or did not do its work in time
"""

import re
from typing import Final

__all__ = ["BenchmarkError", "reason"]

_ERROR: Final = re.compile(r"[\w.]+(Error|Exception)\b.*|error: .*")


class BenchmarkError(RuntimeError):
    """Something that a benchmark needs did not do its work."""


def reason(told: str) -> str:
    """Return why in one line: the first, and the last error of the log behind it."""
    first, *log = told.splitlines() or [""]
    errors = [found[0].strip() for line in log if (found := _ERROR.search(line))]
    return f"{first.removesuffix('; its log ends:')}: {errors[-1]}" if errors else first
