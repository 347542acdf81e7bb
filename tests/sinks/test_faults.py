"""Which faults pass."""

import pytest
from botocore.exceptions import (
    ConnectTimeoutError,
    CredentialRetrievalError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
    ReadTimeoutError,
)

from sinks.faults import AnyFault, backoff_s, cure, rule, transient
from tests.sinks.stand_ins import client_error

PASSING: list[AnyFault] = [
    EndpointConnectionError(endpoint_url="http://127.0.0.1"),
    ConnectTimeoutError(endpoint_url="http://127.0.0.1"),
    ReadTimeoutError(endpoint_url="http://127.0.0.1"),
    CredentialRetrievalError(provider="role", error_msg="busy"),
    client_error("InternalServerError", 500),
    client_error("ServiceUnavailable", 503),
    client_error("TransactionConflictException"),
    client_error("ProvisionedThroughputExceededException"),
    client_error("ThrottlingException"),
]
LASTING: list[AnyFault] = [
    NoCredentialsError(),
    ParamValidationError(report="bad"),
    client_error("ValidationException"),
    client_error("AccessDeniedException"),
    client_error("ResourceNotFoundException"),
    client_error("UnrecognizedClientException"),
]


@pytest.mark.parametrize("fault", PASSING, ids=rule)
def test_passing(fault: AnyFault) -> None:
    """Outages, throttles and conflicts pass."""
    assert transient(fault) is not None


@pytest.mark.parametrize("fault", LASTING, ids=rule)
def test_lasting(fault: AnyFault) -> None:
    """What we do wrong, or may not do, stays wrong, and has a cure."""
    assert transient(fault) is None
    assert cure(fault)


def test_throttles_are_told_apart() -> None:
    """Being too fast is not the same as an outage."""
    told = [transient(fault) for fault in PASSING]

    assert [fault.throttled for fault in told if fault] == [False] * 7 + [True] * 2


@pytest.mark.parametrize(
    ("failures", "most"), [(1, 0.1), (2, 0.2), (7, 5.0), (10_000, 5.0)]
)
def test_backoff(failures: int, most: float) -> None:
    """The wait is somewhere under a bound that doubles up to a limit."""
    waits = [backoff_s(failures) for _ in range(200)]

    assert all(0 <= wait <= most for wait in waits)
    assert max(waits) > most / 2
