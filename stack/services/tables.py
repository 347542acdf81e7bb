"""The DynamoDB tables that the flow writes: made once, then only looked at."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from dataflows.settings import Settings
from stack.errors import StackError
from stack.services.topics import Found, Outcome

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TableDescriptionTypeDef

__all__ = [
    "REGION",
    "TTL_ATTRIBUTE",
    "Table",
    "client_of",
    "ensure_tables",
    "local_client",
    "tables_of",
]

REGION: Final = "eu-west-1"
"""Region of the local tables; DynamoDB Local does not mind, moto keeps them apart."""

TTL_ATTRIBUTE: Final = "expires_at"
"""Seconds since the epoch at which DynamoDB may delete an item."""

_PATIENT: Final = Config(
    connect_timeout=5, read_timeout=15, retries={"mode": "standard"}
)


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table as it should be: its keys, all text, the partition key first."""

    name: str
    keys: tuple[str, ...]


def tables_of(settings: Settings) -> list[Table]:
    """Return the tables that these settings name and do not switch off."""
    tables = []
    if settings.write_profiles:
        tables.append(Table(name=settings.profiles_table, keys=("viewer_id",)))
    if settings.write_history:
        keys = ("viewer_id", "collector_tstamp")
        tables.append(Table(name=settings.history_table, keys=keys))
    return tables


def client_of(settings: Settings) -> "DynamoDBClient":
    """Return a client of the tables, with the credentials that boto3 finds."""
    return boto3.client(
        "dynamodb",
        endpoint_url=settings.aws_endpoint_url,
        region_name=settings.aws_region,
        config=_PATIENT,
    )


def local_client(url: str, config: Config = _PATIENT) -> "DynamoDBClient":
    """Return a client of a DynamoDB on this machine, which asks for no real key."""
    return boto3.client(
        "dynamodb",
        endpoint_url=url,
        region_name=REGION,
        aws_access_key_id="local",
        aws_secret_access_key="local",  # noqa: S106, any word will do
        config=config,
    )


def ensure_tables(client: "DynamoDBClient", tables: Iterable[Table]) -> list[Outcome]:
    """Create the tables that are missing and compare those that are not.

    Raises:
        StackError: DynamoDB does not answer, or refuses.

    """
    try:
        return [_ensure(client, table) for table in tables]
    except (BotoCoreError, ClientError) as ex:
        msg = (
            f"can't set up tables at `{client.meta.endpoint_url}`: {ex}; is "
            "`AWS_ENDPOINT_URL` right, and are there credentials?"
        )
        raise StackError(msg) from ex


def _ensure(client: "DynamoDBClient", table: Table) -> Outcome:
    try:
        found = client.describe_table(TableName=table.name)["Table"]
    except client.exceptions.ResourceNotFoundException:
        _create(client, table)
        return Outcome(kind="table", name=table.name, found=Found.CREATED)
    ttl = client.describe_time_to_live(TableName=table.name)
    attribute = ttl["TimeToLiveDescription"].get("AttributeName")
    differences = _differences(table, found, attribute)
    if not differences:
        return Outcome(kind="table", name=table.name, found=Found.EXISTS)
    return Outcome(
        kind="table",
        name=table.name,
        found=Found.DIFFERS,
        detail="; ".join(differences),
    )


def _create(client: "DynamoDBClient", table: Table) -> None:
    client.create_table(
        TableName=table.name,
        AttributeDefinitions=[
            {"AttributeName": key, "AttributeType": "S"} for key in table.keys
        ],
        KeySchema=[
            {"AttributeName": key, "KeyType": "RANGE" if place else "HASH"}
            for place, key in enumerate(table.keys)
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    waiter = client.get_waiter("table_exists")
    waiter.wait(TableName=table.name, WaiterConfig={"Delay": 1, "MaxAttempts": 60})
    client.update_time_to_live(
        TableName=table.name,
        TimeToLiveSpecification={"Enabled": True, "AttributeName": TTL_ATTRIBUTE},
    )


def _differences(
    table: Table, found: "TableDescriptionTypeDef", ttl: str | None
) -> list[str]:
    kinds = {
        entry["AttributeName"]: entry["AttributeType"]
        for entry in found["AttributeDefinitions"]
    }
    keys = [
        f"{key['AttributeName']} {kinds[key['AttributeName']]}"
        for key in found["KeySchema"]
    ]
    wanted = [f"{key} S" for key in table.keys]
    differences = []
    if keys != wanted:
        differences.append(
            f"its keys are {', '.join(keys)}, not {', '.join(wanted)}: name another "
            "table, keys can't be changed"
        )
    if ttl != TTL_ATTRIBUTE:
        differences.append(
            f"its items expire by {ttl}, not {TTL_ATTRIBUTE}: see `aws dynamodb "
            "update-time-to-live`"
        )
    billing = found.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED")
    if billing != "PAY_PER_REQUEST":
        differences.append(
            f"its billing is {billing}: leave it if it is meant so, else see `aws "
            "dynamodb update-table`"
        )
    return differences
