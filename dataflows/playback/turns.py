"""When a shard is saved: in its turn, once in so many epochs of the source.

To pack all viewers at the end of every epoch takes a third of the time, and holds the
stream up. So a source goes back by some epochs when it is resumed, and within as many
each shard is saved once, if anything came to it. What is read again and was in what is
saved is known by its offset.
"""

from dataflows.playback.messages import RawBatch

__all__ = ["SaveTurns"]


class SaveTurns:
    """Tells when it is a shard's turn, and whether messages are being read again."""

    def __init__(self) -> None:
        """Begin before anything is heard."""
        self.due = False
        # By partition, the newest epoch that was heard of.
        self._epochs: dict[str, int] = {}
        # The partitions of which something came since the shard was saved.
        self._unsaved: set[str] = set()
        self._changed = False
        # Those of which something may be read again; not known before the first word.
        self._replaying: set[str] | None = None

    @property
    def replaying(self) -> bool:
        """Whether what the run before had read may still be read again."""
        return self._replaying is None or bool(self._replaying)

    def hear(self, raw: RawBatch) -> None:
        """Take note of a batch that is to be applied, or of a word.

        Each epoch of a partition has one or the other for every shard. What is unsaved
        when an epoch begins came in one before.
        """
        name, epoch = raw.partition, raw.epoch
        if epoch != self._epochs.get(name):
            self._epochs[name] = epoch
            if name in self._unsaved and (epoch + raw.shard) % raw.reread == 0:
                self.due = True
        if raw.values or self._changed:
            self._unsaved.add(name)
            self._changed = False
        if self._replaying is None and raw.every:
            self._replaying = set(raw.every)
        if self._replaying and not raw.replayed:
            self._replaying.discard(name)

    def change(self) -> None:
        """Take note that the shard changed by itself, as when a session closes."""
        self._changed = True

    def save(self) -> None:
        """Take note that the shard is saved, with all that came until now."""
        self.due = self._changed = False
        self._unsaved.clear()
