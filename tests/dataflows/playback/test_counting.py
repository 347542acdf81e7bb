"""What a shard counts."""

from operator import attrgetter

import msgspec
import pytest

from dataflows.playback.audience import AD_COUNTS, AdTally, QualityTally
from dataflows.playback.counting import RunningTally
from dataflows.playback.errors import DeadLetterReason
from dataflows.playback.events import EventData, EventName, MediaEvent
from dataflows.playback.messages import DeadLetter, ShardBatch
from dataflows.playback.profile import COUNTED, HistoryItem, PlaybackStatus
from dataflows.playback.shard import Shard
from dataflows.playback.share import NO_SHARE
from dataflows.playback.window import NEVER
from tests.dataflows.playback.streams import NOW, TIMING, batch, flat, full


def counted(*events: MediaEvent) -> RunningTally:
    """Return the tally of these events."""
    tally = RunningTally()
    for event in events:
        tally.count(event)
    return tally


def change(
    status: PlaybackStatus, previous: PlaybackStatus | None = None
) -> HistoryItem:
    """Return a change of status."""
    return HistoryItem(
        viewer_id="alice",
        collector_tstamp="t",
        event_id="e",
        event_name="n",
        status=status,
        previous_status=previous,
        session_start="t",
    )


def _name_of(counts: dict[str, EventName], event: EventName) -> str:
    return next(name for name, counted in counts.items() if counted is event)


@pytest.mark.parametrize(
    ("name", "ads"),
    [
        (EventName.AD_START, AdTally(starts=1)),
        (EventName.AD_COMPLETE, AdTally(completes=1)),
        (EventName.AD_SKIP, AdTally(skips=1)),
        (EventName.AD_CLICK, AdTally(clicks=1)),
        (EventName.AD_BREAK_START, AdTally(breaks=1)),
        (EventName.AD_BREAK_END, AdTally()),
    ],
)
def test_ads(name: EventName, ads: AdTally) -> None:
    """Each kind of ad event has its count."""
    assert counted(flat(name)).told(NEVER).ads == ads


@pytest.mark.parametrize(
    ("data", "ads"),
    [
        (EventData(percent_progress=25), AdTally(first_quartiles=1)),
        (EventData(percent_progress=50), AdTally(midpoints=1)),
        (EventData(percent_progress=75), AdTally(third_quartiles=1)),
        (EventData(percent_progress=60), AdTally()),
        (EventData(), AdTally()),
        (None, AdTally()),
    ],
)
def test_quartiles(data: EventData | None, ads: AdTally) -> None:
    """One event tells all three quartiles, by its percent."""
    event = flat(EventName.AD_QUARTILE, data=data)

    assert counted(event).told(NEVER).ads == ads


def test_quality() -> None:
    """Errors and changes of quality are counted by their events."""
    names = (EventName.BUFFER_START, EventName.ERROR, EventName.QUALITY_CHANGE)
    told = counted(*(flat(name) for name in names)).told(NEVER)

    assert told.quality == QualityTally(errors=1, quality_changes=1)
    assert told.used == 3


def test_stalls() -> None:
    """A stall is a change of status, and is taken back with it."""
    tally = RunningTally()
    stalled = change(PlaybackStatus.BUFFERING, PlaybackStatus.WATCHING_VIDEO)
    tally.change(stalled)
    told = tally.told(NEVER)
    tally.unchange(stalled)

    assert told.quality.stalls == 1
    assert tally.pack() == RunningTally().pack()


def test_very_many_titles() -> None:
    """A shard names its largest titles, and the sum of the viewers stays right."""
    tally = RunningTally()
    for number in range(1_003):
        tally.move(NO_SHARE, ("WATCHING_VIDEO", f"title-{number:04d}", 0, 0))
    tally.move(NO_SHARE, ("WATCHING_VIDEO", "title-1002", 0, 0))
    told = tally.told(NEVER)

    assert (len(told.titles), told.other_titles) == (1_000, 3)
    assert told.titles["title-1002"] == 2
    assert "title-0999" not in told.titles


def test_sessions() -> None:
    """Sessions are counted by their changes, and taken back with them."""
    tally = RunningTally()
    changes = [
        change(PlaybackStatus.WATCHING_VIDEO),
        change(PlaybackStatus.COMPLETED_VIDEO, PlaybackStatus.WATCHING_VIDEO),
        change(PlaybackStatus.LEFT, PlaybackStatus.WATCHING_VIDEO),
    ]
    for item in changes:
        tally.change(item)
    told = (tally.started, tally.completed, tally.left)
    for item in changes:
        tally.unchange(item)

    assert told == (1, 1, 1)
    assert tally.pack() == RunningTally().pack()


@pytest.mark.parametrize(
    ("name", "profile_field", "audience_field"),
    [
        (name, field, "ads." + _name_of(AD_COUNTS, name))
        for field, name in COUNTED.items()
        if name in AD_COUNTS.values()
    ]
    + [
        (EventName.ERROR, "errors", "quality.errors"),
        (EventName.BUFFER_START, "stalls", "quality.stalls"),
    ],
)
def test_counted_alike(
    name: EventName, profile_field: str, audience_field: str
) -> None:
    """What is counted shows once, in the profile as in the audience."""
    shard = Shard(TIMING)
    output = shard.apply(batch(full(EventName.PLAY), full(name, 5)), NOW)
    tally = shard.end().tally

    assert getattr(output.profiles[-1], profile_field) == 1
    assert attrgetter(audience_field)(tally) == 1


def test_shares_move() -> None:
    """A viewer counts where they are now, and the times stay when they have left."""
    tally = RunningTally()
    tally.move(NO_SHARE, ("WATCHING_VIDEO", "Film", 0, 0))
    tally.move(("WATCHING_VIDEO", "Film", 0, 0), ("BUFFERING", "Film", 5_000, 500))
    there = tally.told(7)
    tally.move(("BUFFERING", "Film", 5_000, 500), ("", "", 5_000, 500))
    gone = tally.told(NEVER)

    assert there.viewers == {PlaybackStatus.BUFFERING: 1}
    assert (there.titles, there.watermark) == ({"Film": 1}, 7)
    assert (gone.viewers, gone.titles, gone.watermark) == ({}, {}, None)
    assert gone.quality == QualityTally(time_played=5, time_buffering=0.5)


def test_packs() -> None:
    """A tally survives packing."""
    tally = counted(
        flat(EventName.AD_START),
        flat(EventName.AD_QUARTILE, data=EventData(percent_progress=25)),
    )
    packed = msgspec.msgpack.decode(msgspec.msgpack.encode(tally.pack()))
    again = RunningTally.unpack(packed)

    assert again.told(1) == tally.told(1)


def test_what_is_no_event() -> None:
    """What a batch holds beside events is counted, and its letters are handed on."""
    reason = DeadLetterReason.UNPARSABLE
    letters = [DeadLetter(b"x", "source", "0", offset, reason, "") for offset in (1, 2)]
    shard = Shard(TIMING)
    sent = ShardBatch("0", letters=letters, skipped=3, shapes={"flat_json": 5})
    output = shard.apply(sent, NOW)

    assert output.letters == letters
    assert output.tally is not None
    assert (output.tally.skipped, output.tally.dead_letters) == (3, {reason: 2})
    assert output.tally.shapes == {"flat_json": 5}


def test_notable_events_are_no_changes() -> None:
    """What changes no status is neither another stall nor another completion."""
    tally = RunningTally()
    for status in (PlaybackStatus.BUFFERING, PlaybackStatus.COMPLETED_VIDEO):
        tally.change(change(status, PlaybackStatus.WATCHING_VIDEO))
        tally.change(change(status, status))

    assert (tally.stalls, tally.completed, tally.started) == (1, 1, 0)
