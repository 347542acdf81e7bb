"""Without pings, or levels, profiles are worth less, and why is told."""

import pytest

from dataflows.playback.events import EventName, MediaPlayer, MediaSession
from stack.doctor.finding import Level
from stack.doctor.players import level_findings, ping_findings
from tests.stack.doctor.samples import levels, media

GAP_S = 90.0


def test_pings_come() -> None:
    """Players that ping are well."""
    assert levels(ping_findings([media()], GAP_S)) == [Level.OK]


@pytest.mark.parametrize(("events", "expected"), [(100, [Level.WARNING]), (9, [])])
def test_no_pings(events: int, expected: list[Level]) -> None:
    """That no ping is among many events is told with the tracker's option."""
    findings = ping_findings([media(name=EventName.PLAY)] * events, GAP_S)

    assert levels(findings) == expected
    assert all("`pings: true`" in finding.cure for finding in findings)


@pytest.mark.parametrize(
    ("interval_s", "level"), [(89, Level.OK), (90, Level.WARNING), (120, Level.WARNING)]
)
def test_pings_against_the_gap(interval_s: int, level: Level) -> None:
    """Pings that come no faster than a session ends make viewers leave and return."""
    session = MediaSession("s", ping_interval=interval_s)

    (finding,) = ping_findings([media(session=session)], GAP_S)

    assert finding.level is level


def test_levels_are_told() -> None:
    """One event that says whether its player is paused is enough."""
    events = [media(), media(player=MediaPlayer(paused=False))]

    assert level_findings(events) == []


def test_eight_fields_have_no_levels() -> None:
    """Events without levels are a note on what is lost with them."""
    (finding,) = level_findings([media(player=MediaPlayer(current_time=3.0))])

    assert finding.level is Level.NOTE
    assert "flat shape of eight" in finding.found
