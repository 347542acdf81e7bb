"""What a notebook reads of real Kafka, which knows times, and of DynamoDB Local."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from confluent_kafka import Producer

from dataflows.frames.profiles import newest_profiles, profiles_frame
from dataflows.frames.tables import read_history, read_profiles
from dataflows.frames.topics import read_topic
from dataflows.playback.profile import history_item, profile_item, profile_json
from dataflows.settings import Settings
from sinks.attributes import to_attributes
from stack.services.running import Services
from stack.services.tables import local_client
from tests.dashboard.records import profile
from tests.dataflows.frames.test_history import EVENING
from tests.integration.system import System

NOW = datetime.now(UTC)


@pytest.fixture
def settings(services: Services, tmp_path: Path) -> Settings:
    """Topics and tables of the test's own."""
    return System(services, tmp_path).settings


def _send(settings: Settings, viewer_id: str, ago: timedelta, *, gone: bool) -> None:
    producer = Producer({"bootstrap.servers": settings.bootstrap_servers})
    value = None if gone else profile_json(profile(viewer_id))
    at_ms = round((NOW - ago).timestamp() * 1000)
    producer.produce(settings.profiles_topic, value, viewer_id, timestamp=at_ms)
    assert producer.flush(30) == 0


def test_topic_is_read_whole_or_since(settings: Settings) -> None:
    """All partitions are read to their ends; since a time, only what came from then."""
    for viewer_id, hours in (("alice", 3), ("bob", 2), ("carol", 1)):
        _send(settings, viewer_id, timedelta(hours=hours), gone=False)
    _send(settings, "carol", timedelta(0), gone=True)

    profiles = newest_profiles(read_topic(settings, settings.profiles_topic))
    assert set(profiles_frame(profiles)["viewer_id"]) == {"alice", "bob"}
    since = NOW - timedelta(minutes=90)
    recent = read_topic(settings, settings.profiles_topic, since=since)
    assert [record.key for record in recent] == [b"carol", b"carol"]


def test_tables_are_read(settings: Settings, services: Services) -> None:
    """Profiles and a viewer's history are what was written."""
    client = local_client(services.dynamodb_url)
    known = profile("alice", video_ts=0.1, dimensions={"device": "Phone"})
    item = to_attributes(profile_item(known, 1_900_000_000))
    client.put_item(TableName=settings.profiles_table, Item=item)
    for change in EVENING:
        item = to_attributes(history_item(change, 1_900_000_000))
        client.put_item(TableName=settings.history_table, Item=item)

    assert read_profiles(settings, client=client) == [known]
    assert read_history("alice", settings, client=client) == EVENING
