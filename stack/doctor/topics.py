"""Whether the topics are there and are set as the flow needs them.

How a topic must be is said in `stack.services.topics`; here it is only compared.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import PartitionMetadata  # type: ignore[attr-defined]

from dataflows.settings import Settings
from stack.doctor.context import Context
from stack.doctor.finding import Finding, note, ok, problem, unchecked, warning
from stack.doctor.permissions import allow
from stack.doctor.variables import variable_of
from stack.services.topics import Topic, topics_of

__all__ = ["check_topics", "replica_findings", "setting_findings"]

_ALTER: Final = (
    "`kafka-configs.sh --bootstrap-server {servers} --alter --entity-type topics "
    "--entity-name {topic} --add-config {key}={wanted}`"
)
_SIZE: Final = "max.message.bytes"
_LOSSES: Final = {
    "compact": "viewers' profiles expire that are still in force, or pile up",
    "delete": "records that share a key are thrown away but for the last",
}
_ANY: Final = 0
"""Partitions of a topic that may have as many as its owner likes."""


def check_topics(context: Context) -> list[Finding]:
    """Compare every topic with how `python -m stack topics` would have made it."""
    return [
        finding
        for topic in topics_of(context.settings, _ANY)
        for finding in _topic_findings(context, topic)
    ]


def _topic_findings(context: Context, topic: Topic) -> list[Finding]:
    kafka, settings = context.kafka, context.settings
    numbers = kafka.partitions(topic.name)
    if not numbers:
        found = "there is no such topic, or this user may not see it"
        variable = variable_of(settings, topic.name)
        cure = f"create it with `python -m stack topics`, or correct `{variable}`"
        return [problem(topic.name, found, cure)]
    brokers = kafka.cluster.brokers
    partitions = kafka.cluster.topics[topic.name].partitions.values()
    compared = "set as it must be"
    if kafka.is_stand_in:
        compared = "settings not compared"
        findings = replica_findings(topic.name, partitions, len(brokers), {})
    else:
        try:
            config = kafka.config(topic.name)
        except KafkaException as ex:
            if ex.args[0].code() != KafkaError.TOPIC_AUTHORIZATION_FAILED:
                raise
            cure = allow(settings, topic.name, "DescribeConfigs")
            found = "this user may not see its settings"
            return [unchecked(topic.name, found, cure)]
        findings = _count_findings(topic, len(numbers))
        findings += setting_findings(topic, config, settings)
        findings += replica_findings(topic.name, partitions, len(brokers), config)
    kept = f"{len(numbers)} partition{'s' * (len(numbers) > 1)}, {compared}"
    return findings or [ok(topic.name, kept)]


def _count_findings(topic: Topic, count: int) -> list[Finding]:
    if topic.partitions in {_ANY, count}:
        return []
    found = f"it has {count} partitions, not {topic.partitions}"
    return [note(topic.name, found, "leave it if it is meant so")]


def setting_findings(
    topic: Topic, config: Mapping[str, str], settings: Settings
) -> list[Finding]:
    """Judge a topic's settings: what breaks the flow, what limits it, what differs."""
    wanted = dict(topic.config)
    if topic.name == settings.source_topic:
        # Nobody has to set it; but of a viewer's events only the last would be left.
        wanted.setdefault("cleanup.policy", "delete")
    return [
        _difference(topic.name, key, config.get(key, "unset"), value, settings)
        for key, value in wanted.items()
        if config.get(key) != value
    ]


def _difference(
    name: str, key: str, found: str, wanted: str, settings: Settings
) -> Finding:
    differs = f"`{key}` is {found}, not {wanted}"
    cure = _ALTER.format(
        servers=settings.bootstrap_servers, topic=name, key=key, wanted=wanted
    )
    if key == "cleanup.policy":
        return problem(name, f"{differs}: {_LOSSES[wanted]}", cure)
    if key == _SIZE and found.isdecimal() and int(found) < int(wanted):
        return warning(name, f"{differs}: a larger message does not get in", cure)
    return note(name, differs, f"leave it if it is meant so, else {cure}")


def replica_findings(
    name: str,
    partitions: Iterable[PartitionMetadata],
    brokers: int,
    config: Mapping[str, str],
) -> list[Finding]:
    """Judge how a topic would stand the loss of a broker."""
    findings = []
    partitions = list(partitions)
    headless = [str(p.id) for p in partitions if p.leader < 0]
    if headless:
        found = f"partitions {', '.join(headless)} have no leader"
        findings.append(problem(name, found, "bring the brokers back that hold them"))
    behind = [str(p.id) for p in partitions if len(p.isrs) < len(p.replicas)]
    if behind:
        found = f"partitions {', '.join(behind)} lack replicas in sync"
        cure = "look for a broker that is down or slow"
        findings.append(warning(name, found, cure))
    replicas = min((len(p.replicas) for p in partitions), default=0)
    enough = min(3, brokers)
    if replicas < enough:
        found = f"{replicas} replicas on {brokers} brokers: losing one can lose records"
        cure = f"give it {enough} with `kafka-reassign-partitions.sh`"
        findings.append(warning(name, found, cure))
    in_sync = int(config.get("min.insync.replicas", "1"))
    if replicas > 1 and in_sync >= replicas:
        found = f"`min.insync.replicas` is {in_sync} of {replicas} replicas: with one "
        cure = f"set it to {replicas - 1}"
        findings.append(warning(name, f"{found}broker down nothing gets in", cure))
    return findings
