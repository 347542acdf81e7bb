"""Older versions are kept out."""

import pytest

from sinks.batching import Write
from sinks.stats import WriteStats
from sinks.table import Table
from sinks.versions import NewestVersions, VersionGate
from tests.sinks.stand_ins import StubDynamoDB, client_error


def put(key: str, version: str) -> Write:
    """Return a put of a version."""
    return Write((key,), {"id": key, "version": version}, version)


def gate(stub: StubDynamoDB, stats: WriteStats, capacity: int = 100) -> VersionGate:
    """Return a gate to the stand-in's table."""
    table = Table(stub, "profiles", key=("id",), where="eu-west-1", stats=stats)
    return VersionGate(table, "version", capacity=capacity, stats=stats)


@pytest.fixture
def stub() -> StubDynamoDB:
    """A table that holds version 5 of `a`."""
    stub = StubDynamoDB()
    stub.items["a"] = {"id": {"S": "a"}, "version": {"S": "5"}}
    return stub


@pytest.mark.parametrize(("version", "sent"), [("4", False), ("5", True), ("6", True)])
def test_first_write(stub: StubDynamoDB, version: str, sent: bool) -> None:  # noqa: FBT001
    """The first write of a key is sent if nothing newer is stored."""
    write = put("a", version)
    fresh, superseded, unknown = gate(stub, WriteStats()).sort([write])

    assert (fresh, superseded) == (([write], []) if sent else ([], [write]))
    assert unknown == []


def test_a_key_is_looked_up_once(stub: StubDynamoDB) -> None:
    """After the first look the version is known."""
    it = gate(stub, WriteStats())
    it.sort([put("a", "6"), put("b", "1")])
    it.note([put("a", "6")])
    fresh, superseded, _ = it.sort([put("a", "5"), put("b", "1")])

    assert (fresh, superseded) == ([put("b", "1")], [put("a", "5")])
    assert stub.lookups == [["a", "b"]]


def test_deletes_are_not_looked_up(stub: StubDynamoDB) -> None:
    """A delete, or a put in the place of one, is sent whatever is stored."""
    writes = [Write(("a",), None), Write(("b",), {"id": "b"}, "1", overwrites=True)]

    assert gate(stub, WriteStats()).sort(writes).fresh == writes
    assert stub.lookups == []


def test_after_a_delete_any_version_is_new(stub: StubDynamoDB) -> None:
    """Where a delete was the last, nothing is stored."""
    it = gate(stub, WriteStats())
    it.note([Write(("a",), None)])

    assert it.sort([put("a", "1")]).fresh == [put("a", "1")]


def test_an_item_without_version_is_older(stub: StubDynamoDB) -> None:
    """What was stored without a version gives way."""
    stub.items["a"] = {"id": {"S": "a"}}

    assert gate(stub, WriteStats()).sort([put("a", "1")]).fresh


def test_not_looked_up_is_unknown(stub: StubDynamoDB) -> None:
    """A key that the lookup did not come to is sorted later, and counted."""
    stub.lookup_faults = [1]
    stats = WriteStats()
    writes = [put("b", "1"), put("a", "1")]

    assert gate(stub, stats).sort(writes) == (writes[:1], [], writes[1:])
    assert (stats.retries, stats.throttles) == (1, 1)


def test_a_failed_lookup_leaves_all_unknown(stub: StubDynamoDB) -> None:
    """Where the lookup fails, no write is sent in the dark."""
    stub.lookup_faults = [client_error("InternalServerError", 500)]
    stats = WriteStats()

    assert gate(stub, stats).sort([put("a", "9")]).unknown == [put("a", "9")]
    assert (stats.retries, stats.throttles) == (1, 0)


def test_a_small_memory_looks_again(stub: StubDynamoDB) -> None:
    """A forgotten key costs another look, never a wrong answer."""
    it = gate(stub, WriteStats(), capacity=1)
    for _ in range(2):
        assert it.sort([put("a", "4"), put("b", "1")]).superseded == [put("a", "4")]

    assert stub.lookups == [["a", "b"], ["a"]]


def test_the_oldest_note_is_forgotten() -> None:
    """Past its capacity the memory loses what was noted longest ago."""
    newest = NewestVersions(2)
    for key in "abac":
        newest.note((key,), "1")

    assert [newest.get((key,)) for key in "abc"] == ["1", None, "1"]
    assert len(newest) == 2
