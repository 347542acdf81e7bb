"""`python -m stack doctor`: what is wrong, and the cure."""

import json
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from stack.doctor.context import Context
from stack.doctor.examination import examine
from stack.doctor.finding import Finding, exit_code, unchecked
from stack.doctor.report import as_json, print_report
from stack.doctor.variables import read_settings

__all__ = ["doctor"]


def doctor(
    *,
    newest: Annotated[
        int, typer.Option(min=1, help="messages of the source topic to look at")
    ] = 1000,
    recovery: Annotated[
        Path | None, typer.Option(help="the flow's recovery folder, to look at it too")
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help="print JSON")] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="let a warning count as a problem")
    ] = False,
) -> None:
    """Look over the system: what is wrong, and the cure.

    Run it where the flow runs, with the flow's environment. It only looks: it creates
    nothing, commits nothing, and leaves no trace in a topic or table. Whether a topic
    may be written the broker is asked; of a table, an item is deleted that nobody has.

    Exit code:

    - 0: there is no problem; warnings there may be
    - 1: there is a problem
    - 2: something could not be looked at, or an option is wrong
    """
    console = Console(stderr=json_)
    findings = _look(newest, recovery, console)
    code = exit_code((f for some in findings.values() for f in some), strict=strict)
    if json_:
        typer.echo(json.dumps(as_json(findings, code), indent=2))
    else:
        print_report(findings, console)
    raise typer.Exit(code)


def _look(
    newest: int, recovery: Path | None, console: Console
) -> dict[str, list[Finding]]:
    findings: dict[str, list[Finding]] = {}
    settings, findings["settings"] = read_settings()
    if settings is None:
        found = "everything else: it goes by the settings"
        cure = "correct them, then ask again"
        findings["not looked at"] = [unchecked("the rest", found, cure)]
        return findings
    context = Context(settings=settings, newest=newest, recovery=recovery)
    with closing(context), console.status("Looking") as status:
        for title, some in examine(context):
            status.update(f"Looked at {title}")
            findings.setdefault(title, []).extend(some)
    return findings
