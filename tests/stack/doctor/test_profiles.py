"""The table is held against the topic by the versions of a few viewers."""

from typing import TYPE_CHECKING, Any

import pytest

from dataflows.playback.profile import PlaybackStatus, ViewerProfile, profile_json
from stack.doctor.context import Context
from stack.doctor.finding import Finding, Level
from stack.doctor.profiles import check_profiles
from stack.services.tables import ensure_tables, tables_of
from tests.stack.doctor.samples import context, send
from tests.stack.doctor.test_tables import PROFILES_ONLY, deny

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

TOPIC = "live-viewer-profiles"


def profile(viewer_id: str, version: str, **fields: Any) -> bytes:
    """Return a profile of this version."""
    stamp = "2026-11-23T05:08:10.000Z"
    values: dict[str, Any] = {
        "viewer_id": viewer_id,
        "collector_tstamp": stamp,
        "event_id": "e",
        "event_name": "ping_event",
        "status": PlaybackStatus.WATCHING_VIDEO,
        "status_since": stamp,
        "session_start": stamp,
        "version": version,
    }
    return profile_json(ViewerProfile(**(values | fields)))


def store(aws: "DynamoDBClient", **versions: str) -> None:
    """Put these versions into a new table."""
    ensure_tables(aws, tables_of(PROFILES_ONLY))
    for viewer_id, version in versions.items():
        item = {"viewer_id": {"S": viewer_id}, "version": {"S": version}}
        aws.put_item(TableName="viewer_profiles", Item=item)


def found(servers: str, looked: Context | None = None) -> Finding:
    """Return the one thing that is found."""
    looked = looked or context(servers, patience_s=0.0)
    (finding,) = check_profiles(looked)
    looked.close()
    return finding


def test_table_has_all(servers: str, aws: "DynamoDBClient") -> None:
    """A table with the topic's versions, or newer ones, is well."""
    store(aws, alice="2", bob="3")
    send(servers, TOPIC, [(b"alice", profile("alice", "2"))])
    send(servers, TOPIC, [(b"bob", profile("bob", "1"))])

    finding = found(servers)

    assert (finding.level, finding.found) == (
        Level.OK,
        "the table had the topic's newest of 2 viewers at once",
    )


@pytest.mark.parametrize("stored", [{"alice": "2"}, {"alice": "2", "bob": "1"}])
def test_table_is_behind(
    servers: str, aws: "DynamoDBClient", stored: dict[str, str]
) -> None:
    """An older version, or none, is a problem that names a viewer."""
    store(aws, **stored)
    send(servers, TOPIC, [(b"alice", profile("alice", "2"))])
    send(servers, TOPIC, [(b"bob", profile("bob", "2"))])

    finding = found(servers)

    assert finding.level is Level.PROBLEM
    assert "older ones of 1 of 2 viewers" in finding.found
    assert "`bob` for one" in finding.found


def test_gone_and_expired(servers: str, aws: "DynamoDBClient") -> None:
    """Nobody looks for viewers whose profile has been withdrawn or has expired."""
    store(aws)
    old = profile("bob", "1", collector_tstamp="2020-01-01T00:00:00.000Z")
    send(servers, TOPIC, [(b"alice", profile("alice", "2"))])
    send(servers, TOPIC, [(b"alice", None), (b"bob", old)])

    assert found(servers).level is Level.NOTE


def test_unreadable_profiles(servers: str) -> None:
    """Profiles of another version of the code are unchecked, and said to be."""
    send(servers, TOPIC, [(b"alice", b"{}")])

    finding = found(servers)

    assert finding.level is Level.UNCHECKED
    assert "same checkout" in finding.cure


def test_table_that_is_off(servers: str) -> None:
    """A table that is not written is not looked at."""
    settings = PROFILES_ONLY.__class__(write_profiles=False, bootstrap_servers=servers)

    assert check_profiles(context(settings=settings)) == []


def test_table_that_may_not_be_read(servers: str, aws: "DynamoDBClient") -> None:
    """What may not be read is unchecked; that it may not is told elsewhere."""
    store(aws)
    send(servers, TOPIC, [(b"alice", profile("alice", "2"))])
    looked = context(servers)
    deny(looked, "BatchGetItem")

    assert found(servers, looked).level is Level.UNCHECKED
