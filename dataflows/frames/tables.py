"""What the DynamoDB tables hold, read back as the structs that were written."""

import warnings
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, TypeVar

import boto3
import msgspec

from dataflows.playback.profile import HistoryItem, ViewerProfile, iso_from_ms
from dataflows.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

__all__ = ["MOST", "read_history", "read_profiles"]

MOST: Final = 100_000
"""How many profiles are read unless more are asked for."""

_T = TypeVar("_T", HistoryItem, ViewerProfile)


def read_profiles(
    settings: Settings | None = None,
    *,
    most: int = MOST,
    client: "DynamoDBClient | None" = None,
) -> list[ViewerProfile]:
    """Return the profiles table, by a scan: it costs a read of all that it returns.

    Args:
        settings: the table and where it is; else what the environment says.
        most: stop after so many, with a warning where there are more.
        client: of DynamoDB; else one that boto3 makes with the credentials it finds.

    """
    settings = settings or Settings.from_env()
    client = client or _client(settings)
    pages = client.get_paginator("scan").paginate(TableName=settings.profiles_table)
    items = (item for page in pages for item in page["Items"])
    profiles = [_struct(item, ViewerProfile) for item in islice(items, most)]
    if next(items, None) is not None:
        table = settings.profiles_table
        text = f"`{table}` holds more than {most} profiles; raise `most`"
        warnings.warn(text, stacklevel=2)
    return profiles


def read_history(
    viewer_id: str,
    settings: Settings | None = None,
    *,
    since: datetime | None = None,
    client: "DynamoDBClient | None" = None,
) -> list[HistoryItem]:
    """Return one viewer's items of the history table, in their order.

    Args:
        viewer_id: whose.
        settings: the table and where it is; else what the environment says.
        since: only what happened from then on; it has a time zone.
        client: of DynamoDB; else one that boto3 makes with the credentials it finds.

    Raises:
        ValueError: `since` has no time zone.

    """
    settings = settings or Settings.from_env()
    pages = (client or _client(settings)).get_paginator("query")
    found = pages.paginate(
        TableName=settings.history_table,
        KeyConditionExpression="viewer_id = :viewer AND collector_tstamp >= :since",
        ExpressionAttributeValues={
            ":viewer": {"S": viewer_id},
            ":since": {"S": _stamp(since)},
        },
    )
    return [_struct(item, HistoryItem) for page in found for item in page["Items"]]


def _stamp(since: datetime | None) -> str:
    """Return the least sort key of a moment's; a space is before every stamp."""
    if since is None:
        return " "
    if since.tzinfo is None:
        msg = f"`since` must have a time zone; got {since!r} instead"
        raise ValueError(msg)
    return iso_from_ms(round(since.astimezone(UTC).timestamp() * 1000))


def _client(settings: Settings) -> "DynamoDBClient":
    return boto3.client(
        "dynamodb",
        region_name=settings.aws_region,
        endpoint_url=settings.aws_endpoint_url,
    )


def _struct(item: Mapping[str, Any], kind: type[_T]) -> _T:
    return msgspec.convert(dict(_values(item)), kind)


def _values(item: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, attribute in item.items():
        ((type_, value),) = attribute.items()
        yield name, _value(type_, value)


def _value(type_: str, value: Any) -> Any:  # noqa: ANN401, what an attribute holds
    """Return what `sinks.attributes` wrote; boto3's own answer has no floats."""
    match type_:
        case "N":
            return int(value) if value.lstrip("-").isdecimal() else float(value)
        case "NULL":
            return None
        case "M":
            return dict(_values(value))
        case _:
            return value
