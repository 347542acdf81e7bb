"""The Kafka topics that the flow reads and writes: made once, then only looked at.

A topic that is there already and set otherwise is reported and left alone: its owner
may have meant it so.
"""

import time
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import (  # type: ignore[attr-defined]
    AdminClient,
    ClusterMetadata,
    ConfigResource,
    NewTopic,
    ResourceType,
)

from dataflows.settings import Settings
from stack.errors import StackError

__all__ = [
    "LARGEST_BYTES",
    "LARGEST_LETTER_BYTES",
    "Found",
    "Outcome",
    "Topic",
    "ensure_topics",
    "topic_differences",
    "topics_of",
]

_TIMEOUT_S: Final = 15.0
_POLL_S: Final = 0.05
_MIB: Final = 1024 * 1024

LARGEST_BYTES: Final = 12 * _MIB
"""What the source topic takes: 10 MB, more than Snowplow's largest, and a margin."""

LARGEST_LETTER_BYTES: Final = LARGEST_BYTES + 64 * 1024
"""What the dead letters take: such a message, and the headers that say why."""


class Found(StrEnum):
    """What became of a topic or table."""

    CREATED = "created"
    EXISTS = "exists"
    DIFFERS = "differs"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one topic or table; `detail` says what differs, and the cure."""

    kind: str
    name: str
    found: Found
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class Topic:
    """A topic as it should be; settings that it does not name are the broker's."""

    name: str
    partitions: int
    config: Mapping[str, str]


def topics_of(settings: Settings, partitions: int) -> list[Topic]:
    """Return the topics that these settings name.

    Args:
        settings: names of the topics.
        partitions: of the source topic and of the profiles.

    """
    return [
        Topic(
            name=settings.source_topic,
            partitions=partitions,
            config={"max.message.bytes": str(LARGEST_BYTES)},
        ),
        Topic(name=settings.profiles_topic, partitions=partitions, config=_COMPACTED),
        _kept(settings.audience_topic, timedelta(hours=48)),
        _kept(settings.audience_minutes_topic, timedelta(days=30)),
        _kept(
            settings.dead_letters_topic,
            timedelta(days=7),
            {"max.message.bytes": str(LARGEST_LETTER_BYTES)},
        ),
    ]


# https://kafka.apache.org/documentation/#topicconfigs
_COMPACTED: Final = {
    "cleanup.policy": "compact",
    # Only closed segments are compacted: close them soon, and begin at a tenth of
    # stale records, or a reader's start grows with every change ever made.
    "segment.ms": str(10 * 60 * 1000),
    "segment.bytes": str(64 * _MIB),
    "min.cleanable.dirty.ratio": "0.1",
    "max.compaction.lag.ms": str(60 * 60 * 1000),
    # A reader that takes longer than this to load could miss that a viewer is gone.
    "delete.retention.ms": str(24 * 60 * 60 * 1000),
    "max.message.bytes": str(_MIB),
}


def _kept(
    name: str, retention: timedelta, config: Mapping[str, str] | None = None
) -> Topic:
    milliseconds = str(retention // timedelta(milliseconds=1))
    base = {"cleanup.policy": "delete", "retention.ms": milliseconds}
    return Topic(name=name, partitions=1, config={**base, **(config or {})})


def ensure_topics(
    bootstrap_servers: str,
    topics: Sequence[Topic],
    config: Mapping[str, Any] | None = None,
) -> list[Outcome]:
    """Create the topics that are missing and compare those that are not.

    Args:
        bootstrap_servers: brokers to ask first, `host:port`, with commas between.
        topics: as they should be.
        config: more of librdkafka's settings, security's for instance.

    Raises:
        StackError: Kafka does not answer, or refuses.

    """
    admin = AdminClient(
        {**(config or {}), "bootstrap.servers": bootstrap_servers, "log_level": 0}
    )
    try:
        there = admin.list_topics(timeout=_TIMEOUT_S)
        created = [
            t for t in topics if t.name not in there.topics and _create(admin, t)
        ]
        there = _known(admin, {topic.name for topic in topics})
        return [
            Outcome(kind="topic", name=topic.name, found=Found.CREATED)
            if topic in created
            else _compare(admin, topic, there)
            for topic in topics
        ]
    except KafkaException as ex:
        msg = (
            f"can't set up topics at `{bootstrap_servers}`: {ex.args[0].str()}; "
            "is Kafka up, and `KAFKA_BOOTSTRAP_SERVERS` right?"
        )
        raise StackError(msg) from ex


def _is_mock(cluster: ClusterMetadata) -> bool:
    # librdkafka's mock cluster can't be told to create a topic; it creates one when a
    # client first asks for it. It knows no topic settings.
    return str(cluster.cluster_id).startswith("mockCluster")


def _create(admin: AdminClient, topic: Topic) -> bool:
    """Create a topic; return whether it was not there."""
    if _is_mock(admin.list_topics(topic.name, timeout=_TIMEOUT_S)):
        return True
    new = NewTopic(topic.name, topic.partitions, config=dict(topic.config))
    try:
        admin.create_topics([new], request_timeout=_TIMEOUT_S)[topic.name].result()
    except KafkaException as ex:
        if ex.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:
            raise
        return False
    return True


def _known(admin: AdminClient, names: AbstractSet[str]) -> ClusterMetadata:
    """Wait until the broker tells of all topics, which it does a moment late."""
    until = time.monotonic() + _TIMEOUT_S
    while True:
        cluster = admin.list_topics(timeout=_TIMEOUT_S)
        if names <= cluster.topics.keys():
            return cluster
        if time.monotonic() > until:
            missing = ", ".join(sorted(names - cluster.topics.keys()))
            msg = f"Kafka did not tell of its new topics in {_TIMEOUT_S:g} s: {missing}"
            raise StackError(msg)
        time.sleep(_POLL_S)


def _compare(admin: AdminClient, topic: Topic, cluster: ClusterMetadata) -> Outcome:
    if _is_mock(cluster):
        return Outcome(kind="topic", name=topic.name, found=Found.EXISTS)
    resource = ConfigResource(ResourceType.TOPIC, topic.name)
    answer = admin.describe_configs([resource], request_timeout=_TIMEOUT_S)
    config = {key: entry.value for key, entry in answer[resource].result().items()}
    return topic_differences(topic, len(cluster.topics[topic.name].partitions), config)


def topic_differences(
    topic: Topic, partitions: int, config: Mapping[str, str]
) -> Outcome:
    """Compare a topic as it should be with how it is."""
    differences = [
        f"{key} is {config.get(key)}, not {wanted}"
        for key, wanted in topic.config.items()
        if config.get(key) != wanted
    ]
    if partitions != topic.partitions:
        differences.insert(0, f"it has {partitions} partitions, not {topic.partitions}")
    if not differences:
        return Outcome(kind="topic", name=topic.name, found=Found.EXISTS)
    cure = "leave it if it is meant so, else alter it with Kafka's own tools"
    return Outcome(
        kind="topic",
        name=topic.name,
        found=Found.DIFFERS,
        detail=f"{', '.join(differences)}; {cure}",
    )
