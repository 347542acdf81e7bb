"""The flow without a broker: its source and its sinks take no time worth the name.

IN_FOLDER=... python -m bytewax.run tests.benchmarks.programs.from_memory:get_flow()

A file of the folder is a partition, a line of it a message. What the flow writes is
thrown away; of the audience it prints how many events were done.
"""

import os
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from bytewax.dataflow import Dataflow
from bytewax.inputs import FixedPartitionedSource, StatefulSourcePartition
from bytewax.outputs import DynamicSink, StatelessSinkPartition

from dataflows.live_viewers import Outputs, build_flow, spare_collector
from dataflows.playback.messages import RawBatch
from dataflows.settings import Settings
from sinks.kafka import KafkaRecord
from tests.benchmarks.progress import sample_of

__all__ = ["get_flow"]

_BATCH: Final = 2_000
_Item = tuple[str, KafkaRecord]


class _Lines(StatefulSourcePartition[RawBatch, int]):
    """The lines of a file, all read before the first; the state is the next."""

    def __init__(
        self, path: Path, every: tuple[str, ...], at: int, reread: int
    ) -> None:
        self._name, self._every, self._at = path.name, every, at
        self._lines = path.read_bytes().splitlines()
        self._reread = reread
        self._epoch = 0
        self._has_spoken = False

    def next_batch(self) -> list[RawBatch]:
        """Return a batch; with an epoch's first, and at the end, a word on itself."""
        if not self._has_spoken or self._at == len(self._lines):
            self._has_spoken, idle = True, self._at == len(self._lines)
            return [self._batch(every=self._every, idle=idle)]
        values = self._lines[self._at : self._at + _BATCH]
        offsets = list(range(self._at, self._at + len(values)))
        self._at += len(values)
        return [self._batch(offsets=offsets, values=values)]

    def next_awake(self) -> datetime | None:
        """See Bytewax; at the end there is a word a second."""
        if self._at < len(self._lines):
            return None
        return datetime.now(UTC) + timedelta(seconds=1)

    def snapshot(self) -> int:
        """See Bytewax."""
        self._epoch += self._has_spoken
        self._has_spoken = False
        return self._at

    def _batch(self, **content: Any) -> RawBatch:
        epoch, reread = self._epoch, self._reread
        return RawBatch(
            "memory",
            self._name,
            lag_messages=len(self._lines) - self._at,
            epoch=epoch,
            reread=reread,
            **content,
        )


class _Files(FixedPartitionedSource[RawBatch, int]):
    def __init__(self, folder: Path, reread: int) -> None:
        self._folder = folder
        self._reread = reread

    def list_parts(self) -> list[str]:
        return sorted(path.name for path in self._folder.iterdir())

    def build_part(
        self, step_id: str, for_part: str, resume_state: int | None
    ) -> _Lines:
        del step_id
        every = tuple(self.list_parts())
        path, at = self._folder / for_part, resume_state or 0
        return _Lines(path, every, at, self._reread)


class _Nothing(StatelessSinkPartition[_Item]):
    def write_batch(self, items: list[_Item]) -> None:
        """Throw them away."""


class _Progress(StatelessSinkPartition[_Item]):
    def write_batch(self, items: list[_Item]) -> None:
        """Print how far the flow has come."""
        for _, record in items:
            done = sample_of(record.value or b"", time.time()).done
            sys.stdout.write(f"processed={done} ts={time.time():.3f}\n")
        sys.stdout.flush()


class _Sink(DynamicSink[_Item]):
    def __init__(self, partition: type[StatelessSinkPartition[_Item]]) -> None:
        self._partition = partition

    def build(
        self, step_id: str, worker_index: int, worker_count: int
    ) -> StatelessSinkPartition[_Item]:
        del step_id, worker_index, worker_count
        return self._partition()


def get_flow() -> Dataflow:
    """Return the flow over the files of the folder that the environment names."""
    nothing = _Sink(_Nothing)
    outputs = Outputs(
        profiles=nothing,
        audience=_Sink(_Progress),
        audience_minutes=nothing,
        dead_letters=nothing,
    )
    settings = Settings.from_env()
    spare_collector()
    source = _Files(Path(os.environ["IN_FOLDER"]), settings.snapshot_epochs)
    return build_flow(source, outputs, settings.timing())
