"""Stand-ins for the services, shared by the tests of this folder."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from moto import mock_aws

from dataflows.settings import Settings
from stack.services.light import mock_kafka
from stack.services.tables import client_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@pytest.fixture
def servers() -> Iterator[str]:
    """Keep a mock cluster that knows no topic."""
    with mock_kafka() as servers:
        yield servers


@pytest.fixture
def aws() -> Iterator["DynamoDBClient"]:
    """Be on an AWS without tables."""
    with mock_aws():
        client = client_of(Settings())
        yield client
        client.close()
