"""What a script is told."""

import pytest

from stack.doctor.finding import (
    Finding,
    exit_code,
    note,
    ok,
    problem,
    unchecked,
    warning,
)

WELL = [ok("a", "is there"), note("b", "is odd")]
WARNING = warning("c", "is slow", "hurry it")
UNCHECKED = unchecked("d", "is hidden", "uncover it")
PROBLEM = problem("e", "is gone", "bring it back")


@pytest.mark.parametrize(
    ("findings", "code"),
    [
        ([], 0),
        (WELL, 0),
        ([*WELL, WARNING], 0),
        ([*WELL, WARNING, UNCHECKED], 2),
        ([UNCHECKED, PROBLEM], 1),
    ],
)
def test_exit_code(findings: list[Finding], code: int) -> None:
    """A problem is 1, else what is unchecked is 2, else it is 0, warnings or not."""
    assert exit_code(findings) == code


def test_strict_minds_warnings() -> None:
    """A strict script is told of a warning as of a problem."""
    assert exit_code([*WELL, WARNING], strict=True) == 1
    assert exit_code(WELL, strict=True) == 0
