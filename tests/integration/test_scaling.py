"""One process, three, two workers, one again: the work moves, nothing is lost."""

import subprocess
import time
from dataclasses import dataclass

import pytest

from stack.crowd.dispatch import Mischief
from stack.crowd.habits import Habits
from stack.sending.plan import Plan
from stack.services.running import Services
from tests.integration.feed import Feed
from tests.integration.outcome import Outcome, await_the_end, await_word, outcome_of
from tests.integration.system import PATIENCE_S, System

SECONDS = 80
SETTINGS = {
    "GAP_PLAYING_S": "8",
    "GAP_PAUSED_S": "12",
    "GAP_COMPLETED_S": "4",
    "LATENESS_S": "10",
}
PLAN = Plan(
    habits=Habits(ping_interval_s=5, leaves_a_minute=0.5, pauses_a_minute=1),
    mischief=Mischief(
        disorder=0.1, max_delay_s=4, duplicates=0.05, late=0.01, lateness_s=10, bad=0.01
    ),
    viewers=200,
    seed=5,
    start_ms=round(time.time() - SECONDS) * 1000,
    seconds=SECONDS,
)


@dataclass(frozen=True, kw_only=True)
class Ends:
    """How the two flows ended, and the processes that were left of the cluster."""

    steady: Outcome
    scaled: Outcome
    left_alone: list[int]


def kill_one(running: list[subprocess.Popen[bytes]]) -> list[int]:
    """Kill the first of a cluster; return how the others ended, all by themselves."""
    first, *others = running
    running.clear()
    first.kill()
    return [process.wait(PATIENCE_S) for process in (first, *others)][1:]


@pytest.fixture(scope="module")
def ends(services: Services, tmp_path_factory: pytest.TempPathFactory) -> Ends:
    """Run one process, and beside it a flow that grows and shrinks by crashes."""
    folder = tmp_path_factory.mktemp("scaling")
    steady = System(services, folder / "steady", SETTINGS)
    shared = {**SETTINGS, "SOURCE_TOPIC": steady.settings.source_topic}
    scaled = System(services, folder / "scaled", shared, recovery_parts=3)
    feed = Feed(steady, list(PLAN.messages(PLAN.crowd())))
    with steady.flow():
        with scaled.flow():
            await_word(scaled)
            feed.drip(25)
        with scaled.flow(processes=3) as running:
            await_word(scaled)
            feed.drip(25)
            left_alone = kill_one(running)
        with scaled.flow(workers=2):
            await_word(scaled)
            feed.drip(25)
        with scaled.flow():
            feed.pour()
            await_the_end(scaled, feed.total)
        await_the_end(steady, feed.total)
    return Ends(
        steady=outcome_of(steady), scaled=outcome_of(scaled), left_alone=left_alone
    )


def test_process_left_alone(ends: Ends) -> None:
    """When one of a cluster dies, the others end with an error: start all again."""
    assert ends.left_alone
    assert 0 not in ends.left_alone


def test_profiles(ends: Ends) -> None:
    """The newest profile of each viewer is that of the flow that stayed as it was."""
    steady, scaled = ends.steady, ends.scaled

    assert len(steady.told) > PLAN.viewers
    assert scaled.told == steady.told
    assert scaled.profiles == steady.profiles


def test_history(ends: Ends) -> None:
    """The history has the same items."""
    steady, scaled = ends.steady, ends.scaled

    assert len(steady.history) > len(steady.told)
    assert scaled.history == steady.history


def test_dead_letters(ends: Ends) -> None:
    """The same messages are in the dead letters, each for the same reason."""
    steady, scaled = ends.steady, ends.scaled

    assert {reason for _, _, reason, _ in steady.letters} > {"late", "unparsable"}
    assert scaled.letters == steady.letters


def test_audience(ends: Ends) -> None:
    """Every count is the same: shards and partitions are each counted once."""
    steady, scaled = ends.steady, ends.scaled

    assert steady.audience.events.duplicate > 0
    assert scaled.audience == steady.audience
