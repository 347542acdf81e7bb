"""Which of DynamoDB's faults pass, which are one item's, and what cures the rest.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
"""

import random
from collections.abc import Mapping
from typing import Final, TypeAlias

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,  # noqa: A004, botocore's own, which is not an OSError
    CredentialRetrievalError,
    HTTPClientError,
    IncompleteReadError,
    MetadataRetrievalError,
)

__all__ = [
    "ITEM_FAULTS",
    "AnyFault",
    "TransientFault",
    "backoff_s",
    "cure",
    "rule",
    "transient",
]

AnyFault: TypeAlias = BotoCoreError | ClientError

# The whole batch is refused for these, though one item of it is at fault.
ITEM_FAULTS: Final = frozenset(
    {
        "ItemCollectionSizeLimitExceededException",
        "SerializationException",
        "ValidationException",
    }
)

_THROTTLES: Final = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ThrottlingException",
    }
)
_CONFLICTS: Final = frozenset(
    {"ReplicatedWriteConflictException", "TransactionConflictException"}
)
_OUTAGES: Final = (
    ConnectionError,
    CredentialRetrievalError,
    HTTPClientError,
    IncompleteReadError,
    MetadataRetrievalError,
)
_FIRST_SERVER_STATUS: Final = 500

# A throttle ends within a second, since capacity is counted by the second; after an
# outage, nobody should wait much longer than it took.
_BACKOFF_BASE_S: Final = 0.05
_BACKOFF_MOST_S: Final = 5.0
_BACKOFF_DOUBLINGS: Final = 7

_CURES: Final[Mapping[str, str]] = {
    "AccessDeniedException": (
        "allow dynamodb:DescribeTable, dynamodb:BatchGetItem and "
        "dynamodb:BatchWriteItem on the table"
    ),
    "NoCredentialsError": "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a role",
    "ResourceNotFoundException": "create the table with `python -m stack topics`",
    **dict.fromkeys(ITEM_FAULTS, "mend the item, or keep it from this sink"),
}


class TransientFault(Exception):  # noqa: N818, it ends in a retry, never in an error
    """A fault that passes: the same request will be right later.

    Args:
        fault: botocore's exception.
        throttled: we were too fast; nothing is broken.

    """

    def __init__(self, fault: AnyFault, *, throttled: bool) -> None:
        super().__init__(str(fault))
        self.throttled = throttled


def backoff_s(failures: int) -> float:
    """Return how long to wait after failures in a row: exponential, full jitter.

    https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
    """
    most = _BACKOFF_BASE_S * 2 ** min(failures, _BACKOFF_DOUBLINGS)
    return random.uniform(0, min(most, _BACKOFF_MOST_S))  # noqa: S311, no secret


def transient(fault: AnyFault) -> TransientFault | None:
    """Return the fault as one that passes, or `None` if it does not."""
    if not isinstance(fault, ClientError):
        passes = isinstance(fault, _OUTAGES)
        return TransientFault(fault, throttled=False) if passes else None
    name, metadata = rule(fault), fault.response.get("ResponseMetadata", {})
    if name in _THROTTLES:
        return TransientFault(fault, throttled=True)
    if name in _CONFLICTS or metadata.get("HTTPStatusCode", 0) >= _FIRST_SERVER_STATUS:
        return TransientFault(fault, throttled=False)
    return None


def rule(fault: AnyFault) -> str:
    """Return AWS's name of the fault, or botocore's."""
    if isinstance(fault, ClientError):
        return fault.response["Error"]["Code"]
    return type(fault).__name__


def cure(fault: AnyFault) -> str:
    """Return what to do about a fault that does not pass."""
    return _CURES.get(rule(fault), "check the credentials, the region and the endpoint")
