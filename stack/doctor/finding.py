"""What a check finds, and what a script is told of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Final

__all__ = [
    "Finding",
    "Level",
    "exit_code",
    "note",
    "ok",
    "problem",
    "unchecked",
    "warning",
]

_WELL: Final = 0
_WRONG: Final = 1
_UNKNOWN: Final = 2


@unique
class Level(StrEnum):
    """How bad it is, the best first."""

    OK = "ok"
    """As it should be."""
    NOTE = "note"
    """Good to know; nothing has to be done."""
    UNCHECKED = "unchecked"
    """It could not be found out."""
    WARNING = "warning"
    """It works, but not as well as it could, or not for long."""
    PROBLEM = "problem"
    """It does not work."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that was looked at.

    `subject` names it, `found` tells how it is, `cure` what to do about it. A finding
    that `stops` leaves nothing for the other checks that need the same service.
    """

    level: Level
    subject: str
    found: str
    cure: str = ""
    stops: bool = False


def ok(subject: str, found: str) -> Finding:
    """Return that it is as it should be."""
    return Finding(level=Level.OK, subject=subject, found=found)


def note(subject: str, found: str, cure: str = "") -> Finding:
    """Return what is good to know; the cure is for who wants it otherwise."""
    return Finding(level=Level.NOTE, subject=subject, found=found, cure=cure)


def unchecked(subject: str, found: str, cure: str, *, stops: bool = False) -> Finding:
    """Return that it could not be found out, and why."""
    return Finding(
        level=Level.UNCHECKED, subject=subject, found=found, cure=cure, stops=stops
    )


def warning(subject: str, found: str, cure: str) -> Finding:
    """Return what works, but not well."""
    return Finding(level=Level.WARNING, subject=subject, found=found, cure=cure)


def problem(subject: str, found: str, cure: str, *, stops: bool = False) -> Finding:
    """Return what does not work."""
    return Finding(
        level=Level.PROBLEM, subject=subject, found=found, cure=cure, stops=stops
    )


def exit_code(findings: Iterable[Finding], *, strict: bool = False) -> int:
    """Return 1 when a problem was found, else 2 when something is unchecked, else 0.

    Args:
        findings: of all checks.
        strict: whether a warning counts as a problem.

    """
    levels = {finding.level for finding in findings}
    wrong = {Level.PROBLEM, Level.WARNING} if strict else {Level.PROBLEM}
    if levels & wrong:
        return _WRONG
    return _UNKNOWN if Level.UNCHECKED in levels else _WELL
