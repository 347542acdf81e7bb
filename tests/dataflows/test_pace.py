"""Partitions that read a backlog wait for those that are behind them."""

from datetime import UTC, datetime, timedelta
from unittest.mock import Mock

import pytest
from bytewax.inputs import StatefulSourcePartition

from dataflows import pace
from dataflows.pace import Pace, PacedPartition
from dataflows.playback.intake import decoded
from dataflows.playback.messages import RawBatch
from tests.dataflows.stream import flat

MUCH = 1_000_000
AWAKE = datetime(2026, 11, 23, tzinfo=UTC)


class Part(StatefulSourcePartition[RawBatch, int]):
    """A partition of which each poll is one event, a second after the one before."""

    def __init__(self, lag: int = MUCH) -> None:
        self._lag = lag
        self.polls = 0
        self.is_closed = False

    def next_batch(self) -> list[RawBatch]:
        self.polls += 1
        value = flat("bob", "ping", self.polls * 1_000)
        return [RawBatch("events", "0", [self.polls], [value], lag_messages=self._lag)]

    def next_awake(self) -> datetime:
        return AWAKE

    def snapshot(self) -> int:
        return self.polls

    def close(self) -> None:
        self.is_closed = True


class Race:
    """Partition 0, which polls, beside partition 1, which is where it is put."""

    def __init__(self, lag: int = MUCH) -> None:
        self.pace = Pace()
        self.part = Part(lag)
        self.now = 0.0
        self.paced = PacedPartition(self.part, "0", self.pace, lambda: self.now)

    def poll(self, times: int = 1) -> None:
        """Poll, and let what was found come to a shard."""
        for _ in range(times):
            for raw in self.paced.next_batch():
                self.pace.hear(decoded(raw))

    def other(self, seconds: int, ms: int = 0, *, idle: bool = False) -> None:
        """Let a shard hear of partition 1: of an event, or that it has none left."""
        at = seconds * 1_000 + ms
        raw = RawBatch("events", "1", [7], [flat("eve", "ping", at)])
        word = RawBatch("events", "1", every=("0", "1"), idle=True)
        self.pace.hear(decoded(word if idle else raw))


def test_partition_waits_for_one_behind_it() -> None:
    """With a backlog it reads until what it had two polls ago is ahead of others."""
    race = Race()
    race.other(1)
    race.poll(9)
    ahead = race.part.polls
    race.other(2)
    race.poll(9)

    assert ahead == 4
    assert race.part.polls == 5


def test_partition_that_waits_looks_again_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """While it waits it is awake by itself, and else when the partition would be."""
    now = AWAKE + timedelta(hours=1)
    monkeypatch.setattr(pace, "datetime", Mock(now=lambda _: now))
    race = Race()
    race.other(1)
    race.poll()
    reads = race.paced.next_awake()
    race.poll(9)
    waits = race.paced.next_awake()

    assert reads == AWAKE
    assert waits is not None
    # It would show as latency: all others are there within a poll or two.
    assert timedelta(0) < waits - now <= timedelta(milliseconds=10)


def test_slowest_does_not_wait() -> None:
    """Whoever has all others ahead of it reads on."""
    race = Race()
    race.other(100)
    race.poll(9)

    assert race.part.polls == 9


def test_partition_does_not_wait_for_itself() -> None:
    """A late event of its own puts it behind itself, and nobody else."""
    race = Race()
    race.poll(3)
    late = RawBatch("events", "0", [9], [flat("bob", "ping", 500)])
    race.pace.hear(decoded(late))
    race.poll()

    assert race.part.polls == 4


def test_partition_does_not_wait_for_one_that_is_far_off() -> None:
    """Beside one that was not read for long it goes on: what it reads is newer."""
    race = Race()
    race.other(-100)
    race.poll(9)

    assert race.part.polls == 9


def test_what_is_no_event_does_not_count() -> None:
    """Where a partition is, its events tell, wherever in a batch they are."""
    pace = Pace()
    values = [b"{", flat("bob", "ping", 1_000), b"{"]
    pace.hear(decoded(RawBatch("events", "0", [1, 2, 3], values)))
    alone = pace.reached("0")
    pace.hear(decoded(RawBatch("events", "0", [4], values[1:2])))

    assert alone == pace.reached("0") is not None


def test_live_partition_does_not_wait() -> None:
    """What has nearly come to its end reads on, however far behind the others are."""
    race = Race(lag=100)
    race.other(1)
    race.poll(9)

    assert race.part.polls == 9


def test_nobody_waits_for_a_partition_at_its_end() -> None:
    """A partition that has said that it has no event left holds nobody."""
    race = Race()
    race.other(1)
    race.other(1, idle=True)
    race.poll(9)

    assert race.part.polls == 9


def test_nobody_waits_long_for_a_partition_that_stays() -> None:
    """What has not moved for a second is not waited for, until it moves again."""
    race = Race()
    race.other(1)
    race.poll(9)
    race.now += 1
    race.poll(9)
    went_on = race.part.polls
    race.other(2)
    race.poll(9)

    assert went_on == 13
    assert race.part.polls == 13


def test_partition_that_waits_reads_now_and_then() -> None:
    """A poll a second tells how far it is, however long the others take."""
    race = Race()
    race.other(1)
    race.poll(9)
    ahead = race.part.polls
    for tenth in range(25):
        race.other(1, ms=tenth)
        race.now += 0.11
        race.poll()

    assert race.part.polls == ahead + 2


def test_event_stamped_ahead_does_not_put_its_partition_ahead() -> None:
    """Of what comes to a shard at once, the sooner of first and last counts."""
    pace = Pace()
    values = [flat("bob", "ping", 1_000), flat("bob", "ping", 900_000)]
    pace.hear(decoded(RawBatch("events", "0", [1, 2], values)))
    pace.hear(decoded(RawBatch("events", "1", [1], values[:1])))

    assert pace.reached("0") == pace.reached("1") == pace.slowest()


def test_partition_that_nobody_heard_of_reads() -> None:
    """As long as no event has come to a shard of this process, there is no pace."""
    race = Race()
    race.paced.next_batch()
    race.paced.next_batch()

    assert race.part.polls == 2


def test_partition_is_kept_and_closed_as_it_is() -> None:
    """The recovery store gets the partition's own state."""
    race = Race()
    race.poll(2)
    state = race.paced.snapshot()
    race.paced.close()

    assert state == 2
    assert race.part.is_closed
