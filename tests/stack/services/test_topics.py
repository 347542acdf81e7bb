"""Topics are created once, and one that is set otherwise is reported, not changed."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from dataflows.settings import Settings
from stack.errors import StackError
from stack.services.light import mock_kafka
from stack.services.ports import HOST, free_ports
from stack.services.topics import (
    Found,
    Topic,
    ensure_topics,
    topic_differences,
    topics_of,
)

TOPIC = Topic(name="events", partitions=4, config={"retention.ms": "1000"})


@pytest.fixture(scope="module")
def servers() -> Iterator[str]:
    """Keep a mock cluster for the module."""
    with mock_kafka() as servers:
        yield servers


def test_topics_are_created_once(servers: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first call creates every topic, the second finds every one."""
    monkeypatch.setattr("stack.services.topics._TIMEOUT_S", 60.0)  # a busy machine
    topics = topics_of(Settings(), 4)

    first = ensure_topics(servers, topics)
    again = ensure_topics(servers, topics)

    assert {outcome.found for outcome in first} == {Found.CREATED}
    assert {outcome.found for outcome in again} == {Found.EXISTS}
    there = AdminClient({"bootstrap.servers": servers}).list_topics(timeout=10).topics
    assert {topic.name for topic in topics} <= set(there)


def test_config_reaches_the_client(servers: str) -> None:
    """More of librdkafka's settings, security's for instance, are the client's."""
    with pytest.raises(KafkaException, match=r"no\.such\.property"):
        ensure_topics(servers, [TOPIC], {"no.such.property": "x"})


def test_names_come_from_settings() -> None:
    """Every topic that the settings name is set up, and no other."""
    settings = Settings(source_topic="in", profiles_topic="profiles")

    names = [topic.name for topic in topics_of(settings, 4)]

    assert names == [
        "in",
        "profiles",
        settings.audience_topic,
        settings.audience_minutes_topic,
        settings.dead_letters_topic,
    ]


@pytest.mark.parametrize(
    ("name", "retention"),
    [
        ("live-audience", timedelta(hours=48)),
        ("live-audience-minutes", timedelta(days=30)),
        ("live-viewer-dead-letters", timedelta(days=7)),
    ],
)
def test_retention(name: str, retention: timedelta) -> None:
    """The audience is kept for two days, its minutes for 30, dead letters for 7."""
    topic = next(topic for topic in topics_of(Settings(), 4) if topic.name == name)

    kept = timedelta(milliseconds=int(topic.config["retention.ms"]))

    assert (topic.partitions, kept) == (1, retention)


def test_large_messages_pass() -> None:
    """10 MB fit into the source topic, and what it takes is a dead letter, too."""
    source, *_, letters = topics_of(Settings(), 4)
    taken = int(source.config["max.message.bytes"])

    assert taken > 11_000_000
    assert int(letters.config["max.message.bytes"]) == taken + 64 * 1024


def test_profiles_are_compacted() -> None:
    """Of a viewer's profiles the newest is enough, forever."""
    profiles = topics_of(Settings(), 4)[1]

    assert profiles.config["cleanup.policy"] == "compact"
    assert "retention.ms" not in profiles.config


def test_same_topic_exists() -> None:
    """A topic that is as it should be is said to exist, whatever else is set."""
    config = {"retention.ms": "1000", "preallocate": "true"}

    assert topic_differences(TOPIC, 4, config).found is Found.EXISTS


def test_differences_are_told() -> None:
    """What differs is told with both values and what to do."""
    outcome = topic_differences(TOPIC, 1, {"retention.ms": "5"})

    assert outcome.found is Found.DIFFERS
    assert outcome.detail == (
        "it has 1 partitions, not 4, retention.ms is 5, not 1000; "
        "leave it if it is meant so, else alter it with Kafka's own tools"
    )


def test_no_broker_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a broker the error names the place and the variable that says it."""
    monkeypatch.setattr("stack.services.topics._TIMEOUT_S", 0.2)
    (port,) = free_ports(1)

    with pytest.raises(StackError, match=f"{HOST}:{port}.*`KAFKA_BOOTSTRAP_SERVERS`"):
        ensure_topics(f"{HOST}:{port}", [TOPIC])
