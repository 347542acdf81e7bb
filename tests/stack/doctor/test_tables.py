"""Tables are compared with what `stack topics` makes; each fault has its cure."""

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from dataflows.settings import Settings
from stack.doctor.context import Context
from stack.doctor.finding import Level
from stack.doctor.tables import check_tables
from stack.services.tables import ensure_tables, tables_of
from tests.stack.doctor.samples import context, levels

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PROFILES_ONLY = Settings(write_history=False)


def deny(looked: Context, action: str) -> None:
    """Let AWS refuse an action of this context's client."""

    def refuse(**_: Any) -> None:
        answer: Any = {"Error": {"Code": "AccessDeniedException", "Message": "no"}}
        raise ClientError(answer, action)

    looked.dynamodb.meta.events.register(f"before-call.dynamodb.{action}", refuse)


def test_tables_are_well(aws: "DynamoDBClient") -> None:
    """Tables that the stack has made are well."""
    ensure_tables(aws, tables_of(Settings()))

    assert levels(check_tables(context())) == [Level.OK, Level.OK]


def test_missing_tables(aws: "DynamoDBClient") -> None:
    """A table that is not there is told with place, command and variable."""
    del aws

    first, second = check_tables(context())

    assert first.level is second.level is Level.PROBLEM
    assert first.found == "there is no such table at AWS, eu-west-1"
    assert "`python -m stack topics`" in first.cure
    assert "`HISTORY_TABLE`" in second.cure


def test_other_table(aws: "DynamoDBClient") -> None:
    """Another key, no expiry and provisioned capacity are told, the key worst."""
    aws.create_table(
        TableName="viewer_profiles",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "N"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
    )

    key, billing, expiry, off = check_tables(context(settings=PROFILES_ONLY))

    assert (key.level, key.found) == (
        Level.PROBLEM,
        "its key is id N, not viewer_id S",
    )
    assert billing.level is Level.NOTE
    assert expiry.level is Level.WARNING
    assert "aws dynamodb update-time-to-live" in expiry.cure
    assert (off.subject, off.level) == ("video_events", Level.NOTE)


def test_describing_is_not_allowed(aws: "DynamoDBClient") -> None:
    """The flow describes its tables: that it may not is a problem that names it."""
    ensure_tables(aws, tables_of(PROFILES_ONLY))
    looked = context(settings=PROFILES_ONLY)
    deny(looked, "DescribeTable")

    finding, _ = check_tables(looked)

    assert finding.level is Level.PROBLEM
    assert "`dynamodb:DescribeTable`" in finding.cure


def test_expiry_is_hidden(aws: "DynamoDBClient") -> None:
    """What only the doctor asks for is unchecked where it is not allowed."""
    ensure_tables(aws, tables_of(PROFILES_ONLY))
    looked = context(settings=PROFILES_ONLY)
    deny(looked, "DescribeTimeToLive")

    finding, _ = check_tables(looked)

    assert finding.level is Level.UNCHECKED
    assert "`dynamodb:DescribeTimeToLive`" in finding.cure
