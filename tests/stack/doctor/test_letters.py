"""Dead letters are counted as the flow counts them, with an example from the topic."""

from typing import Any

from dataflows.playback.audience import Audience, EventTally
from stack.doctor.finding import Level
from stack.doctor.letters import check_letters, letter_findings
from tests.stack.doctor.samples import (
    NOW_MS,
    audience,
    audience_value,
    context,
    levels,
    record,
    send,
)

LETTER = record(
    b"?",
    headers={
        "reason": "late",
        "detail": "41 s behind",
        "topic": "snowplow-enriched-good",
        "partition": "2",
        "offset": "99",
    },
)


def counted(*tallies: dict[str, Any]) -> list[Audience]:
    """Return records with these counts, a second apart."""
    return [
        audience(len(tallies) - n, events=EventTally(**tally))
        for n, tally in enumerate(tallies)
    ]


def test_none() -> None:
    """Letters of before the last minutes are no news."""
    before = {"received": 1_000, "late": 40, "dead_letters": {"unparsable": 2}}

    findings = letter_findings(counted(before, {**before, "received": 2_000}), [])

    assert levels(findings) == [Level.OK]


def test_many_of_a_reason() -> None:
    """A reason of more than one in a hundred is a warning, with example and cure."""
    (finding,) = letter_findings(
        counted({"received": 0}, {"received": 100, "late": 2}), [LETTER]
    )

    assert finding.level is Level.WARNING
    assert finding.subject == "dead letters: late"
    assert "2 of 100" in finding.found
    assert "partition 2, offset 99: 41 s behind" in finding.found
    assert "`LATENESS_S`" in finding.cure


def test_few_are_told_together() -> None:
    """Reasons of less are one note, the most common first."""
    letters = {"unparsable": 1, "bad_value": 3}

    (finding,) = letter_findings(
        counted({"received": 0}, {"received": 1_000, "dead_letters": letters}), []
    )

    assert finding.level is Level.NOTE
    assert finding.found.endswith("bad_value 3, unparsable 1")


def test_flow_that_began_anew() -> None:
    """Counts that begin again are taken as they are."""
    (finding,) = letter_findings(
        counted({"received": 9_000, "late": 50}, {"received": 10, "late": 1}), []
    )

    assert "1 of 10" in finding.found


def test_no_flow(servers: str) -> None:
    """Where no flow says anything, the letters on the topic are counted."""
    send(servers, "live-viewer-dead-letters", [(None, b"old")])
    looked = context(servers)
    (finding,) = check_letters(looked)
    looked.close()

    assert finding.level is Level.NOTE
    assert finding.found.startswith("1 came")


def test_topics_are_read(servers: str) -> None:
    """The counts are those of the audience's topic."""
    records = counted({"received": 0}, {"received": 10, "late": 10})
    values = [(None, audience_value(found)) for found in records]
    send(servers, "live-audience", values)
    looked = context(servers, clock=lambda: NOW_MS)
    (finding,) = check_letters(looked)
    looked.close()

    assert "10 of 10 messages" in finding.found
