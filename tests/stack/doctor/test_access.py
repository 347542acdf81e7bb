"""The flow's actions on the tables are tried, and change nothing."""

from typing import TYPE_CHECKING

import pytest

from dataflows.settings import Settings
from stack.doctor.access import check_table_permissions
from stack.doctor.finding import Level
from stack.services.tables import ensure_tables, tables_of
from tests.stack.doctor.samples import context, levels
from tests.stack.doctor.test_tables import PROFILES_ONLY, deny

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


def test_nothing_is_written(aws: "DynamoDBClient") -> None:
    """A user who may do all is well, and the tables are as they were."""
    ensure_tables(aws, tables_of(Settings()))
    item = {"viewer_id": {"S": "alice"}, "version": {"S": "1"}}
    aws.put_item(TableName="viewer_profiles", Item=item)

    assert levels(check_table_permissions(context())) == [Level.OK]
    assert aws.scan(TableName="viewer_profiles")["Items"] == [item]
    assert aws.scan(TableName="video_events")["Items"] == []


@pytest.mark.parametrize("action", ["BatchGetItem", "BatchWriteItem"])
def test_action_is_named(aws: "DynamoDBClient", action: str) -> None:
    """An action that is not allowed is a problem that names it."""
    ensure_tables(aws, tables_of(PROFILES_ONLY))
    looked = context(settings=PROFILES_ONLY)
    deny(looked, action)

    (finding,) = check_table_permissions(looked)

    assert finding.level is Level.PROBLEM
    assert finding.found == f"this user lacks `dynamodb:{action}`"


def test_missing_tables_are_told_elsewhere(aws: "DynamoDBClient") -> None:
    """That a table is not there says nothing of what is allowed."""
    del aws

    assert Level.PROBLEM not in levels(check_table_permissions(context()))


def test_no_tables() -> None:
    """With both tables off, DynamoDB is not asked."""
    off = Settings(write_profiles=False, write_history=False)

    assert check_table_permissions(context(settings=off)) == []
