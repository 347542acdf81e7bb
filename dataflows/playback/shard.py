"""Many viewers: what a shard does with a batch of events and a tick of the clock.

The stream is keyed by shard and not by viewer, because an engine that looks at every
key on every activation can't hold a million of them. Times are milliseconds.
"""

from typing import Final
from zlib import crc32

from dataflows.playback.errors import DeadLetterReason
from dataflows.playback.events import MediaEvent
from dataflows.playback.messages import Arrival, ShardBatch, ShardOutput
from dataflows.playback.snapshot import pack_shard, unpacked
from dataflows.playback.tallies import RunningTally, ShardTally
from dataflows.playback.viewer import Correction, Standing, Viewer
from dataflows.playback.window import ExpiryWheel, Timing, Watermark

__all__ = ["SHARDS", "Shard", "shard_of"]

SHARDS: Final = 128
"""How many shards there are; part of the recovery format."""

_TALLY_EVERY_MS: Final = 1_000
_SHOW_EVERY_MS: Final = 30_000


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
        # Who has events that wait to be folded: those of this batch, and hot ids. In
        # order, which a set has not.
        self._behind: dict[str, None] = {}
        self._tally = RunningTally()
        self._told: ShardTally | None = None
        self._told_at: int | None = None

    def apply(self, batch: ShardBatch, now: int) -> ShardOutput:
        """Take in what a partition brings, at a time of the clock."""
        if batch.every:
            self.watermark.hear(batch.partition, batch.every, idle=batch.idle)
        output = ShardOutput()
        touched: dict[str, Standing] = {}
        for arrival in batch.arrivals:
            self._take(arrival, batch, now, touched, output)
        self._catch_up(touched, output, at_once=False)
        return self._finish(touched, now, output)

    def tick(self, now: int) -> ShardOutput:
        """Do what is due at a time of the clock; to be called about once a second."""
        self.watermark.tick(now)
        output = ShardOutput()
        touched: dict[str, Standing] = {}
        self._catch_up(touched, output, at_once=True)
        return self._finish(touched, now, output)

    def end(self) -> ShardOutput:
        """Return the last tally, for the source has ended; windows stay open."""
        output = ShardOutput()
        touched: dict[str, Standing] = {}
        self._catch_up(touched, output, at_once=True)
        self._show(touched, output)
        output.tally = self._tally.told(self.watermark.value)
        return output

    def pack(self) -> bytes:
        """Return a snapshot, for `unpack`."""
        viewers = [viewer.pack() for viewer in self.viewers.values()]
        return pack_shard(SHARDS, viewers, self.watermark, self._tally)

    @classmethod
    def unpack(cls, timing: Timing, data: bytes) -> "Shard":
        """Return the shard that was packed.

        Raises:
            SnapshotFormatError: the snapshot is of another format or shard count.

        """
        packed = unpacked(data, SHARDS)
        shard = cls(timing)
        shard.watermark = packed.watermark
        shard._tally = packed.tally
        for packed_viewer in packed.viewers:
            viewer = Viewer.unpack(packed_viewer, timing)
            shard.viewers[viewer.session.viewer_id] = viewer
            shard._schedule(viewer)
            if viewer.pending:
                shard._behind[viewer.session.viewer_id] = None
        return shard

    def _take(
        self,
        arrival: Arrival,
        batch: ShardBatch,
        now: int,
        touched: dict[str, Standing],
        output: ShardOutput,
    ) -> None:
        event, timing = arrival.event, self.timing
        if event.time > now + timing.future_tolerance:
            detail = f"`time` must not be ahead of the clock; got {event.time - now} ms"
            reason = DeadLetterReason.FUTURE_TIMESTAMP
            output.refused.append(batch.refuse(arrival, reason, detail))
            self._tally.future += 1
            return
        # An event may be stamped ahead of the clock; what the others send meanwhile is
        # not late for that.
        self.watermark.observe(batch.partition, min(event.time, now))
        behind = self.watermark.value - event.time
        if behind > timing.lateness:
            detail = f"`time` must not be behind the watermark; got {behind} ms"
            self._refuse_late(arrival, batch, detail, output)
            return
        correction = self._fold(event, touched)
        if correction.late:
            self._refuse_late(arrival, batch, _SETTLED_EARLY, output)
        elif correction.duplicate:
            self._tally.duplicate += 1
        else:
            self._tally.count(event)
            self._correct(correction, output)

    def _fold(self, event: MediaEvent, touched: dict[str, Standing]) -> Correction:
        """Give an event to its viewer, who may be a new one."""
        viewer_id = event.viewer_id
        viewer = self.viewers.get(viewer_id)
        if viewer is None:
            touched[viewer_id] = _NOBODY
            viewer, correction = Viewer.arrive(event, self.timing)
            self.viewers[viewer_id] = viewer
            return correction
        viewer.touch(touched)
        correction = viewer.take(event, self.timing, self._settled())
        if viewer.pending:
            self._behind[viewer_id] = None
        return correction

    def _settled(self) -> int:
        """Return the event time before which neither events nor duplicates come."""
        return self.watermark.value - 2 * self.timing.lateness

    def _refuse_late(
        self, arrival: Arrival, batch: ShardBatch, detail: str, output: ShardOutput
    ) -> None:
        output.refused.append(batch.refuse(arrival, DeadLetterReason.LATE, detail))
        self._tally.late += 1

    def _catch_up(
        self, touched: dict[str, Standing], output: ShardOutput, *, at_once: bool
    ) -> None:
        """Fold what came out of order, of hot ids only now and then."""
        for viewer_id in list(self._behind):
            self._fold_again(viewer_id, touched, output, at_once=at_once)

    def _fold_again(
        self,
        viewer_id: str,
        touched: dict[str, Standing],
        output: ShardOutput,
        *,
        at_once: bool,
    ) -> None:
        viewer = self.viewers[viewer_id]
        viewer.touch(touched)
        correction = viewer.catch_up(self.timing, self._settled(), at_once=at_once)
        if not viewer.pending:
            del self._behind[viewer_id]
        self._correct(correction, output)

    def _correct(self, correction: Correction, output: ShardOutput) -> None:
        for item in correction.wrong:
            output.history[item.viewer_id, item.collector_tstamp] = None
            self._tally.unchange(item)
        for item in correction.right:
            output.history[item.viewer_id, item.collector_tstamp] = item
            self._tally.change(item)

    def _finish(
        self, touched: dict[str, Standing], now: int, output: ShardOutput
    ) -> ShardOutput:
        self._close_due(touched, output)
        self._show(touched, output)
        output.tally = self._tell(now)
        return output

    def _show(self, touched: dict[str, Standing], output: ShardOutput) -> None:
        for viewer_id, before in touched.items():
            viewer = self.viewers[viewer_id]
            self._schedule(viewer)
            after = viewer.standing()
            self._tally.move(before.share, after.share)
            last = viewer.session.last
            if after.mark != before.mark or last - viewer.shown >= _SHOW_EVERY_MS:
                viewer.shown = last
                output.profiles.append(viewer.profile(self.timing))

    def _close_due(self, touched: dict[str, Standing], output: ShardOutput) -> None:
        reading = self.watermark.reading()
        for slot, viewer_id in self._wheel.take_due(reading):
            viewer = self.viewers.get(viewer_id)
            if viewer is None or viewer.slot != slot:
                continue
            viewer.slot = 0
            if viewer.pending:
                self._fold_again(viewer_id, touched, output, at_once=True)
            if viewer.due(self.timing) >= reading:
                self._schedule(viewer)
            elif viewer.closed:
                del self.viewers[viewer_id]
                # It may have been touched by a duplicate, which changes nothing.
                touched.pop(viewer_id, None)
                output.gone.append(viewer_id)
            else:
                viewer.touch(touched)
                self._correct(viewer.close(self.timing), output)

    def _schedule(self, viewer: Viewer) -> None:
        viewer.slot = self._wheel.put(
            viewer.session.viewer_id, viewer.due(self.timing), viewer.slot
        )

    def _tell(self, now: int) -> ShardTally | None:
        """Return the tally, where it changed and a second has passed since the last."""
        # A clock that was set back must not silence it until it is the time again.
        if self._told_at is not None and 0 <= now - self._told_at < _TALLY_EVERY_MS:
            return None
        tally = self._tally.told(self.watermark.value)
        if tally == self._told:
            return None
        self._told, self._told_at = tally, now
        return tally


_NOBODY: Final = Standing()
_SETTLED_EARLY: Final = (
    "`time` must not be before the viewer's older events, which are settled early when "
    "there are too many of one `viewer_id`"
)
