"""A crowd with all that goes wrong on the way, and a crash: nothing is lost."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from dataflows.playback.audience import EventTally, audience_from_json
from stack.services.running import Services
from tests.integration.system import PATIENCE_S, System
from tests.stack.polling import until


def newest_tally(system: System) -> EventTally:
    """Return the counts of the newest audience record."""
    messages = system.messages(system.settings.audience_topic)
    if not messages:
        return EventTally()
    return audience_from_json(messages[-1].value or b"").events


def accounted(tally: EventTally) -> int:
    """Return how many messages have an outcome."""
    outcomes = tally.used + tally.skipped + tally.late + tally.duplicate
    return outcomes + sum(tally.dead_letters.values())


@pytest.fixture(scope="module")
def crowd(
    services: Services, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[System, dict[str, Any]]]:
    """Send a crowd's messages, crash the flow in the middle, and let it finish.

    The second flow runs on under the tests: what it has still to write it writes.
    """
    folder = tmp_path_factory.mktemp("crowd")
    system = System(services, folder)
    report = folder / "report.json"
    arguments = ["--viewers", "300", "--rate", "150", "--seconds", "120"]
    arguments += ["--speed", "max", "--shape", "mixed", "--bad", "0.02"]
    arguments += ["--duplicates", "0.05", "--disorder", "0.1", "--late", "0.01"]
    system.stack("simulate", *arguments, "--report", str(report))
    expected = json.loads(report.read_text())["expected"]
    with system.flow():
        until(lambda: newest_tally(system).received > 0, PATIENCE_S)
    with system.flow():
        until(lambda: accounted(newest_tally(system)) == expected["received"], 120)
        yield system, expected


def test_every_message_has_one_outcome(
    crowd: tuple[System, dict[str, Any]],
) -> None:
    """What came in is used, skipped, late, a duplicate or a dead letter."""
    system, expected = crowd
    tally = newest_tally(system)

    assert tally.received == len(system.messages(system.settings.source_topic))
    assert tally.received == accounted(tally) == expected["received"]


def test_outcomes_are_those_that_the_crowd_meant(
    crowd: tuple[System, dict[str, Any]],
) -> None:
    """The counts are those that the crowd kept of what it sent."""
    system, expected = crowd
    tally = newest_tally(system)

    assert tally.skipped == expected["skipped"]
    assert tally.dead_letters == expected["dead_letters"]
    for outcome in ("used", "late", "duplicate"):
        assert getattr(tally, outcome) == expected[outcome]


def test_dead_letters_are_the_messages_themselves(
    crowd: tuple[System, dict[str, Any]],
) -> None:
    """Each dead letter is on its topic, with its reason, at least once."""
    system, _ = crowd
    tally = newest_tally(system)
    letters = system.messages(system.settings.dead_letters_topic)
    source = {m.value for m in system.messages(system.settings.source_topic)}

    places = {(m.headers["partition"], m.headers["offset"]) for m in letters}
    assert len(places) == tally.late + sum(tally.dead_letters.values())
    assert {m.value for m in letters} <= source


def behind(system: System) -> list[str]:
    """Return which of every tenth viewer's items are older than the topic's record."""
    newest = {m.key: m.value for m in system.messages(system.settings.profiles_topic)}
    sample = sorted(key for key, value in newest.items() if key and value)[::10]
    assert len(sample) > 20
    return [
        viewer_id
        for viewer_id, told in ((key.decode(), newest[key]) for key in sample)
        if version_of(system.profile(viewer_id)) < version_of(json.loads(told or b""))
    ]


def version_of(profile: dict[str, Any] | None) -> str:
    """Return a profile's version; that of one which is missing is before all."""
    return profile["version"] if profile else ""


def test_table_holds_the_newest_profiles(
    crowd: tuple[System, dict[str, Any]],
) -> None:
    """After the crash the table comes to hold what the topic's newest records say."""
    system, _ = crowd

    until(lambda: not behind(system), PATIENCE_S)
