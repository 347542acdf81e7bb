"""Adding up the tallies of shards and of the intake."""

from typing import Any

import msgspec

from dataflows.playback.audience import (
    TITLES_SHOWN,
    AdTally,
    AudienceMinute,
    PartitionLag,
    QualityTally,
)
from dataflows.playback.counting import RunningTally
from dataflows.playback.errors import DeadLetterReason
from dataflows.playback.profile import PlaybackStatus
from dataflows.playback.roll_up import AudienceBook
from dataflows.playback.tallies import IntakeTally, ShardTally
from tests.strategies import START_MS

WATCHING = PlaybackStatus.WATCHING_VIDEO
PAUSED = PlaybackStatus.PAUSED_VIDEO
COMPLETED = PlaybackStatus.COMPLETED_VIDEO


def tally(watermark: int | None = None, **counts: Any) -> ShardTally:
    """Return a shard's tally with these counts, else none."""
    told = RunningTally().told(0)
    return msgspec.structs.replace(told, watermark=watermark, **counts)


def minute_of(book: AudienceBook, second: int) -> AudienceMinute | None:
    """Return the minute that the record of a second ends, if any."""
    return book.minute(book.audience(START_MS + second * 1_000))


def test_nothing_yet() -> None:
    """Before the first tally nobody is there, and every status says so."""
    record = AudienceBook().audience(START_MS + 999)

    assert record.tstamp == "2026-11-23T05:00:00.000Z"
    assert record.viewers == dict.fromkeys(set(PlaybackStatus) - {"LEFT"}, 0)
    assert record.watermark is None


def test_shards_add_up() -> None:
    """Counts of all shards add up; the watermark is the newest of all."""
    book = AudienceBook()
    book.take_shard(
        "1",
        tally(
            START_MS + 5_000,
            viewers={WATCHING: 2, PAUSED: 1},
            titles={"A": 2},
            used=10,
            sessions_started=3,
            ads=AdTally(starts=2),
            quality=QualityTally(time_played=1.5),
        ),
    )
    book.take_shard(
        "2",
        tally(
            START_MS,
            viewers={WATCHING: 1},
            titles={"A": 1, "B": 1},
            late=1,
            duplicate=2,
            sessions_left=1,
            sessions_completed=4,
            ads=AdTally(starts=1, skips=1),
            quality=QualityTally(time_played=2.0, stalls=1),
        ),
    )
    book.take_shard("3", tally())
    record = book.audience(START_MS)

    assert (record.viewers[WATCHING], record.viewers[PAUSED]) == (3, 1)
    assert record.titles == {"A": 3, "B": 1}
    assert record.watermark == "2026-11-23T05:00:05.000Z"
    assert record.ads == AdTally(starts=3, skips=1)
    assert record.quality == QualityTally(time_played=3.5, stalls=1)
    assert (record.events.used, record.events.late, record.events.duplicate) == (
        10,
        1,
        2,
    )
    assert (
        record.sessions_started,
        record.sessions_left,
        record.sessions_completed,
    ) == (3, 1, 4)


def test_silent_shard_still_counts() -> None:
    """A shard's newest tally takes the place of the one before, and stays."""
    book = AudienceBook()
    for count in (1, 5):
        book.take_shard("1", tally(viewers={WATCHING: count}))

    assert book.audience(START_MS).viewers[WATCHING] == 5
    assert book.audience(START_MS + 60_000).viewers[WATCHING] == 5


def test_intake_adds_up() -> None:
    """What the partitions read adds up; the lag is the newest of each."""
    book = AudienceBook()
    book.take_intake(
        IntakeTally(partition="1", received=7, lag_messages=9, lag_ms=1_500)
    )
    for received in (1, 2):
        book.take_intake(IntakeTally(partition="0", received=received))
    record = book.audience(START_MS)

    assert record.events.received == 10
    assert record.lag == (
        PartitionLag(partition="0", messages=0, seconds=0),
        PartitionLag(partition="1", messages=9, seconds=1.5),
    )


def test_outcomes_add_up() -> None:
    """What became of the messages adds up over the shards, by reason and shape."""
    book = AudienceBook()
    unparsable = {DeadLetterReason.UNPARSABLE: 1}
    future = {DeadLetterReason.UNPARSABLE: 2, DeadLetterReason.FUTURE_TIMESTAMP: 3}
    book.take_shard("1", tally(skipped=2, dead_letters=unparsable, shapes={"flat": 7}))
    book.take_shard("2", tally(skipped=1, dead_letters=future, shapes={"flat": 3}))
    record = book.audience(START_MS)

    assert record.events.skipped == 3
    assert record.events.shapes == {"flat": 10}
    assert record.events.dead_letters == {
        DeadLetterReason.UNPARSABLE: 3,
        DeadLetterReason.FUTURE_TIMESTAMP: 3,
    }


def test_record_is_of_its_second() -> None:
    """What comes later changes no record that is out already."""
    book = AudienceBook()
    counts: dict[str, Any] = {"shapes": {"flat": 1}, "dead_letters": {"late": 1}}
    book.take_shard("1", tally(**counts))
    record = book.audience(START_MS)
    before = msgspec.json.encode(record)
    book.take_shard("1", tally(**counts))
    book.take_shard("2", tally(**counts))

    assert msgspec.json.encode(record) == before


def test_many_titles() -> None:
    """The largest titles are named, the rest is one number."""
    book = AudienceBook()
    titles = {f"title-{n:03d}": 1 for n in range(TITLES_SHOWN + 5)}
    book.take_shard("1", tally(titles={**titles, "title-104": 9}, other_titles=2))
    record = book.audience(START_MS)

    assert next(iter(record.titles.items())) == ("title-104", 9)
    assert len(record.titles) == TITLES_SHOWN
    assert record.other_titles == 5 + 2


def test_minute() -> None:
    """A minute has the peak and the mean of its seconds, and its own sums."""
    book = AudienceBook()
    seconds = [
        (58, {WATCHING: 100}, 0),
        (60, {WATCHING: 1, COMPLETED: 50}, 10),
        (61, {WATCHING: 3}, 15),
        (62, {WATCHING: 2, PAUSED: 2}, 20),
        (120, {}, 30),
    ]
    minutes = []
    received = 0
    for second, viewers, used in seconds:
        received += used
        book.take_intake(IntakeTally(partition="0", received=used))
        counts = {"used": used, "sessions_started": used, "sessions_left": second}
        shapes = {"flat": received} if received else {}
        titles = {"A": used}
        book.take_shard(
            "1", tally(viewers=viewers, titles=titles, shapes=shapes, **counts)
        )
        minutes.append(minute_of(book, second))
    minute = minutes[-1]

    assert [m and m.tstamp[11:16] for m in minutes] == [
        None,
        "05:00",
        None,
        None,
        "05:01",
    ]
    assert minute is not None
    assert (minute.seconds, minute.viewers_peak) == (3, 4)
    assert (minute.peak[WATCHING], minute.mean[WATCHING]) == (3, 2)
    assert (minute.peak[COMPLETED], minute.peak[PAUSED]) == (50, 2)
    assert (minute.events.used, minute.sessions_started) == (20, 20)
    assert minute.sessions_left == 60
    assert minute.titles == {"A": 10}
    assert minute.events.shapes == {"flat": 15 + 20 + 30}


def test_packs() -> None:
    """A book survives packing in the middle of a minute."""
    book = AudienceBook()
    book.take_shard("1", tally(viewers={WATCHING: 1}, used=5))
    book.take_intake(IntakeTally(partition="0", received=5))
    minute_of(book, 1)
    packed = msgspec.msgpack.encode(book)
    again = msgspec.msgpack.decode(packed, type=AudienceBook)

    assert minute_of(again, 60) == minute_of(book, 60)
    assert again == book
