"""What the broker lets this user do with the topics."""

from collections.abc import Mapping
from typing import Final

from confluent_kafka.admin import AclOperation  # type: ignore[attr-defined]

from dataflows.settings import Settings
from stack.doctor.context import Context
from stack.doctor.finding import Finding, note, ok, problem
from stack.services.topics import topics_of

__all__ = ["allow", "check_permissions", "permission_findings"]

_ALLOW: Final = (
    "`kafka-acls.sh --bootstrap-server {servers} --add --allow-principal User:NAME "
    "--operation {operation} --topic {topic}`"
)


def check_permissions(context: Context) -> list[Finding]:
    """Ask what this user may do with the topics; nothing is written to find out."""
    kafka, settings = context.kafka, context.settings
    if kafka.is_stand_in:
        return []
    names = [topic.name for topic in topics_of(settings, 1)]
    allowed = {n: kafka.operations(n) for n in names if kafka.partitions(n)}
    return permission_findings(allowed, settings)


def permission_findings(
    allowed: Mapping[str, set[AclOperation] | None], settings: Settings
) -> list[Finding]:
    """Judge what may be done with each topic: all are read, all but one written."""
    findings = []
    for name, operations in allowed.items():
        if operations is None:
            found = "the broker does not tell what this user may do"
            findings.append(note(name, f"{found}: a run of the flow will show"))
            continue
        needed = [AclOperation.READ]
        if name != settings.source_topic:
            needed.append(AclOperation.WRITE)
        for operation in needed:
            if operation not in operations:
                what = operation.name.capitalize()
                cure = allow(settings, name, what)
                findings.append(problem(name, f"this user lacks `{what}`", cure))
    if findings:
        return findings
    found = f"this user may read and write as the flow does ({len(allowed)} topics)"
    return [ok("permissions", f"{found}; by the broker's word, nothing was written")]


def allow(settings: Settings, topic: str, operation: str) -> str:
    """Return the command that allows an operation on a topic."""
    servers = settings.bootstrap_servers
    return _ALLOW.format(servers=servers, topic=topic, operation=operation)
