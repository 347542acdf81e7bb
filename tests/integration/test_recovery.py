"""A flow that is killed again and again, beside one that is not: they end alike."""

import time
from random import Random

import pytest

from stack.crowd.dispatch import Mischief
from stack.crowd.habits import Habits
from stack.sending.plan import Plan
from stack.services.running import Services
from tests.integration.feed import Feed
from tests.integration.outcome import Outcome, await_the_end, await_word, outcome_of
from tests.integration.system import System

SEED = 4
SECONDS = 150
# Sessions come and go within the test, and the last are closed by the clock soon.
SETTINGS = {
    "GAP_PLAYING_S": "8",
    "GAP_PAUSED_S": "12",
    "GAP_COMPLETED_S": "4",
    "LATENESS_S": "10",
    "CLOSED_RETENTION_S": "60",
    # So few that what is killed was saved in turns by then.
    "SNAPSHOT_EPOCHS": "3",
}
PLAN = Plan(
    habits=Habits(ping_interval_s=5, leaves_a_minute=0.5, pauses_a_minute=1),
    mischief=Mischief(
        disorder=0.1, max_delay_s=4, duplicates=0.05, late=0.01, lateness_s=10, bad=0.01
    ),
    viewers=200,
    seed=SEED,
    start_ms=round(time.time() - SECONDS) * 1000,
    seconds=SECONDS,
)


@pytest.fixture(scope="module")
def ends(
    services: Services, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Outcome, Outcome]:
    """Run an unbroken flow, and beside it one that is killed at four moments.

    A viewer's messages are in one of the partitions; these are read at other paces each
    time.
    """
    folder = tmp_path_factory.mktemp("recovery")
    unbroken = System(services, folder / "unbroken", SETTINGS)
    shared = {**SETTINGS, "SOURCE_TOPIC": unbroken.settings.source_topic}
    broken = System(services, folder / "broken", shared)
    feed = Feed(unbroken, list(PLAN.messages(PLAN.crowd())))
    rng = Random(SEED)
    with unbroken.flow():
        with broken.flow():
            # Somewhere in its start.
            feed.drip(rng.randrange(60))
        for _ in range(3):
            with broken.flow():
                await_word(broken)
                feed.drip(rng.randrange(10, 50))
        with broken.flow():
            feed.pour()
            await_the_end(broken, feed.total)
        await_the_end(unbroken, feed.total)
    return outcome_of(unbroken), outcome_of(broken)


def test_profiles(ends: tuple[Outcome, Outcome]) -> None:
    """The newest profile of each viewer is the same on the topic and in the table."""
    unbroken, broken = ends

    assert len(unbroken.told) > PLAN.viewers
    assert broken.told == unbroken.told
    assert broken.profiles == unbroken.profiles


def test_history(ends: tuple[Outcome, Outcome]) -> None:
    """The history is the same: what a lost epoch wrote is taken back or written again.

    So are the departures, which wait until they can't be lost.
    """
    unbroken, broken = ends

    assert len(unbroken.history) > len(unbroken.told)
    assert broken.history == unbroken.history


def test_dead_letters(ends: tuple[Outcome, Outcome]) -> None:
    """The same messages are in the dead letters, each for the same reason."""
    unbroken, broken = ends

    assert {reason for _, _, reason, _ in unbroken.letters} > {"late", "unparsable"}
    assert broken.letters == unbroken.letters


def test_audience(ends: tuple[Outcome, Outcome]) -> None:
    """Every count is the same, though many messages were read more than once."""
    unbroken, broken = ends

    assert unbroken.audience.events.duplicate > 0
    assert broken.audience == unbroken.audience
