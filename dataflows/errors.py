"""What can go wrong at the edges of the flow.

    RecoveryError(RuntimeError)  the recovery store lacks what it must hold
    SettingsError(ValueError)    a variable of the environment holds what it must not
    SourceError(RuntimeError)    the source topic can't be read, or not all of it

This module imports nothing.
"""

__all__ = ["RecoveryError", "SettingsError", "SourceError"]


class RecoveryError(RuntimeError):
    """The recovery store lacks what it must hold."""


class SettingsError(ValueError):
    """A variable of the environment holds what it must not."""


class SourceError(RuntimeError):
    """The source topic can't be read, or not all of it."""
