"""Tables are created once, and one that is set otherwise is reported, not changed."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from moto import mock_aws

from dataflows.settings import Settings
from stack.errors import StackError
from stack.services.ports import HOST, free_ports
from stack.services.tables import (
    Table,
    client_of,
    ensure_tables,
    local_client,
    tables_of,
)
from stack.services.topics import Found

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

HISTORY = Table(name="video_events", keys=("viewer_id", "collector_tstamp"))


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator["DynamoDBClient"]:
    """Be on an AWS without tables."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with mock_aws():
        client = client_of(Settings())
        yield client
        client.close()


def test_tables_are_created_once(client: "DynamoDBClient") -> None:
    """The first call creates both tables, the second finds them."""
    tables = tables_of(Settings())

    first = ensure_tables(client, tables)
    again = ensure_tables(client, tables)

    assert [(o.name, o.found) for o in first] == [
        ("viewer_profiles", Found.CREATED),
        ("video_events", Found.CREATED),
    ]
    assert [o.found for o in again] == [Found.EXISTS, Found.EXISTS]


def test_table_has_keys_billing_and_expiry(client: "DynamoDBClient") -> None:
    """A table has its keys, pay per request, and items that expire by `expires_at`."""
    ensure_tables(client, [HISTORY])

    table = client.describe_table(TableName=HISTORY.name)["Table"]
    ttl = client.describe_time_to_live(TableName=HISTORY.name)
    assert table["KeySchema"] == [
        {"AttributeName": "viewer_id", "KeyType": "HASH"},
        {"AttributeName": "collector_tstamp", "KeyType": "RANGE"},
    ]
    assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert ttl["TimeToLiveDescription"]["AttributeName"] == "expires_at"


def test_differences_are_told(client: "DynamoDBClient") -> None:
    """A table with other keys, expiry and billing is told, and left as it is."""
    client.create_table(
        TableName=HISTORY.name,
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "N"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
    )

    (outcome,) = ensure_tables(client, [HISTORY])

    assert outcome.found is Found.DIFFERS
    assert "its keys are id N, not viewer_id S, collector_tstamp S" in outcome.detail
    assert "its items expire by None, not expires_at" in outcome.detail
    assert "its billing is PROVISIONED" in outcome.detail


def test_table_that_is_off_is_not_made() -> None:
    """A table that the settings switch off is not set up."""
    settings = Settings(write_history=False)

    assert [table.name for table in tables_of(settings)] == ["viewer_profiles"]
    assert tables_of(Settings(write_history=False, write_profiles=False)) == []


def test_no_dynamodb_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without DynamoDB the error names the place and the variable that says it."""
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    url = f"http://{HOST}:{free_ports(1)[0]}"
    client = local_client(url)

    with pytest.raises(StackError, match=f"{url}`.*`AWS_ENDPOINT_URL` right"):
        ensure_tables(client, [HISTORY])
    client.close()
