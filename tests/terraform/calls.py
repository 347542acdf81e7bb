"""What the code asks of AWS and of Kafka, written down while it does."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from logging import Handler, Logger, LogRecord, getLogger
from typing import Any, Final

import botocore.client
import pytest

__all__ = ["KAFKA_ACTIONS", "Requests", "recorded_calls"]

_TABLES: Final = ("TableName", "RequestItems")
_SENT: Final = re.compile(r"Sent (\w+?)Request ")

# https://docs.aws.amazon.com/msk/latest/developerguide/kafka-actions.html
KAFKA_ACTIONS: Final = {
    "ApiVersion": "kafka-cluster:Connect",
    "CreateTopics": "kafka-cluster:CreateTopic",
    "DescribeConfigs": "kafka-cluster:DescribeTopicDynamicConfiguration",
    "Fetch": "kafka-cluster:ReadData",
    "FindCoordinator": "kafka-cluster:DescribeGroup",
    # Part of every connection; IAM knows no action of its own for it.
    "GetTelemetrySubscriptions": "kafka-cluster:Connect",
    "InitProducerId": "kafka-cluster:WriteDataIdempotently",
    "ListOffsets": "kafka-cluster:DescribeTopic",
    "Metadata": "kafka-cluster:DescribeTopic",
    "OffsetCommit": "kafka-cluster:AlterGroup",
    "OffsetFetch": "kafka-cluster:DescribeGroup",
    "Produce": "kafka-cluster:WriteData",
}
"""The action that IAM asks for, by the request of Kafka's protocol."""


@contextmanager
def recorded_calls(patch: pytest.MonkeyPatch) -> Iterator[set[tuple[str, str]]]:
    """Record calls of DynamoDB through boto3: the action and the table's name."""
    calls: set[tuple[str, str]] = set()
    call = botocore.client.BaseClient._make_api_call  # type: ignore[attr-defined]

    def recording(client: Any, name: str, params: dict[str, Any]) -> Any:
        service = client.meta.service_model.service_name
        for argument in _TABLES:
            tables = params.get(argument, ())
            for table in [tables] if isinstance(tables, str) else tables:
                calls.add((f"{service}:{name}", table))
        return call(client, name, params)

    with patch.context() as patched:
        patched.setattr(botocore.client.BaseClient, "_make_api_call", recording)
        yield calls


class Requests(Handler):
    """The requests that librdkafka says it sent; `config` makes a client say so."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: set[str] = set()
        logger: Logger = getLogger(f"tests.terraform.{id(self)}")
        logger.setLevel("DEBUG")
        logger.propagate = False
        logger.addHandler(self)
        self.config: dict[str, Any] = {"debug": "protocol", "logger": logger}

    def emit(self, record: LogRecord) -> None:
        """Take note of a request."""
        if match := _SENT.search(record.getMessage()):
            self.sent.add(match[1])

    def actions(self) -> set[str]:
        """Return what IAM must allow for these requests.

        Raises:
            KeyError: one of them is not in `KAFKA_ACTIONS`.

        """
        return {KAFKA_ACTIONS[request] for request in self.sent}
