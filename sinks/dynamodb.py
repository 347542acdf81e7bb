"""Items into a DynamoDB table, written in the background, none lost by a crash.

At an epoch's end either all items are durable, or those that are not are in the
recovery store (`keep_pending`) and are handed in again on resume: whoever waits for
DynamoDB holds the stream once an epoch, as long as that takes.

Why a replay is harmless. After a crash the flow resumes at its last epoch and hands
some items in again. Without versions this repeats a put or a delete of the same key
with the same content, in the same order, so the table ends as it was. With `version`,
an item never takes the place of one with a greater version (as text), so readers don't
even see the table go back meanwhile: the version stored under a key is looked up before
a partition's first write of it, and remembered from then on.

What that assumes: a partition is the only writer of its keys. So all items of one table
key must come under one key of the stream (it decides the partition), and two flows must
not write one table at a time.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final, TypeAlias

import msgspec
from bytewax.outputs import FixedPartitionedSink, StatefulSinkPartition

from sinks.attributes import key_of
from sinks.batching import Key, Write
from sinks.client import ClientFactory, create_client
from sinks.faults import TransientFault, backoff_s
from sinks.metrics import FLUSH_SECONDS
from sinks.stats import WriteStats
from sinks.table import MEND_STEP, Table
from sinks.versions import VersionGate
from sinks.writer import BackgroundWriter

__all__ = ["Delete", "DynamoDBSink", "Put"]

# A table that can't be asked for a second or so: better fail at the start than hang.
_CHECKS: Final = 5
# About 60 MB; a viewer who comes back after so many others costs one more lookup.
_VERSIONS_KEPT: Final = 200_000
# As long as the flow needs to hand in what it took in at one time. Under load, batches
# grow while others are under way.
_LINGER: Final = timedelta(milliseconds=5)


class Put(msgspec.Struct, frozen=True, gc=False):
    """Store an item, in place of what is stored under its key."""

    item: Mapping[str, object]


class Delete(msgspec.Struct, frozen=True, gc=False):
    """Delete the item, if there is one, under `key`: its key attributes, no others."""

    key: Mapping[str, object]


_Change: TypeAlias = Put | Delete

# The members of each `Write`: a recovery format, so without the name of its class.
_Pending: TypeAlias = Sequence[tuple[Any, ...]]


class DynamoDBSink(FixedPartitionedSink[_Change, _Pending]):
    """Put items into a table and delete them.

    Writes are sent in the background. A newer write of a key replaces one that still
    waits, so a key that changes fast costs fewer writes. Throttles and outages slow the
    flow down: `write_batch` waits while too many items are pending, and `snapshot`, but
    with `keep_pending`, until all are durable.

    Unit of parallelism: `parts`, each with its own connections; a key of the stream
    always goes to the same one. Guarantee: at least once, the last write of a key wins;
    the module's docstring tells what makes a repeat harmless.

    Args:
        table: name of the table.
        key: names of its key attributes, the partition key first.
        version: name of the attribute that holds an item's version as text; an item
            never takes the place of one with a greater version.
        region: AWS region.
        endpoint_url: where DynamoDB is, if not at AWS.
        parts: how many partitions, over all workers.
        keep_pending: whether an epoch ends with what is not durable in the recovery
            store, and does not wait; for flows that have no end, for of one that ends
            the last items are in the store alone while DynamoDB is not to be reached.
        linger: how long a batch that is not full waits for more items; ten times as
            long as that while a request is under way.
        client_factory: opens the client of a partition.

    """

    def __init__(
        self,
        table: str,
        *,
        key: tuple[str, ...],
        version: str | None = None,
        region: str,
        endpoint_url: str | None = None,
        parts: int = 1,
        keep_pending: bool = False,
        linger: timedelta = _LINGER,
        client_factory: ClientFactory = create_client,
    ) -> None:
        self._table = table
        self._key = key
        self._version = version
        self._region = region
        self._endpoint_url = endpoint_url
        self._parts = parts
        self._keep_pending = keep_pending
        self._linger = linger
        self._client_factory = client_factory
        self.stats: dict[str, WriteStats] = {}
        """What each partition of this worker has done, by its name."""

    def list_parts(self) -> list[str]:
        """Return the names of the partitions: `0`, `1`, and so on."""
        return [str(part) for part in range(self._parts)]

    def build_part(
        self,
        step_id: str,  # noqa: ARG002, the signature is Bytewax's
        for_part: str,
        resume_state: _Pending | None,
    ) -> "_DynamoDBPartition":
        """Check the table, start the writers, and hand in what may not be durable.

        Raises:
            TableNotFoundError: the table is not there.
            TableSchemaError: the table has another key.
            DynamoDBWriteError: DynamoDB can't be asked.

        """
        stats = self.stats[for_part] = WriteStats(self._table)
        client = self._client_factory(self._region, self._endpoint_url)
        at = f" at {self._endpoint_url}" if self._endpoint_url else ""
        where = f"{self._region}{at}"
        table = Table(client, self._table, key=self._key, where=where, stats=stats)
        _check(table)
        gate = None
        if self._version is not None:
            gate = VersionGate(
                table, self._version, capacity=_VERSIONS_KEPT, stats=stats
            )
        writer = BackgroundWriter(table, gate=gate, linger=self._linger, stats=stats)
        writer.add(Write(*members) for members in resume_state or ())
        return _DynamoDBPartition(
            table, writer, self._key, self._version, keep_pending=self._keep_pending
        )


class _DynamoDBPartition(StatefulSinkPartition[_Change, _Pending]):
    def __init__(
        self,
        table: Table,
        writer: BackgroundWriter,
        key: tuple[str, ...],
        version: str | None,
        *,
        keep_pending: bool,
    ) -> None:
        self._table = table
        self._writer = writer
        self._key = key
        self._version = version
        self._keep_pending = keep_pending

    def write_batch(self, values: Iterable[_Change]) -> None:
        self._writer.add([self._write(change) for change in values])

    def snapshot(self) -> _Pending:
        with FLUSH_SECONDS.labels(self._table.name).time():
            if not self._keep_pending:
                self._writer.flush()
            return [msgspec.structs.astuple(w) for w in self._writer.pending()]

    def close(self) -> None:
        self._writer.close()

    def _write(self, change: _Change) -> Write:
        if isinstance(change, Delete):
            return Write(self._key_of(change.key), None)
        key = self._key_of(change.item)
        return Write(key, change.item, self._version_of(change.item))

    def _key_of(self, item: Mapping[str, object]) -> Key:
        try:
            return key_of(item, self._key)
        except ValueError as ex:
            what = f"take {item}"
            raise self._table.refusal(what, ex, MEND_STEP) from ex

    def _version_of(self, item: Mapping[str, object]) -> str:
        if self._version is None:
            return ""
        version = item.get(self._version)
        if isinstance(version, str):
            return version
        what = f"take {item}"
        cause = f"version `{self._version}` must be text; got {version!r} instead"
        raise self._table.refusal(what, cause, MEND_STEP)


def _check(table: Table) -> None:
    for failures in range(1, _CHECKS + 1):
        try:
            return table.check()
        except TransientFault as ex:
            fault = ex
        time.sleep(backoff_s(failures))
    what, cure = "be asked", "check the region, the endpoint and the network"
    raise table.refusal(what, fault, cure)
