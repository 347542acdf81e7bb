"""How far partitions are, told to shards that have no event of them."""

from itertools import count, islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataflows.playback.intake import Reach, decoded, shard_of
from dataflows.playback.messages import RawBatch
from dataflows.playback.shard import Shard
from dataflows.playback.timing import Timing
from dataflows.playback.window import NEVER
from tests.dataflows.stream import START, flat

BOTH = ("0", "1")
NOW = START + 100_000
OFFSETS = count(step=10)
VIEWERS = ("ann", "bob")
SENT = st.lists(st.tuples(st.sampled_from(VIEWERS), st.integers(0, 90)))
Sent = list[tuple[str, int]]
VIEW = flat("ann", "page_view", 0).replace(b"page_view_event", b"page_view")


def messages(partition: str, *values: bytes, first: int | None = None) -> RawBatch:
    """Return messages of a partition, behind all others unless told."""
    begin = next(OFFSETS) if first is None else first
    offsets = list(range(begin, begin + len(values)))
    return RawBatch("events", partition, offsets, list(values))


def word(
    partition: str, *, lag_messages: int = 0, every: tuple[str, ...] = BOTH
) -> RawBatch:
    """Return a partition's word, from before it is at its end."""
    return RawBatch("events", partition, every=every, lag_messages=lag_messages)


def told(reach: Reach, word: RawBatch) -> tuple[int, bool]:
    """Return what all shards are told: how far it is, from `START`, and if idle."""
    words = reach.routed(word, NOW).values()
    (reached,) = {at for batch in words for at in batch.reached}
    (idle,) = {batch.idle for batch in words}
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


def test_before_each_message() -> None:
    """A message brings how far the partition was before it, in every replay."""
    events = [flat("ann", "play", at) for at in (2_000, 5_000, 3_000)]
    found = []
    reach = Reach(Timing())
    for cuts in ([3], [1, 2]):
        at, reached = 0, []
        for size in cuts:
            raw = messages("0", *events[at : at + size], first=at)
            (batch,) = reach.routed(raw, NOW).values()
            reached += decoded(batch).reached
            at += size
        found.append(reached)

    assert found == [[NEVER, START + 2_000, START + 5_000]] * 2


@pytest.mark.parametrize("by_others", [[], [60_000]])
def test_late_by_the_events_of_others(by_others: list[int]) -> None:
    """What is late is so by all events that came before it, not by its shard's own."""
    reach, shard = Reach(Timing()), Shard(Timing())
    other = next(v for v in map(str, range(999)) if shard_of(v) != shard_of("ann"))
    events = [flat(other, "play", at) for at in by_others]
    alone = reach.routed(word("0", every=("0",)), NOW)
    shard.apply(decoded(alone[shard_of("ann")]), NOW)
    raw = messages("0", *events, flat("ann", "play", 10_000))
    output = shard.apply(decoded(reach.routed(raw, NOW)[shard_of("ann")]), NOW)

    assert len(output.letters) == len(by_others)


def late(sent: dict[str, Sent], paces: list[str]) -> set[tuple[str, int]]:
    """Return where late events are; each of the paces reads one more of a partition."""
    reach, shards = Reach(Timing()), {shard_of(v): Shard(Timing()) for v in VIEWERS}
    left = {name: enumerate(events) for name, events in sent.items()}
    reads = [word(name) for name in BOTH]
    for name in paces + [name for name, events in sent.items() for _ in events]:
        for offset, (viewer, second) in islice(left[name], 1):
            event = flat(viewer, "play", second * 1_000, event_id=f"{name}-{offset}")
            reads.append(messages(name, event, first=offset))
    found = set()
    for read in reads:
        for number, batch in reach.routed(read, NOW).items():
            if number in shards:
                letters = shards[number].apply(decoded(batch), NOW).letters
                found |= {(letter.partition, letter.offset) for letter in letters}
    return found


@given(
    st.fixed_dictionaries(dict.fromkeys(BOTH, SENT)), st.lists(st.sampled_from(BOTH))
)
def test_paces_make_nothing_late(sent: dict[str, Sent], paces: list[str]) -> None:
    """What is late is so in every replay, however the partitions are interleaved."""
    assert late(sent, paces) == late(sent, [])


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
