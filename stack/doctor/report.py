"""The findings for a person, as a table, and for a program, as JSON."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from stack.doctor.finding import Finding, Level

__all__ = ["Findings", "as_json", "print_report"]

Findings = Mapping[str, Sequence[Finding]]
"""What was found, by the title of the check."""

_STYLES: Final = {
    Level.OK: "green",
    Level.NOTE: "dim",
    Level.UNCHECKED: "magenta",
    Level.WARNING: "yellow",
    Level.PROBLEM: "bold red",
}
_WORST_FIRST: Final = tuple(reversed(Level))


def print_report(findings: Findings, console: Console) -> None:
    """Print all findings under their titles, the sum, and where to begin."""
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 1))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold", max_width=30)
    table.add_column(overflow="fold", ratio=1)
    for title, some in findings.items():
        table.add_row(Text(title, style="bold underline"))
        for finding in some:
            table.add_row(*_cells(finding))
    console.print(table)
    everything = [finding for some in findings.values() for finding in some]
    console.print()
    console.print(_sum(everything))


def _cells(finding: Finding) -> tuple[Text, Text, Text]:
    style = _STYLES[finding.level]
    told = Text(finding.found)
    if finding.cure:
        told.append(f"\n-> {finding.cure}", "cyan")
    return Text(f"  {finding.level}", style=style), Text(finding.subject), told


def _sum(findings: Iterable[Finding]) -> Text:
    """Return how many there are of each level, and the first of the worst."""
    findings = list(findings)
    counts = Counter(finding.level for finding in findings)
    told = Text(", ".join(_number(level, counts[level]) for level in _WORST_FIRST))
    worst = next((level for level in _WORST_FIRST if counts[level]), Level.OK)
    if worst in {Level.PROBLEM, Level.WARNING, Level.UNCHECKED}:
        first = next(finding for finding in findings if finding.level is worst)
        told.append(f"\nBegin with `{first.subject}`: {first.cure}", "bold")
    else:
        told.append("\nAll is well.", "bold green")
    return told


def _number(level: Level, count: int) -> str:
    plural = count != 1 and level in {Level.PROBLEM, Level.WARNING, Level.NOTE}
    return f"{count} {level}{'s' if plural else ''}"


def as_json(findings: Findings, code: int) -> dict[str, Any]:
    """Return the same for a program: the exit code, and a flat list of findings."""
    return {
        "exit_code": code,
        "findings": [
            {
                "check": title,
                "level": finding.level,
                "subject": finding.subject,
                "found": finding.found,
                "cure": finding.cure,
            }
            for title, some in findings.items()
            for finding in some
        ],
    }
