"""What the flow does with the topics, this user must be allowed to do."""

from confluent_kafka.admin import AclOperation  # type: ignore[attr-defined]

from dataflows.settings import Settings
from stack.doctor.finding import Level
from stack.doctor.permissions import check_permissions, permission_findings
from tests.stack.doctor.samples import context, levels

SETTINGS = Settings()
SOURCE, PROFILES = SETTINGS.source_topic, SETTINGS.profiles_topic
READ, WRITE = AclOperation.READ, AclOperation.WRITE


def test_reads_and_writes() -> None:
    """The source is read and not written; a user who may do no more is well."""
    findings = permission_findings({SOURCE: {READ}, PROFILES: {READ, WRITE}}, SETTINGS)

    assert levels(findings) == [Level.OK]
    assert "nothing was written" in findings[0].found


def test_what_is_missing_is_named() -> None:
    """Each operation that is not allowed is named, with the command that allows it."""
    first, second = permission_findings({SOURCE: set(), PROFILES: {READ}}, SETTINGS)

    assert (first.subject, first.found) == (SOURCE, "this user lacks `Read`")
    assert second.found == "this user lacks `Write`"
    assert "--operation Write --topic live-viewer-profiles" in second.cure


def test_broker_that_does_not_tell() -> None:
    """Where the broker tells nothing, that is said, and nothing is guessed."""
    (finding,) = permission_findings({SOURCE: None}, SETTINGS)

    assert finding.level is Level.NOTE


def test_stand_in_has_no_users(servers: str) -> None:
    """The mock cluster is not asked what it can't know."""
    looked = context(servers)

    assert check_permissions(looked) == []
    looked.close()
