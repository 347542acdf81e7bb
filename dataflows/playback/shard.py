"""Many viewers: what a shard does with a batch of events and a tick of the clock.

The stream is keyed by shard and not by viewer, because an engine that looks at every
key on every activation can't hold a million of them. Times are milliseconds.
"""

from typing import Final

from dataflows.playback.correction import Correction
from dataflows.playback.counting import RunningTally
from dataflows.playback.errors import DeadLetterReason
from dataflows.playback.events import MediaEvent
from dataflows.playback.intake import SHARDS
from dataflows.playback.ledger import Ledger
from dataflows.playback.messages import ShardBatch, ShardOutput
from dataflows.playback.partings import Partings
from dataflows.playback.roster import Roster
from dataflows.playback.share import NO_SHARE, title_of
from dataflows.playback.snapshot import pack_shard, unpacked
from dataflows.playback.tallies import ShardTally
from dataflows.playback.timing import Timing
from dataflows.playback.viewer import Viewer
from dataflows.playback.window import NEVER, Watermark

__all__ = ["Shard"]

_SHOW_EVERY_MS: Final = 30_000


class Shard:
    """The viewers of one shard and their windows."""

    def __init__(self, timing: Timing) -> None:
        self.timing = timing
        self.watermark = Watermark()
        self._roster = Roster(timing)
        # Who has events that wait to be folded: those of this batch, and hot ids. In
        # order, which a set has not.
        self._behind: dict[str, None] = {}
        # Whose profile is to be shown at the end of this batch, in order too.
        self._stale: dict[str, Viewer] = {}
        self._tally = RunningTally()
        self._ledger = Ledger(self._tally, Partings())
        # How far each partition was read.
        self._read: dict[str, int] = {}
        # What is read again was tallied before: no tally until that is done.
        self.replaying = False

    def apply(self, batch: ShardBatch, now: int) -> ShardOutput:
        """Take in what a partition brings, at a time of the clock."""
        return self.apply_all([batch], now)

    def apply_all(self, batches: list[ShardBatch], now: int) -> ShardOutput:
        """Take in what partitions bring together, at a time of the clock.

        It is told together, too: a viewer's events, which lie in all partitions, are
        folded again but once, and the profile is shown once.
        """
        output = ShardOutput()
        for batch in batches:
            if batch.every:
                self._hear(batch)
            if batch.offsets:
                self._read[batch.partition] = batch.offsets[-1] + 1
            output.letters.extend(batch.letters)
            self._tally.arrive(batch)
            reached = batch.reached
            for at, event in enumerate(batch.events):
                if event is not None:
                    # Of other shards' events; of its own, it is noted below.
                    if reached:
                        self.watermark.observe(batch.partition, reached[at])
                    self._take(event, at, batch, now, output)
        self._catch_up(output, at_once=False)
        return self._finish(now, output)

    def tick(self, now: int) -> ShardOutput:
        """Do what is due at a time of the clock; to be called about once a second."""
        self.watermark.tick(now)
        output = ShardOutput()
        self._catch_up(output, at_once=True)
        return self._finish(now, output)

    def end(self) -> ShardOutput:
        """Return the last tally, for the source has ended; windows stay open."""
        output = ShardOutput()
        self._catch_up(output, at_once=True)
        self._show(output)
        self._ledger.part(output, at_once=True)
        output.tally = self.tally()
        return output

    def tally(self) -> ShardTally:
        """Return the tally as it is now."""
        return self._tally.told(self.watermark.value)

    def read_to(self, partition: str) -> int:
        """Return the offset behind what was read of a partition; 0 if nothing was."""
        return self._read.get(partition, 0)

    def find(self, viewer_id: str) -> Viewer | None:
        """Return a viewer; None where nobody knows them."""
        return self._roster.find(viewer_id)

    def viewer_ids(self) -> set[str]:
        """Return who is known: whose session is open, or has not been over for long."""
        return self._roster.ids()

    def pack(self) -> bytes:
        """Return a snapshot, for `unpack`."""
        return pack_shard(
            SHARDS,
            self._roster.pack(),
            watermark=self.watermark.pack(),
            tally=self._tally.pack(),
            partings=self._ledger.partings.pack(),
            read=self._read,
        )

    def end_epoch(self) -> None:
        """Be told that an epoch ends: a snapshot of the one before can't be lost."""
        self._ledger.partings.end_epoch()

    @classmethod
    def unpack(cls, timing: Timing, data: bytes) -> "Shard":
        """Return the shard that was packed.

        Raises:
            SnapshotFormatError: the snapshot is of another format or shard count.

        """
        packed = unpacked(data, SHARDS)
        shard = cls(timing)
        shard.watermark = Watermark.unpack(packed.watermark)
        shard._tally = RunningTally.unpack(packed.tally)
        shard._ledger = Ledger(shard._tally, Partings.unpack(packed.partings))
        shard._read = packed.read
        shard._roster = Roster.unpack(packed.awake, packed.resting, timing)
        for viewer in shard._roster.awake.values():
            # Times are in the tally; who is there may be told otherwise than before.
            status, title, *_ = viewer.share()
            shard._tally.move(NO_SHARE, (status, title, 0, 0))
            if viewer.pending:
                shard._behind[viewer.session.viewer_id] = None
        return shard

    def _hear(self, word: ShardBatch) -> None:
        """Take note of a partition's word."""
        (reached,) = word.reached or (NEVER,)
        self.watermark.hear(word.partition, word.every, idle=word.idle, reached=reached)

    def _take(
        self,
        event: MediaEvent,
        at: int,
        batch: ShardBatch,
        now: int,
        output: ShardOutput,
    ) -> None:
        """Take the event at a place of a batch, or refuse it for its time."""
        timing, time = self.timing, event.time
        if time > now + timing.future_tolerance:
            detail = f"`time` must not be ahead of the clock; got {time - now} ms"
            reason = DeadLetterReason.FUTURE_TIMESTAMP
            self._refuse(at, batch, reason, detail, output)
            return
        # An event may be stamped ahead of the clock; what the others send meanwhile is
        # not late for that.
        self.watermark.observe(batch.partition, min(time, now))
        behind = self.watermark.behind(time)
        if behind > timing.lateness:
            most = timing.lateness
            detail = f"`time` must be behind by {most} ms at most; got {behind} ms"
            self._refuse(at, batch, DeadLetterReason.LATE, detail, output)
            return
        correction = self._fold(event)
        if correction.late:
            reason = DeadLetterReason.LATE
            self._refuse(at, batch, reason, _SETTLED_EARLY, output)
        elif correction.duplicate:
            self._tally.duplicate += 1
        else:
            self._tally.count(event)
            if correction.right or correction.wrong:
                self._ledger.correct(correction, output)

    def _fold(self, event: MediaEvent) -> Correction:
        """Give an event to its viewer, who may be a new one."""
        viewer = self._roster.find(event.viewer_id)
        if viewer is None:
            viewer, correction = Viewer.arrive(event, self.timing)
            self._roster.add(viewer)
            self._tally.move(NO_SHARE, viewer.share())
            self._note(viewer)
            return correction
        settled = self._settled()
        if viewer.closed:
            before = viewer.share()
            correction = viewer.take(event, self.timing, settled)
            self._tally.move(before, viewer.share())
        else:
            correction = self._take_in_session(viewer, event, settled)
        if viewer.pending:
            self._behind[event.viewer_id] = None
        elif viewer.is_stale(_SHOW_EVERY_MS):
            self._note(viewer)
        return correction

    def _take_in_session(
        self, viewer: Viewer, event: MediaEvent, settled: int
    ) -> Correction:
        """Give an event to a viewer who is there, and keep the tally of who is."""
        session, tally = viewer.session, self._tally
        status, label, last = session.status, session.content.label, session.last
        correction = viewer.take(event, self.timing, settled)
        if viewer.session is not session:
            # The session before is as it was.
            tally.move(session.share(there=True), viewer.share())
        else:
            tally.spend(status, session.last - last)
            newer = session.content.label
            if session.status is not status or newer != label:
                before = status, title_of(label), 0, 0
                tally.move(before, (session.status, title_of(newer), 0, 0))
        return correction

    def _note(self, viewer: Viewer) -> None:
        """Show the viewer's profile at the end of this batch."""
        self._stale[viewer.session.viewer_id] = viewer

    def _settled(self) -> int:
        """Return the event time before which neither events nor duplicates come."""
        return self.watermark.value - self.timing.settling

    def _refuse(
        self,
        at: int,
        batch: ShardBatch,
        reason: DeadLetterReason,
        detail: str,
        output: ShardOutput,
    ) -> None:
        letter = batch.refuse(at, reason, detail)
        self._ledger.refuse(letter, output)

    def _catch_up(self, output: ShardOutput, *, at_once: bool) -> None:
        """Fold what came out of order, of hot ids only now and then."""
        for viewer_id in list(self._behind):
            self._fold_again(self._roster.awake[viewer_id], output, at_once=at_once)

    def _fold_again(
        self, viewer: Viewer, output: ShardOutput, *, at_once: bool
    ) -> None:
        before = viewer.share()
        correction = viewer.catch_up(self.timing, self._settled(), at_once=at_once)
        self._tally.move(before, viewer.share())
        if not viewer.pending:
            del self._behind[viewer.session.viewer_id]
        self._roster.schedule(viewer)
        if viewer.is_stale(_SHOW_EVERY_MS):
            self._note(viewer)
        self._ledger.correct(correction, output)

    def _finish(self, now: int, output: ShardOutput) -> ShardOutput:
        self._close_due(output)
        self._show(output)
        self._ledger.part(output, at_once=False)
        if not self.replaying:
            output.tally = self._ledger.tell(now, self.watermark.value)
        return output

    def _show(self, output: ShardOutput) -> None:
        for viewer in self._stale.values():
            self._roster.schedule(viewer)
            output.profiles.append(viewer.show(self.timing))
        self._stale.clear()

    def _close_due(self, output: ShardOutput) -> None:
        reading = self.watermark.reading()
        for viewer in self._roster.take_due(reading, output.gone):
            if viewer.pending:
                self._fold_again(viewer, output, at_once=True)
            if viewer.due(self.timing) >= reading:
                self._put_off(viewer, reading)
            elif viewer.closed:
                self._roster.forget(viewer)
                # It may have been noted for a duplicate, which changes nothing.
                self._stale.pop(viewer.session.viewer_id, None)
                output.gone.append(viewer.session.viewer_id)
            else:
                self._close(viewer)

    def _put_off(self, viewer: Viewer, reading: int) -> None:
        if viewer.session.viewer_id in self._stale:
            self._roster.schedule(viewer)
        else:
            self._roster.put_off(viewer, reading, self._settled())

    def _close(self, viewer: Viewer) -> None:
        """End the session of a viewer who is silent for too long."""
        before = viewer.share()
        left = viewer.close(self.timing)
        if left is not None:
            self._ledger.leave(left)
        self._tally.move(before, viewer.share())
        self._note(viewer)


_SETTLED_EARLY: Final = (
    "`time` must not be before the viewer's older events, which are settled early when "
    "there are too many of one `viewer_id`"
)
