"""Topics are compared with what `stack topics` makes, and judged by what it costs."""

import pytest
from confluent_kafka.admin import PartitionMetadata  # type: ignore[attr-defined]

from dataflows.settings import Settings
from stack.doctor.finding import Level
from stack.doctor.topics import check_topics, replica_findings, setting_findings
from stack.services.topics import ensure_topics, topics_of
from tests.stack.doctor.samples import context, levels

SETTINGS = Settings()
SOURCE, PROFILES, AUDIENCE, _, LETTERS = topics_of(SETTINGS, 4)


def partition(
    leader: int = 1, replicas: int = 1, in_sync: int | None = None
) -> PartitionMetadata:
    """Return what a broker tells of a partition."""
    found = PartitionMetadata()
    found.id, found.leader = 3, leader
    found.replicas = list(range(replicas))
    found.isrs = found.replicas[:in_sync]
    return found


def test_topics_are_there(servers: str) -> None:
    """Topics that the stack has made are well."""
    ensure_topics(servers, topics_of(SETTINGS, 4))
    looked = context(servers)

    assert levels(check_topics(looked)) == [Level.OK] * 5
    looked.close()


def test_missing_topics(servers: str) -> None:
    """Each topic that is not there is told, with the command and the variable."""
    looked = context(servers)
    findings = check_topics(looked)
    looked.close()

    assert levels(findings) == [Level.PROBLEM] * 5
    assert findings[0].subject == SETTINGS.source_topic
    assert "`python -m stack topics`" in findings[0].cure
    assert "`SOURCE_TOPIC`" in findings[0].cure


def test_settings_as_they_must_be() -> None:
    """A topic that is set as it must be gives nothing to say."""
    assert setting_findings(PROFILES, PROFILES.config, SETTINGS) == []


def test_profiles_not_compacted() -> None:
    """Profiles that are not compacted are a problem, with the command that mends it."""
    config = {**PROFILES.config, "cleanup.policy": "delete"}

    (finding,) = setting_findings(PROFILES, config, SETTINGS)

    assert finding.level is Level.PROBLEM
    assert finding.found.startswith("`cleanup.policy` is delete, not compact")
    assert "--entity-name live-viewer-profiles" in finding.cure
    assert "--add-config cleanup.policy=compact" in finding.cure


def test_events_compacted() -> None:
    """Of a compacted source topic only each viewer's last event would be left."""
    config = {**SOURCE.config, "cleanup.policy": "compact"}

    (finding,) = setting_findings(SOURCE, config, SETTINGS)

    assert finding.level is Level.PROBLEM


@pytest.mark.parametrize(
    ("size", "level"), [("1048588", Level.WARNING), ("99999999", Level.NOTE)]
)
def test_message_size(size: str, level: Level) -> None:
    """A topic that takes less than the largest message is a warning, more a note."""
    config = {**LETTERS.config, "max.message.bytes": size}

    assert levels(setting_findings(LETTERS, config, SETTINGS)) == [level]


def test_other_retention() -> None:
    """Another retention may be meant so: a note, with both values."""
    config = {**AUDIENCE.config, "retention.ms": "1000"}

    (finding,) = setting_findings(AUDIENCE, config, SETTINGS)

    assert finding.level is Level.NOTE
    assert finding.found == "`retention.ms` is 1000, not 172800000"


@pytest.mark.parametrize(
    ("found", "brokers", "in_sync", "expected"),
    [
        (partition(), 1, "1", []),
        (partition(replicas=3), 3, "2", []),
        (partition(leader=-1), 1, "1", ["no leader"]),
        (partition(replicas=3, in_sync=2), 3, "2", ["lack replicas in sync"]),
        (partition(), 3, "1", ["1 replicas on 3 brokers"]),
        (partition(replicas=3), 3, "3", ["nothing gets in"]),
    ],
)
def test_replicas(
    found: PartitionMetadata, brokers: int, in_sync: str, expected: list[str]
) -> None:
    """What the loss of a broker would cost is told, but not of a single broker."""
    findings = replica_findings("t", [found], brokers, {"min.insync.replicas": in_sync})

    assert len(findings) == len(expected)
    assert all(
        part in finding.found for part, finding in zip(expected, findings, strict=True)
    )
