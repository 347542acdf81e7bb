"""Checks run in their order; a fault is told and ends what hangs on it."""

from collections.abc import Callable

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from confluent_kafka import KafkaError, KafkaException

from stack.doctor.context import Context
from stack.doctor.examination import CHECKS, Check, Service, examine
from stack.doctor.finding import Finding, Level, ok, problem
from tests.stack.doctor.samples import context

KAFKA = frozenset({Service.KAFKA})
DYNAMODB = frozenset({Service.DYNAMODB})
BOTH = KAFKA | DYNAMODB
WELL = Check("table", lambda _: [ok("t", "is there")], DYNAMODB)
BROKEN = ClientError({"Error": {"Code": "ExpiredTokenException"}}, "DescribeTable")
AWAY = EndpointConnectionError(endpoint_url="http://127.0.0.1:1")


def raising(fault: Exception) -> Callable[[Context], list[Finding]]:
    """Return a check that fails."""

    def check(_: Context) -> list[Finding]:
        raise fault

    return check


def examined(*checks: Check) -> dict[str, list[Finding]]:
    """Return what is found by title."""
    return dict(examine(context(), checks))


def test_stopped_service_leaves_the_rest_out() -> None:
    """What needs a service that is down is left out and named; the others run."""
    down = Check("brokers", lambda _: [problem("k", "down", "up", stops=True)], KAFKA)
    left = Check("topics", raising(AssertionError()), KAFKA)
    both = Check("profiles", raising(AssertionError()), BOTH)

    found = examined(down, left, WELL, both)

    assert list(found) == ["brokers", "table", "not looked at"]
    (rest,) = found["not looked at"]
    assert rest.level is Level.UNCHECKED
    assert rest.found.startswith("topics, profiles:")


def test_slow_broker_is_no_traceback() -> None:
    """An answer of Kafka that does not come is unchecked, and ends the others."""
    fault = KafkaException(KafkaError(KafkaError._TIMED_OUT))
    found = examined(Check("topics", raising(fault), KAFKA), WELL)

    (finding,) = found["topics"]
    assert (finding.level, finding.stops) == (Level.UNCHECKED, True)
    assert "Timed out" in finding.found


def test_denied_topic_is_told_once() -> None:
    """What may not be read is a problem, once, and the next check is tried."""
    fault = KafkaException(KafkaError(KafkaError.TOPIC_AUTHORIZATION_FAILED))
    checks = [Check("events", raising(fault), KAFKA)] * 2

    (first, second) = [found for _, found in examine(context(), checks)]

    assert [finding.level for finding in first] == [Level.PROBLEM]
    assert second == []


@pytest.mark.parametrize(
    ("fault", "cure"), [(AWAY, "stack services"), (BROKEN, "credentials")]
)
def test_dynamodb_that_fails(fault: Exception, cure: str) -> None:
    """A fault of DynamoDB that no check expects is a problem, with place and cure."""
    (finding,) = examined(Check("tables", raising(fault), DYNAMODB))["tables"]

    assert (finding.level, finding.stops) == (Level.PROBLEM, True)
    assert "AWS, eu-west-1" in finding.found
    assert cure in finding.cure


def test_our_own_fault_is_not_hidden() -> None:
    """A fault of the doctor's own code is not taken for the system's."""
    with pytest.raises(ZeroDivisionError):
        examined(Check("topics", raising(ZeroDivisionError()), KAFKA))


def test_services_are_asked_first() -> None:
    """The brokers are looked at before anything that needs them."""
    first = next(check for check in CHECKS if Service.KAFKA in check.needs)

    assert first.title == "brokers"
