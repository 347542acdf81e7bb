"""What the stack raises, for a person at a terminal to read.

StackError
├── ChildFailedError    a program that the stack started ended, or never got ready
├── JarError            a jar can't be fetched, or is not the one in `jars.lock`
└── UnsupportedError    this machine can't run what was asked for
"""

__all__ = ["ChildFailedError", "JarError", "StackError", "UnsupportedError"]


class StackError(Exception):
    """Something that the stack starts or sets up does not work."""


class ChildFailedError(StackError):
    """A program that the stack started ended early, or was not ready in time."""


class JarError(StackError):
    """A jar can't be fetched, or it is not the one that `jars.lock` names."""


class UnsupportedError(StackError):
    """This machine can't run what was asked for."""
