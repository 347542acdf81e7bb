"""Topics, read from librdkafka's mock cluster."""

import dataclasses
from datetime import datetime

import pytest
from confluent_kafka import Producer

from dataflows.errors import SourceError
from dataflows.frames import topics
from dataflows.frames.topics import read_topic
from dataflows.settings import Settings
from tests.dataflows.cluster import fill, servers_of

TOPIC = "live-audience"


@pytest.fixture
def cluster() -> Producer:
    """Return a mock broker that lives for one test."""
    return Producer(
        {"bootstrap.servers": "mock", "test.mock.num.brokers": 1, "log_level": 2}
    )


@pytest.fixture
def settings(cluster: Producer) -> Settings:
    """Return settings that find the mock broker."""
    return Settings(bootstrap_servers=servers_of(cluster))


def test_all_partitions_are_read_to_their_ends(
    cluster: Producer, settings: Settings
) -> None:
    """Every record is read, a partition after the other, with where it was."""
    fill(cluster, TOPIC, [b"a", b"b"], partition=2)
    fill(cluster, TOPIC, [b"c"], partition=0)
    records = read_topic(settings, TOPIC)

    assert [r.value for r in records] == [b"c", b"a", b"b"]
    assert [(r.partition, r.offset) for r in records] == [(0, 0), (2, 0), (2, 1)]


def test_deletions_are_read(cluster: Producer, settings: Settings) -> None:
    """A record without a value keeps its key."""
    cluster.produce(TOPIC, None, key=b"alice", partition=0)
    cluster.flush(10)
    (record,) = read_topic(settings, TOPIC)

    assert (record.key, record.value) == (b"alice", None)


def test_newest_bounds_what_is_read(cluster: Producer, settings: Settings) -> None:
    """Only so many records of a partition are read, the newest."""
    fill(cluster, TOPIC, [b"a", b"b", b"c"], partition=1)

    assert [r.value for r in read_topic(settings, TOPIC, newest=2)] == [b"b", b"c"]


def test_empty_topic_is_read_at_once(cluster: Producer, settings: Settings) -> None:
    """A topic without records has none, and nobody waits for one."""
    cluster.list_topics(TOPIC, timeout=10)

    assert read_topic(settings, TOPIC) == []


def test_since_needs_a_time_zone(settings: Settings) -> None:
    """A point in time that nobody can place is refused."""
    with pytest.raises(ValueError, match="`since` must have a time zone"):
        read_topic(settings, TOPIC, since=datetime(2026, 11, 23))  # noqa: DTZ001, that is what is refused


def test_brokers_must_answer(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Brokers that are not there are an error that names them, not an empty list."""
    monkeypatch.setattr(topics, "_ANSWER_S", 0.5)
    nobody = dataclasses.replace(settings, bootstrap_servers="127.0.0.1:1")

    with pytest.raises(SourceError, match=r"must answer; got .* from '127\.0\.0\.1:1'"):
        read_topic(nobody, TOPIC)
