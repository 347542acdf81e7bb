"""What a shard counts."""

import msgspec
import pytest

from dataflows.playback.audience import AdTally, QualityTally
from dataflows.playback.events import EventData, EventName, MediaEvent
from dataflows.playback.profile import HistoryItem, PlaybackStatus
from dataflows.playback.tallies import NO_SHARE, RunningTally
from dataflows.playback.window import NEVER
from tests.dataflows.playback.streams import flat


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
    """Stalls, errors and changes of quality are counted."""
    names = (EventName.BUFFER_START, EventName.ERROR, EventName.QUALITY_CHANGE)
    told = counted(*(flat(name) for name in names)).told(NEVER)

    assert told.quality == QualityTally(stalls=1, errors=1, quality_changes=1)
    assert told.used == 3


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
    assert tally == RunningTally()


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
    again = msgspec.msgpack.decode(msgspec.msgpack.encode(tally), type=RunningTally)

    assert again.told(1) == tally.told(1)
