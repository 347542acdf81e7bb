"""Tables, read from moto."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import boto3
import pytest
from moto import mock_aws

from dataflows.frames.tables import read_history, read_profiles
from dataflows.playback.profile import history_item, profile_item
from dataflows.settings import Settings
from sinks.attributes import to_attributes
from stack.services.tables import ensure_tables, tables_of
from tests.dashboard.records import NOW, profile, stamp
from tests.dataflows.frames.test_history import EVENING

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

SETTINGS = Settings()


@pytest.fixture
def tables() -> Iterator["DynamoDBClient"]:
    """Return a client of the two tables, which are empty."""
    with mock_aws():
        client = boto3.client("dynamodb", region_name=SETTINGS.aws_region)
        ensure_tables(client, tables_of(SETTINGS))
        yield client


def test_profiles_come_back(tables: "DynamoDBClient") -> None:
    """What the flow wrote is read as it was: text, numbers, flags, maps and nothing."""
    known = profile(
        video_ts=1.25, time_played=3.0, paused=True, dimensions={"device": "Phone"}
    )
    item = to_attributes(profile_item(known, 1_900_000_000))
    tables.put_item(TableName=SETTINGS.profiles_table, Item=item)

    assert read_profiles() == [known]


def test_profiles_beyond_the_bound_are_told(tables: "DynamoDBClient") -> None:
    """A scan that stops before the end of the table says so."""
    for viewer_id in ("a", "b"):
        item = to_attributes(profile_item(profile(viewer_id), 1))
        tables.put_item(TableName=SETTINGS.profiles_table, Item=item)

    with pytest.warns(UserWarning, match="more than 1 profiles; raise `most`"):
        assert len(read_profiles(SETTINGS, most=1, client=tables)) == 1


def test_history_of_one_viewer_comes_back(tables: "DynamoDBClient") -> None:
    """A viewer's items are read in their order, and no one else's."""
    for change in EVENING:
        item = to_attributes(history_item(change, 1_900_000_000))
        tables.put_item(TableName=SETTINGS.history_table, Item=item)

    assert read_history("alice") == EVENING
    assert read_history("bob") == []


def test_history_since(tables: "DynamoDBClient") -> None:
    """What happened before a point in time is left out, whatever its zone."""
    for change in EVENING:
        tables.put_item(
            TableName=SETTINGS.history_table,
            Item=to_attributes(history_item(change, 1)),
        )
    since = (NOW + timedelta(seconds=40)).astimezone(UTC)

    found = read_history("alice", SETTINGS, since=since, client=tables)
    assert [item.collector_tstamp for item in found] == [stamp(40), stamp(100)]


def test_since_needs_a_time_zone(tables: "DynamoDBClient") -> None:
    """A point in time that nobody can place is refused."""
    naive = datetime(2026, 11, 23)  # noqa: DTZ001, that is what is refused

    with pytest.raises(ValueError, match="`since` must have a time zone"):
        read_history("alice", since=naive, client=tables)
