"""What can go wrong at the edges of the flow.

    SettingsError(ValueError)    a variable of the environment holds what it must not
    SourceError(RuntimeError)    the source topic can't be read, or not all of it

This module imports nothing.
"""

__all__ = ["SettingsError", "SourceError"]


class SettingsError(ValueError):
    """A variable of the environment holds what it must not."""


class SourceError(RuntimeError):
    """The source topic can't be read, or not all of it."""
