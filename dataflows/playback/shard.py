"""Many viewers: what a shard does with a batch of events and a tick of the clock.

The stream is keyed by shard and not by viewer, because an engine that looks at every
key on every activation can't hold a million of them. Times are milliseconds.
"""

from typing import Final
from zlib import crc32

import msgspec

from dataflows.playback.errors import DeadLetterReason, SnapshotFormatError
from dataflows.playback.events import MediaEvent
from dataflows.playback.profile import HistoryItem, ViewerProfile
from dataflows.playback.tallies import NO_SHARE, RunningTally, ShardTally, Share
from dataflows.playback.viewer import Correction, PackedViewer, Viewer
from dataflows.playback.window import ExpiryWheel, Timing, Watermark

__all__ = [
    "SHARDS",
    "Arrival",
    "Refused",
    "Shard",
    "ShardBatch",
    "ShardOutput",
    "shard_of",
]

SHARDS: Final = 128
"""How many shards there are; part of the recovery format."""

_FORMAT: Final = 1
_TALLY_EVERY_MS: Final = 1_000
_SHOW_EVERY_MS: Final = 30_000


class Arrival(msgspec.Struct, frozen=True, gc=False):
    """An event as it came: its message's offset and untouched bytes are beside it."""

    event: MediaEvent
    offset: int
    raw: bytes


class ShardBatch(msgspec.Struct, frozen=True):
    """What one source partition has for one shard.

    `every` names all partitions when this is the word of a partition on itself (see
    `Watermark.hear`), and is empty when it only brings events.
    """

    partition: str
    arrivals: list[Arrival] = []
    every: tuple[str, ...] = ()
    idle: bool = False
    topic: str = ""


class Refused(msgspec.Struct, frozen=True, gc=False):
    """A sound event that came at a wrong time, and why that is."""

    arrival: Arrival
    topic: str
    partition: str
    reason: DeadLetterReason
    detail: str


class ShardOutput(msgspec.Struct):
    """What a batch or a tick brought about.

    `history` holds the newest word on each key: the item, or None of one that is not
    so. `gone` are viewers whose closed session's retention is over.
    """

    profiles: list[ViewerProfile] = []
    gone: list[str] = []
    history: dict[tuple[str, str], HistoryItem | None] = {}
    refused: list[Refused] = []
    tally: ShardTally | None = None


class _Packed(msgspec.Struct, frozen=True, array_like=True):
    format: int
    shards: int
    viewers: list[PackedViewer]
    watermark: Watermark
    tally: RunningTally


def shard_of(viewer_id: str) -> int:
    """Return the shard of a viewer, the same on every machine and in every run."""
    return crc32(viewer_id.encode()) % SHARDS


class Shard:
    """The viewers of one shard and their windows."""

    def __init__(self, timing: Timing) -> None:
        self.timing = timing
        self.viewers: dict[str, Viewer] = {}
        self.watermark = Watermark()
        self._wheel = ExpiryWheel()
        self._tally = RunningTally()
        self._told: ShardTally | None = None
        self._told_at: int | None = None

    def apply(self, batch: ShardBatch, now: int) -> ShardOutput:
        """Take in what a partition brings, at a time of the clock."""
        if batch.every:
            self.watermark.hear(batch.partition, batch.every, idle=batch.idle)
        output = ShardOutput()
        touched: dict[str, _Standing] = {}
        for arrival in batch.arrivals:
            self._take(arrival, batch, now, touched, output)
        return self._finish(touched, now, output)

    def tick(self, now: int) -> ShardOutput:
        """Do what is due at a time of the clock; to be called about once a second."""
        self.watermark.tick(now)
        return self._finish({}, now, ShardOutput())

    def end(self) -> ShardOutput:
        """Return the last tally, for the source has ended; windows stay open."""
        return ShardOutput(tally=self._tally.told(self.watermark.value))

    def pack(self) -> bytes:
        """Return a snapshot, for `unpack`."""
        viewers = [viewer.pack() for viewer in self.viewers.values()]
        packed = _Packed(_FORMAT, SHARDS, viewers, self.watermark, self._tally)
        return _encode(packed)

    @classmethod
    def unpack(cls, timing: Timing, data: bytes) -> "Shard":
        """Return the shard that was packed.

        Raises:
            SnapshotFormatError: the snapshot is of another format or shard count.

        """
        try:
            packed = _decode(data)
        except msgspec.DecodeError as ex:
            msg = f"snapshot of a shard must be readable; {ex}"
            raise SnapshotFormatError(msg) from ex
        if (packed.format, packed.shards) != (_FORMAT, SHARDS):
            msg = (
                f"snapshot of a shard must be of format {_FORMAT} with {SHARDS} "
                f"shards; got format {packed.format} with {packed.shards} instead; "
                "start with the version that wrote it, or with a new recovery store"
            )
            raise SnapshotFormatError(msg)
        shard = cls(timing)
        shard.watermark = packed.watermark
        shard._tally = packed.tally
        for packed_viewer in packed.viewers:
            viewer = Viewer.unpack(packed_viewer, timing)
            shard.viewers[viewer.session.viewer_id] = viewer
            shard._schedule(viewer)
        return shard

    def _take(
        self,
        arrival: Arrival,
        batch: ShardBatch,
        now: int,
        touched: dict[str, "_Standing"],
        output: ShardOutput,
    ) -> None:
        event, timing = arrival.event, self.timing
        if event.time > now + timing.future_tolerance:
            detail = f"`time` must not be ahead of the clock; got {event.time - now} ms"
            reason = DeadLetterReason.FUTURE_TIMESTAMP
            output.refused.append(_refuse(arrival, batch, reason, detail))
            self._tally.future += 1
            return
        # An event may be stamped ahead of the clock; what the others send meanwhile is
        # not late for that.
        self.watermark.observe(batch.partition, min(event.time, now))
        behind = self.watermark.value - event.time
        if behind > timing.lateness:
            detail = f"`time` must not be behind the watermark; got {behind} ms"
            reason = DeadLetterReason.LATE
            output.refused.append(_refuse(arrival, batch, reason, detail))
            self._tally.late += 1
            return
        viewer = self.viewers.get(event.viewer_id)
        if event.viewer_id not in touched:
            touched[event.viewer_id] = _standing(viewer)
        if viewer is None:
            viewer, correction = Viewer.arrive(event, timing)
            self.viewers[event.viewer_id] = viewer
        else:
            settled = self.watermark.value - 2 * timing.lateness
            correction = viewer.take(event, timing, settled)
        if correction.duplicate:
            self._tally.duplicate += 1
        else:
            self._tally.count(event)
        self._correct(correction, output)

    def _correct(self, correction: Correction, output: ShardOutput) -> None:
        for item in correction.wrong:
            output.history[item.viewer_id, item.collector_tstamp] = None
            self._tally.unchange(item)
        for item in correction.right:
            output.history[item.viewer_id, item.collector_tstamp] = item
            self._tally.change(item)

    def _finish(
        self, touched: dict[str, "_Standing"], now: int, output: ShardOutput
    ) -> ShardOutput:
        self._close_due(touched, output)
        for viewer_id, before in touched.items():
            viewer = self.viewers[viewer_id]
            self._schedule(viewer)
            after = _standing(viewer)
            self._tally.move(before.share, after.share)
            last = viewer.session.last
            if after.mark != before.mark or last - viewer.shown >= _SHOW_EVERY_MS:
                viewer.shown = last
                output.profiles.append(viewer.profile(self.timing))
        output.tally = self._tell(now)
        return output

    def _close_due(self, touched: dict[str, "_Standing"], output: ShardOutput) -> None:
        reading = self.watermark.reading()
        for slot, viewer_id in self._wheel.take_due(reading):
            viewer = self.viewers.get(viewer_id)
            if viewer is None or viewer.slot != slot:
                continue
            viewer.slot = 0
            if viewer.due(self.timing) >= reading:
                self._schedule(viewer)
            elif viewer.closed:
                del self.viewers[viewer_id]
                # It may have been touched by a duplicate, which changes nothing.
                touched.pop(viewer_id, None)
                output.gone.append(viewer_id)
            else:
                touched.setdefault(viewer_id, _standing(viewer))
                self._correct(viewer.close(self.timing), output)

    def _schedule(self, viewer: Viewer) -> None:
        """Put a viewer where it is due; one that is due later is moved when found."""
        due = viewer.due(self.timing)
        if not viewer.slot or due < (viewer.slot - 1) * 1_000:
            viewer.slot = self._wheel.put(viewer.session.viewer_id, due)

    def _tell(self, now: int) -> ShardTally | None:
        """Return the tally, where it changed and a second has passed since the last."""
        if self._told_at is not None and now - self._told_at < _TALLY_EVERY_MS:
            return None
        tally = self._tally.told(self.watermark.value)
        if tally == self._told:
            return None
        self._told, self._told_at = tally, now
        return tally


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(_Packed).decode


class _Standing(msgspec.Struct, frozen=True, gc=False):
    """What is compared before and after: what to show at once, and what is tallied."""

    mark: tuple[object, ...] | None = None
    share: Share = NO_SHARE


_NOBODY = _Standing()


def _refuse(
    arrival: Arrival, batch: ShardBatch, reason: DeadLetterReason, detail: str
) -> Refused:
    return Refused(arrival, batch.topic, batch.partition, reason, detail)


def _standing(viewer: Viewer | None) -> _Standing:
    if viewer is None:
        return _NOBODY
    session = viewer.session
    current = session.playbacks[session.media_session_id]
    clicked = current.clicks + current.reported_clicks
    skipped = current.skips + current.reported_skips
    mark = (
        session.start,
        session.status,
        session.since,
        session.media_session_id,
        session.label,
        session.ad_id,
        session.ads + session.ads_completed + session.ad_breaks,
        session.stalls + session.errors,
        clicked,
        skipped,
        viewer.closed,
    )
    played = session.times_before[0] + session.times[0]
    stalled = session.times_before[3] + session.times[3]
    if viewer.closed or session.status is None:
        return _Standing(mark, ("", "", played, stalled))
    return _Standing(mark, (session.status, session.label or "", played, stalled))
