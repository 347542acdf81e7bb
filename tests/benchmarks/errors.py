"""What stops a benchmark.

BenchmarkError    what was started ended, or did not do its work in time
"""

__all__ = ["BenchmarkError"]


class BenchmarkError(RuntimeError):
    """Something that a benchmark needs did not do its work."""
