"""The report shows each finding and its cure, and where to begin."""

import io

from rich.console import Console

from stack.doctor.finding import Finding, note, ok, problem, unchecked, warning
from stack.doctor.report import Findings, as_json, print_report

WELL = {"brokers": [ok("kafka:9092", "it answers")]}
BAD = {
    **WELL,
    "topics": [
        warning("events", "[odd] keys", "set the key"),
        problem("profiles", "gone", "make it"),
        problem("audience", "gone, too", "make it, too"),
    ],
}


def printed(findings: Findings) -> str:
    """Return what a narrow terminal would show."""
    out = io.StringIO()
    print_report(findings, Console(file=out, width=100))
    return out.getvalue()


def test_each_finding_is_shown() -> None:
    """A finding is shown under its check, with level, subject, state and cure."""
    lines = printed(BAD).split("\n")

    assert lines[0].strip() == "brokers"
    assert lines[1].split() == ["ok", "kafka:9092", "it", "answers"]
    assert "[odd] keys" in lines[3]
    assert "-> set the key" in lines[4]


def test_sum_names_the_worst() -> None:
    """The sum counts by level, and begins with the first problem."""
    told = printed(BAD)

    assert "2 problems, 1 warning, 0 unchecked, 0 notes, 1 ok" in told
    assert "Begin with `profiles`: make it" in told


def test_warning_is_begun_with() -> None:
    """Without a problem, the first warning is what to begin with."""
    findings: list[Finding] = [
        unchecked("a", "hidden", "uncover"),
        warning("b", "slow", "hurry"),
    ]

    assert "Begin with `b`: hurry" in printed({"all": findings})


def test_all_is_well() -> None:
    """With nothing worse than a note, that is said."""
    assert "All is well." in printed({**WELL, "more": [note("x", "is odd")]})


def test_json_is_flat() -> None:
    """A program gets the exit code and one list."""
    told = as_json(WELL, 0)

    assert told == {
        "exit_code": 0,
        "findings": [
            {
                "check": "brokers",
                "level": "ok",
                "subject": "kafka:9092",
                "found": "it answers",
                "cure": "",
            }
        ],
    }
