"""Streams of playback events, and what a shard makes of them.

`flat` and `full` build one event by hand; `streams` draws what viewers with several
tabs do, with the disorder and the duplicates of its delivery; `Reader` reads what a
shard puts out as a reader of the topics and tables would.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import msgspec
from hypothesis import strategies as st

from dataflows.playback.events import (
    Ad,
    AdBreak,
    EventName,
    MediaEvent,
    MediaPlayer,
    MediaSession,
    event_order,
)
from dataflows.playback.messages import DeadLetter, ShardBatch, ShardOutput
from dataflows.playback.profile import HistoryItem, ViewerProfile
from dataflows.playback.shard import Shard
from dataflows.playback.tallies import ShardTally
from dataflows.playback.timing import Timing
from tests.strategies import START_MS

__all__ = [
    "BREAK",
    "NOW",
    "PREROLL",
    "START_MS",
    "TIMING",
    "Crash",
    "Delivery",
    "Outcome",
    "Reader",
    "batch",
    "flat",
    "full",
    "outcome",
    "streams",
]

TIMING = Timing()
NOW = START_MS + 7 * 86_400_000
"""A time of the clock after all events."""
PREROLL = Ad("ad-1")
BREAK = AdBreak("break-1")


def flat(
    name: EventName, at: float = 0, position: float | None = None, **more: Any
) -> MediaEvent:
    """Return an event of the original's flat shape, `at` seconds after the start."""
    time = START_MS + round(at * 1000)
    fields = {
        "viewer_id": "alice",
        "event_id": f"{name}@{time}",
        "player": MediaPlayer(current_time=position),
    }
    return MediaEvent(name=name, time=time, **{**fields, **more})


def full(
    name: EventName,
    at: float = 0,
    position: float | None = None,
    *,
    paused: bool = False,
    ended: bool = False,
    media_session_id: str = "tab-1",
    player: dict[str, Any] | None = None,
    session: dict[str, Any] | None = None,
    **more: Any,
) -> MediaEvent:
    """Return an event with its levels, `at` seconds after the start."""
    return flat(
        name,
        at,
        player=MediaPlayer(
            current_time=position, paused=paused, ended=ended, **(player or {})
        ),
        session=MediaSession(media_session_id=media_session_id, **(session or {})),
        **more,
    )


def batch(
    *events: MediaEvent,
    partition: str = "0",
    every: tuple[str, ...] = (),
    idle: bool = False,
) -> ShardBatch:
    """Return a batch as the flow's intake makes it."""
    return ShardBatch(
        partition,
        list(events),
        list(range(len(events))),
        [b"raw"] * len(events),
        every,
        idle,
        "source",
    )


class Reader:
    """The newest word of a shard's outputs on everything."""

    def __init__(self, shard: Shard) -> None:
        self.shard = shard
        self.profiles: dict[str, ViewerProfile] = {}
        self.versions: dict[str, list[str]] = {}
        self.history: dict[tuple[str, str], HistoryItem] = {}
        self.gone: list[str] = []
        self.letters: list[DeadLetter] = []
        self.now = NOW

    def send(self, *events: MediaEvent, partition: str = "0") -> ShardOutput:
        """Send the events in one batch."""
        return self.send_batch(batch(*events, partition=partition))

    def send_batch(self, sent: ShardBatch) -> ShardOutput:
        """Send a batch."""
        self.now += 1_000
        return self._read(self.shard.apply(sent, self.now))

    def tick(self, seconds: int = 1) -> None:
        """Let so many seconds of the clock pass."""
        for _ in range(seconds):
            self.now += 1_000
            self._read(self.shard.tick(self.now))

    def end(self) -> ShardOutput:
        """Let the source end."""
        return self._read(self.shard.end())

    def statuses(self) -> list[str]:
        """Return the statuses of the history in their order."""
        return [self.history[key].status for key in sorted(self.history)]

    def _read(self, output: ShardOutput) -> ShardOutput:
        for profile in output.profiles:
            self.profiles[profile.viewer_id] = profile
            self.versions.setdefault(profile.viewer_id, []).append(profile.version)
        for key, item in output.history.items():
            if item is None:
                self.history.pop(key, None)
            else:
                self.history[key] = item
        self.gone += output.gone
        self.letters += output.letters
        return output


class Delivery(NamedTuple):
    """An event on its way: when it arrives (milliseconds), and over which partition."""

    arrives: int
    partition: str
    event: MediaEvent


class Outcome(NamedTuple):
    """What is left of a stream when everybody has gone."""

    profiles: dict[str, ViewerProfile]
    history: dict[tuple[str, str], HistoryItem]
    tally: ShardTally
    versions: dict[str, list[str]]
    viewers_left: set[str]


class Crash(NamedTuple):
    """After how many batches, how many snapshots are lost, how it is read again."""

    after: int
    lost: int
    cuts: Sequence[int]


def outcome(
    deliveries: Iterable[Delivery],
    cuts: Sequence[int] = (1,),
    *,
    snapshots: bool = False,
    crash: Crash | None = None,
) -> Outcome:
    """Deliver all in batches, and wait until all have left.

    Args:
        deliveries: What to deliver, in their order.
        cuts: Sizes of batches, used in turn.
        snapshots: Pack and unpack the shard after every batch.
        crash: Once, go back to an earlier snapshot, and go on in other batches.

    """
    reader = Reader(Shard(TIMING))
    for partition in _PARTITIONS:
        reader.send_batch(batch(partition=partition, every=_PARTITIONS))
    queue, turn = list(deliveries), 0
    packed: list[tuple[bytes, list[Delivery]]] = [(reader.shard.pack(), queue)]
    while queue:
        if crash is not None and turn == crash.after:
            data, queue = packed[max(0, len(packed) - 1 - crash.lost)]
            reader.shard, cuts = Shard.unpack(TIMING, data), crash.cuts
        size = cuts[turn % len(cuts)]
        turn += 1
        taken, queue = queue[:size], queue[size:]
        for partition in _PARTITIONS:
            events = [d.event for d in taken if d.partition == partition]
            if events:
                reader.send(*events, partition=partition)
        if snapshots:
            reader.shard = Shard.unpack(TIMING, reader.shard.pack())
        elif crash is not None:
            packed.append((reader.shard.pack(), queue))
    for partition in _PARTITIONS:
        far = flat(EventName.PING, 86_400, viewer_id="far", event_id=partition)
        reader.send(far, partition=partition)
    reader.tick(2)
    assert reader.letters == []
    tally = reader.end().tally
    assert tally is not None
    tally = msgspec.structs.replace(tally, duplicate=0)
    del reader.profiles["far"]
    left = reader.shard.viewer_ids()
    return Outcome(reader.profiles, reader.history, tally, reader.versions, left)


_PARTITIONS = ("0", "1")

_JITTER_MS = [0, 0, 1, 40, 400]
_PLAYING_MS = [2_000, 5_000, 15_000, 29_999, 30_001, 60_000]
_ABOUT_GAPS_MS = [90_000, 90_001, 400_000, 600_001, 689_000, 690_001, 1_230_000]
_STEPS_MS = st.sampled_from([*_JITTER_MS, *_PLAYING_MS, *_ABOUT_GAPS_MS])
_COMMON = [EventName.PLAY, EventName.PAUSE, EventName.PING, EventName.END]
_NAMES = st.sampled_from([*_COMMON, *_COMMON, *EventName])
_DELAYS_MS = st.integers(0, TIMING.lateness - 1)
_SHIFTS_MS = st.sampled_from([-2_000, -30, 40, 1_500])
# Viewer, tab, event, silence before it, position's jump, whether it has levels.
_MOVES = st.tuples(
    st.integers(0, 2),
    st.integers(0, 1),
    _NAMES,
    _STEPS_MS,
    st.sampled_from([0.0, 0.0, 0.0, 1.0, 300.0, -60.0]),
    st.booleans(),
)
# Partition, delay, delay of a second delivery if any.
_WAYS = st.tuples(st.sampled_from(_PARTITIONS), _DELAYS_MS, st.none() | _DELAYS_MS)


class _Page:
    """A player in a tab, as the tracker sees it."""

    def __init__(self, time: int) -> None:
        self.position = 0.0
        self.time = time
        self.paused = self.ended = False
        self.ad: Ad | None = None
        self.ad_break: AdBreak | None = None
        self.clicks = 0

    def report(
        self,
        name: EventName,
        time: int,
        jump: float,
        who: dict[str, Any],
        *,
        levels: bool,
    ) -> MediaEvent:
        """Return the event as the page would send it."""
        if not (self.paused or self.ad or self.ad_break):
            self.position += (time - self.time) / 1000
        self.position = max(0.0, self.position + jump)
        self.time = time
        self._before(name)
        media_session_id = who.pop("media_session_id")
        player: dict[str, Any] = {"current_time": self.position}
        session: dict[str, Any] = {"ads_clicked": self.clicks or None}
        if levels:
            player |= {"paused": self.paused, "ended": self.ended, "label": "Film"}
            session |= {
                "media_session_id": media_session_id,
                "time_played": self.position,
            }
        event = MediaEvent(
            name=name,
            time=time,
            player=MediaPlayer(**player),
            session=MediaSession(**session),
            ad=self.ad,
            ad_break=self.ad_break,
            **who,
        )
        self._after(name)
        return event

    def _before(self, name: EventName) -> None:
        if name is EventName.PLAY:
            self.paused = self.ended = False
        elif name in {EventName.PAUSE, EventName.END}:
            self.paused, self.ended = True, name is EventName.END
        elif name is EventName.AD_BREAK_START:
            self.ad_break = BREAK
        elif name is EventName.AD_START:
            self.ad = PREROLL
        elif name is EventName.AD_CLICK:
            self.clicks += 1

    def _after(self, name: EventName) -> None:
        if name in {EventName.AD_COMPLETE, EventName.AD_SKIP}:
            self.ad = None
        elif name is EventName.AD_BREAK_END:
            self.ad = self.ad_break = None


def _events(
    moves: list[tuple[int, int, EventName, int, float, bool]],
) -> list[MediaEvent]:
    pages: dict[tuple[int, int], _Page] = {}
    events, time = [], START_MS
    for number, (viewer, tab, name, step, jump, levels) in enumerate(moves):
        time += step
        who = {
            "viewer_id": f"viewer-{viewer}",
            "event_id": f"event-{number}",
            "media_session_id": f"session-{viewer}-{tab}",
        }
        page = pages.setdefault((viewer, tab), _Page(time))
        events.append(page.report(name, time, jump, who, levels=levels))
    return events


@st.composite
def streams(
    draw: st.DrawFn, *, restamped: bool = False
) -> tuple[list[Delivery], list[Delivery]]:
    """Draw a stream twice: in event-time order and once each, and as it may arrive.

    No event comes later than the lateness bound allows: each is delayed by less.

    Args:
        draw: Hypothesis's.
        restamped: Second deliveries carry another stamp, as those that a tracker sends
            again do; then the first of the two streams has them too.

    """
    drawn = draw(st.lists(st.tuples(_MOVES, _WAYS), min_size=1, max_size=24))
    events = _events([move for move, _ in drawn])
    once, arriving = [], []
    for event, (_, (partition, delay, again)) in zip(events, drawn, strict=True):
        once.append(Delivery(event.time, partition, event))
        arriving.append(Delivery(event.time + delay, partition, event))
        if again is not None:
            copy = event
            if restamped:
                shifted = event.time + draw(_SHIFTS_MS)
                copy = replace(event, time=shifted)
                once.append(Delivery(copy.time, partition, copy))
            arriving.append(Delivery(copy.time + again, partition, copy))
    once.sort(key=lambda delivery: event_order(delivery.event))
    arriving.sort(key=lambda delivery: delivery.arrives)
    return once, arriving
