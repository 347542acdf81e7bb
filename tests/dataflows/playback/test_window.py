"""Event time: gaps, the watermark and the wheel."""

import pytest

from dataflows.playback.profile import PlaybackStatus
from dataflows.playback.timing import Timing
from dataflows.playback.window import NEVER, ExpiryWheel, Watermark

BOTH = ("0", "1")


@pytest.mark.parametrize(
    ("status", "gap"),
    [
        (PlaybackStatus.WATCHING_VIDEO, 1),
        (PlaybackStatus.BUFFERING, 1),
        (PlaybackStatus.WATCHING_AD, 1),
        (PlaybackStatus.PAUSED_VIDEO, 2),
        (PlaybackStatus.COMPLETED_VIDEO, 3),
    ],
)
def test_gap_by_status(status: PlaybackStatus, gap: int) -> None:
    """A pause may be longer than a silence while playing, and an end shorter."""
    timing = Timing(gap_playing=1, gap_paused=2, gap_completed=3)

    assert timing.gaps[status] == gap


def test_largest_event_time() -> None:
    """The watermark is the largest event time, and never goes back."""
    watermark = Watermark()
    for time in (100, 300, 200):
        watermark.observe("0", time)

    assert watermark.value == 300


def test_partition_never_goes_back() -> None:
    """An older event of a partition does not put it back."""
    watermark = Watermark()
    watermark.hear("0", BOTH, idle=False)
    for partition, time in (("0", 300), ("0", 200), ("1", 300)):
        watermark.observe(partition, time)

    assert watermark.value == 300


def test_slowest_busy_partition() -> None:
    """The partition that is furthest behind holds the watermark back."""
    watermark = Watermark()
    watermark.hear("0", BOTH, idle=False)
    watermark.observe("0", 500)
    before = watermark.value
    watermark.observe("1", 200)
    watermark.observe("0", 600)

    assert (before, watermark.value) == (NEVER, 200)


def test_idle_partition() -> None:
    """By its second word a partition at its end has reached what was newest before."""
    watermark = Watermark()
    watermark.observe("0", 100)
    watermark.observe("1", 50)
    watermark.observe("0", 500)
    watermark.hear("1", BOTH, idle=True)
    first_word = watermark.value
    watermark.observe("0", 600)
    watermark.hear("1", BOTH, idle=True)

    assert (first_word, watermark.value) == (100, 500)


def test_late_by_its_own_partition() -> None:
    """How far the others are, as they happen to be read, makes nothing late or not."""
    slow, fast = Watermark(), Watermark()
    for watermark, other in ((slow, 10), (fast, 900)):
        watermark.hear("0", BOTH, idle=False)
        watermark.observe("1", other)
        watermark.observe("0", 500)

    assert (slow.value, fast.value) == (10, 500)
    assert slow.behind(400) == fast.behind(400) == 100


def test_late_by_all_partitions() -> None:
    """What comes to a partition that was idle, or is new, is behind all of them."""
    watermark = Watermark()
    watermark.observe("0", 500)
    watermark.hear("1", BOTH, idle=True)
    watermark.hear("1", BOTH, idle=True)
    behind = []
    for partition in ("1", "2"):
        watermark.observe(partition, 100)
        behind.append(watermark.behind(100))

    assert behind == [400, 400]


@pytest.mark.parametrize("by_word", [False, True])
def test_idle_no_more(by_word: bool) -> None:  # noqa: FBT001, pytest gives it by name
    """A partition that has something again, by event or by word, holds up again."""
    watermark = Watermark()
    watermark.hear("1", BOTH, idle=True)
    watermark.observe("0", 100)
    watermark.hear("1", BOTH, idle=True)
    if by_word:
        watermark.hear("1", BOTH, idle=False)
    else:
        watermark.observe("1", 50)
    watermark.hear("1", BOTH, idle=True)

    assert watermark.value == (NEVER if by_word else 50)


def test_all_idle() -> None:
    """When all are idle the watermark is the largest time of any."""
    watermark = Watermark()
    watermark.observe("0", 100)
    watermark.observe("1", 300)
    for partition in (*BOTH, *BOTH):
        watermark.hear(partition, BOTH, idle=True)

    assert watermark.value == 300


def test_nothing_heard() -> None:
    """Before the first event the watermark is before all."""
    watermark = Watermark()
    watermark.hear("0", ("0",), idle=True)

    assert watermark.value == NEVER


def test_forgotten_partition() -> None:
    """A partition that is no more holds nobody up."""
    watermark = Watermark()
    watermark.observe("0", 100)
    watermark.observe("1", 50)
    watermark.observe("0", 500)
    watermark.hear("0", ("0",), idle=False)

    assert watermark.value == 500
    assert watermark.partitions == {"0": 500}


def test_clock_carries_when_all_are_idle() -> None:
    """With nothing to read the clock carries on what windows close by."""
    watermark = Watermark()
    watermark.observe("0", 100)
    watermark.hear("0", ("0",), idle=True)
    for now in (5_000, 6_000, 7_500):
        watermark.tick(now)

    assert (watermark.value, watermark.reading()) == (100, 2_600)


def test_clock_stands_while_one_is_busy() -> None:
    """A busy partition may deliver what is older than the clock."""
    watermark = Watermark()
    watermark.observe("0", 100)
    watermark.observe("1", 100)
    watermark.hear("0", BOTH, idle=True)
    for now in (5_000, 6_000):
        watermark.tick(now)

    assert watermark.reading() == 100


def test_event_takes_over_from_the_clock() -> None:
    """What the clock has carried is void once an event tells the time."""
    watermark = Watermark()
    watermark.observe("0", 100)
    watermark.hear("0", ("0",), idle=True)
    for now in (5_000, 9_000):
        watermark.tick(now)
    watermark.observe("0", 200)

    assert watermark.reading() == 200


@pytest.mark.parametrize(("later", "carried"), [(3_600_000, 10_000), (-5_000, 0)])
def test_clock_jumps(later: int, carried: int) -> None:
    """An hour asleep is no hour of silence, and a clock set back carries nothing."""
    watermark = Watermark()
    watermark.hear("0", ("0",), idle=True)
    watermark.tick(10_000)
    watermark.tick(10_000 + later)

    assert watermark.carried == carried


def test_wheel_gives_what_is_past() -> None:
    """A slot is due when all of its times have passed, never before."""
    wheel = ExpiryWheel()
    slot = wheel.put("a", 1_999)

    assert wheel.take_due(1_999) == []
    assert wheel.take_due(2_000) == [(slot, "a")]
    assert wheel.take_due(9_000) == []


def test_wheel_keeps_who_is_sooner() -> None:
    """Who is in a slot stays there, unless they are due sooner."""
    wheel = ExpiryWheel()
    slot = wheel.put("a", 5_000)
    sooner = wheel.put("a", 4_999, slot)

    assert wheel.put("a", 5_999, slot) == slot
    assert wheel.put("a", 9_000, slot) == slot
    assert wheel.take_due(9_999) == [(sooner, "a"), (slot, "a")]


def test_wheel_gives_in_order() -> None:
    """What is due sooner comes first, however it was put."""
    wheel = ExpiryWheel()
    for viewer_id, at in (("c", 7_000), ("a", 1_000), ("b", 1_500), ("d", 9_000)):
        wheel.put(viewer_id, at)

    assert [viewer for _, viewer in wheel.take_due(8_500)] == ["a", "b", "c"]
    assert [viewer for _, viewer in wheel.take_due(10_500)] == ["d"]
