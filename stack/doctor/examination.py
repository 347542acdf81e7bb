"""All checks, in the order of what hangs on what, and how one that fails is told."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,  # noqa: A004, botocore's own, which is not an OSError
)
from confluent_kafka import KafkaError, KafkaException

from sinks import faults
from stack.doctor.access import check_table_permissions
from stack.doctor.brokers import check_brokers
from stack.doctor.clocks import check_event_clocks, check_table_clock
from stack.doctor.context import Context
from stack.doctor.events import check_arrival, check_decoding
from stack.doctor.finding import Finding, problem, unchecked
from stack.doctor.flow import check_flow
from stack.doctor.keys import check_keys
from stack.doctor.letters import check_letters
from stack.doctor.machine import check_ports, check_versions
from stack.doctor.permissions import check_permissions
from stack.doctor.players import check_players
from stack.doctor.profiles import check_profiles
from stack.doctor.recovery import check_recovery
from stack.doctor.tables import check_tables
from stack.doctor.topics import check_topics

__all__ = ["CHECKS", "Check", "Service", "examine"]


class Service(Enum):
    """What a check needs to be up."""

    KAFKA = auto()
    DYNAMODB = auto()


@dataclass(frozen=True)
class Check:
    """A check, the heading of what it finds, and what it needs."""

    title: str
    run: Callable[[Context], list[Finding]]
    needs: frozenset[Service] = frozenset()


_NO_ANSWER: Final = (
    "start it (on a laptop `python -m stack services`), or correct `AWS_ENDPOINT_URL`"
)
_KAFKA: Final = frozenset({Service.KAFKA})
_DYNAMODB: Final = frozenset({Service.DYNAMODB})

CHECKS: Final = (
    Check("this machine", check_versions),
    Check("this machine", check_ports),
    Check("this machine", check_recovery),
    Check("brokers", check_brokers, _KAFKA),
    Check("topics", check_topics, _KAFKA),
    Check("topics", check_permissions, _KAFKA),
    Check("tables", check_tables, _DYNAMODB),
    Check("tables", check_table_permissions, _DYNAMODB),
    Check("tables", check_table_clock, _DYNAMODB),
    Check("events", check_arrival, _KAFKA),
    Check("events", check_decoding, _KAFKA),
    Check("events", check_keys, _KAFKA),
    Check("events", check_players, _KAFKA),
    Check("events", check_event_clocks, _KAFKA),
    Check("the flow", check_flow, _KAFKA),
    Check("the flow", check_letters, _KAFKA),
    Check("profiles", check_profiles, _KAFKA | _DYNAMODB),
)


def examine(
    context: Context, checks: Sequence[Check] = CHECKS
) -> Iterator[tuple[str, list[Finding]]]:
    """Yield what each check finds under its title, as it comes.

    Once a check finds that a service can't be used, those that need it are left out,
    and told together at the end.
    """
    down: set[Service] = set()
    left_out: dict[str, None] = {}
    told: set[tuple[str, Finding]] = set()
    for check in checks:
        if check.needs & down:
            left_out[check.title] = None
            continue
        findings = _run(check, context)
        if any(finding.stops for finding in findings):
            down |= check.needs
        # Checks that read the same thing fail alike: once is enough.
        yield check.title, [f for f in findings if (check.title, f) not in told]
        told.update((check.title, finding) for finding in findings)
    if left_out:
        found = f"{', '.join(left_out)}: for want of what is said above"
        cure = "cure that first, then ask again"
        yield "not looked at", [unchecked("the rest", found, cure)]


def _run(check: Check, context: Context) -> list[Finding]:
    try:
        return check.run(context)
    except KafkaException as ex:
        return [_kafka_finding(check.title, ex.args[0])]
    except (BotoCoreError, ClientError) as ex:
        place = (
            context.settings.aws_endpoint_url or f"AWS, {context.settings.aws_region}"
        )
        found = f"DynamoDB at {place} can't be used: {ex}"
        cure = _NO_ANSWER if isinstance(ex, ConnectionError) else faults.cure(ex)
        return [problem("DynamoDB", found, cure, stops=True)]


def _kafka_finding(title: str, error: KafkaError) -> Finding:
    """Return what a fault that no check expects means for the rest."""
    found = f"Kafka could not be asked: {error.str()}"
    if error.code() in _DENIED:
        cure = "allow this user to describe and read the topics"
        return problem(title, found, cure)
    cure = "look at the broker's log, and whether it has much to do; then ask again"
    return unchecked(title, found, cure, stops=True)


_DENIED: Final = frozenset(
    {
        KafkaError.TOPIC_AUTHORIZATION_FAILED,
        KafkaError.GROUP_AUTHORIZATION_FAILED,
        KafkaError.CLUSTER_AUTHORIZATION_FAILED,
    }
)
