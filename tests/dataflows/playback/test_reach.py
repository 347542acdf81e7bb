"""How far partitions are, told to shards that have no event of them."""

import pytest

from dataflows.playback.intake import decoded, shard_of
from dataflows.playback.messages import RawBatch
from dataflows.playback.reach import Reach
from dataflows.playback.shard import Shard
from dataflows.playback.timing import Timing
from dataflows.playback.window import NEVER
from tests.dataflows.stream import START, flat

BOTH = ("0", "1")
NOW = START + 100_000
VIEW = flat("ann", "page_view", 0).replace(b"page_view_event", b"page_view")


def messages(partition: str, *values: bytes) -> RawBatch:
    """Return messages of a partition."""
    return RawBatch("events", partition, list(range(len(values))), list(values))


def word(partition: str, *, lag_messages: int = 0) -> RawBatch:
    """Return a partition's word, from before it is at its end."""
    return RawBatch("events", partition, every=BOTH, lag_messages=lag_messages)


def told(reach: Reach, word: RawBatch) -> tuple[int, bool]:
    """Return what all shards are told: how far it is, from `START`, and if idle."""
    ((reached, idle),) = {
        (batch.reached, batch.idle) for batch in reach.routed(word, NOW).values()
    }
    return reached if reached == NEVER else reached - START, idle


def test_the_newest_event_of_all_shards() -> None:
    """A word tells every shard of the newest event, whoever it is of."""
    reach = Reach(Timing())
    nothing = told(reach, word("0"))
    events = flat("ann", "play", 3_000), flat("bob", "play", 2_000)
    reach.routed(messages("0", *events), NOW)
    reach.routed(messages("0", flat("carol", "play", 1_000)), NOW)

    assert nothing == (NEVER, False)
    assert told(reach, word("0")) == (3_000, False)
    assert told(reach, word("1")) == (NEVER, False)


@pytest.mark.parametrize(
    ("ahead", "reached"), [(0, 100_000), (60_000, 100_000), (60_001, 5_000)]
)
def test_what_is_ahead_of_the_clock(ahead: int, reached: int) -> None:
    """It tells no more than the clock, and nothing where it is refused."""
    reach = Reach(Timing())
    events = flat("ann", "play", 5_000), flat("bob", "play", 100_000 + ahead)
    reach.routed(messages("0", *events), NOW)

    assert told(reach, word("0")) == (reached, False)


def test_a_partition_of_nothing_but_page_views_is_idle() -> None:
    """Nobody waits for it, from its next word on until it has an event."""
    reach = Reach(Timing())
    found = []
    for value in (VIEW, flat("ann", "play", 0), VIEW):
        reach.routed(messages("0", value), NOW)
        found.append(told(reach, word("0"))[1])

    assert found == [True, False, True]


def test_a_backlog_is_not_idle() -> None:
    """What is still to be read may hold events; and no message at all says nothing."""
    reach = Reach(Timing())
    reach.routed(messages("0", VIEW), NOW)

    assert told(reach, word("0", lag_messages=1))[1] is False
    assert told(reach, word("0"))[1] is False


def test_a_silent_viewer_leaves_a_busy_topic_keyed_by_viewer() -> None:
    """Their shard has no event of the other partition, and closes all the same."""
    reach, shard = Reach(Timing(gap_playing=20_000)), Shard(Timing(gap_playing=20_000))
    statuses = []
    others = (v for v in map(str, range(999)) if shard_of(v) != shard_of("ann"))
    for second in range(0, 60, 10):
        for partition, viewer in zip(BOTH, others, strict=False):
            events = [flat(viewer, "play", second * 1000)]
            if partition == "0" and not second:
                events.append(flat("ann", "play", 0))
            for batch in (messages(partition, *events), word(partition)):
                routed = reach.routed(batch, NOW)
                if shard_of("ann") in routed:
                    output = shard.apply(decoded(routed[shard_of("ann")]), NOW)
                    statuses += [profile.status for profile in output.profiles]

    assert statuses == ["WATCHING_VIDEO", "LEFT"]
