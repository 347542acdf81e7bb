"""The tables that the flow writes, as the dashboard reads them: a viewer at a time.

Reading takes time and may fail, so nothing here belongs on the server's loop. Answers
are bounded: a page of history is at most `PAGE_ITEMS` items, the newest that match.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final, TypeAlias, TypeVar

import boto3.session
import msgspec
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from dataflows.playback.profile import HistoryItem, ViewerProfile, ms_from_iso
from dataflows.settings import Settings

__all__ = [
    "PAGE_ITEMS",
    "HistoryPage",
    "TablesError",
    "TablesOffError",
    "read_history",
    "read_profile",
]

PAGE_ITEMS: Final = 300
"""Items of a page of history: some hours of a busy viewer, in one answer."""

# A person waits for the answer: better a word soon than an answer late.
_CONFIG: Final = Config(
    connect_timeout=2,
    read_timeout=3,
    retries={"mode": "standard", "total_max_attempts": 2},
    max_pool_connections=8,
)


_STAMPS: Final = ("collector_tstamp", "session_start", "session_end", "status_since")

_Attribute: TypeAlias = dict[str, Any]
"""`{"S": "text"}`, `{"N": "1.5"}` and so on: one type, one value."""
_Answer: TypeAlias = Mapping[str, Any]
_Stored = TypeVar("_Stored", HistoryItem, ViewerProfile)


class TablesError(Exception):
    """A table can't be read; the message is for a person, and says why."""


class TablesOffError(TablesError):
    """The flow is told not to write the table."""


class HistoryPage(msgspec.Struct, frozen=True):
    """Items of a viewer's history, oldest first; `more` tells of older ones.

    `unreadable` counts items that are not what the flow writes.
    """

    items: tuple[HistoryItem, ...] = ()
    more: bool = False
    unreadable: int = 0


def read_history(
    settings: Settings,
    viewer_id: str,
    *,
    before: str | None = None,
    since: str | None = None,
    limit: int = PAGE_ITEMS,
) -> HistoryPage:
    """Return a page of a viewer's history, the newest items of those asked for.

    Args:
        settings: Where the table is.
        viewer_id: Whose.
        before: Only items with a sort key less than this, which is one of an item.
        since: Only items with this sort key or a greater one; not both.
        limit: At most so many items, and at most a megabyte of them.

    Raises:
        TablesOffError: the flow is told not to write the history.
        TablesError: the table can't be read.

    """
    if not settings.write_history:
        msg = "history is switched off (`WRITE_HISTORY`)"
        raise TablesOffError(msg)
    request = {
        "TableName": settings.history_table,
        "ScanIndexForward": False,
        "Limit": limit,
        **_condition(viewer_id, before, since),
    }
    answer = _ask(settings, settings.history_table, lambda c: c.query(**request))
    found = [_read(item, HistoryItem) for item in reversed(answer["Items"])]
    items = tuple(item for item in found if item is not None)
    return HistoryPage(items, "LastEvaluatedKey" in answer, len(found) - len(items))


def read_profile(settings: Settings, viewer_id: str) -> ViewerProfile | None:
    """Return the last profile of a viewer; `None` where there is none to be read.

    Raises:
        TablesOffError: the flow is told not to write the profiles.
        TablesError: the table can't be read.

    """
    if not settings.write_profiles:
        msg = "the profiles table is switched off (`WRITE_PROFILES`)"
        raise TablesOffError(msg)
    name, key = settings.profiles_table, {"viewer_id": {"S": viewer_id}}
    answer = _ask(settings, name, lambda c: c.get_item(TableName=name, Key=key))
    item = answer.get("Item")
    return None if item is None else _read(item, ViewerProfile)


def _condition(
    viewer_id: str, before: str | None, since: str | None
) -> dict[str, object]:
    names, values = {"#v": "viewer_id"}, {":v": {"S": viewer_id}}
    condition = "#v = :v"
    bound = since or before
    if bound is not None:
        names["#t"], values[":t"] = "collector_tstamp", {"S": bound}
        condition += " AND #t >= :t" if since else " AND #t < :t"
    return {
        "KeyConditionExpression": condition,
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": values,
    }


def _ask(settings: Settings, table: str, ask: Callable[[Any], _Answer]) -> _Answer:
    where = settings.aws_endpoint_url or f"AWS, {settings.aws_region}"
    try:
        return ask(_open(settings.aws_region, settings.aws_endpoint_url))
    except ClientError as ex:
        code = ex.response.get("Error", {}).get("Code", "")
        if code == "ResourceNotFoundException":
            msg = f"there is no table `{table}` at {where}"
        else:
            msg = f"table `{table}` at {where} can't be read: {code or ex}"
        raise TablesError(msg) from ex
    except BotoCoreError as ex:
        msg = f"DynamoDB at {where} can't be reached: {ex}"
        raise TablesError(msg) from ex


@cache
def _open(region: str, endpoint_url: str | None) -> Any:  # noqa: ANN401, boto3's own
    """Open the client of a place, one for all threads."""
    # A session of its own: boto3's default one is not for several threads.
    return boto3.session.Session().client(
        "dynamodb", region_name=region, endpoint_url=endpoint_url, config=_CONFIG
    )


def _read(item: Mapping[str, _Attribute], kind: type[_Stored]) -> _Stored | None:
    """Return what an item tells; `None` where it is not what the flow writes."""
    try:
        plain = {name: _plain(value) for name, value in item.items()}
        stored = msgspec.convert(plain, kind)
        for name in _STAMPS:
            stamp = getattr(stored, name, None)
            if stamp is not None:
                ms_from_iso(stamp)
    except (ValueError, OverflowError):
        return None
    return stored


def _plain(attribute: _Attribute) -> object:
    """Return an attribute's value; a number is an int where it is written as one."""
    ((kind, value),) = attribute.items()
    if kind == "N":
        return int(value) if value.lstrip("-").isdigit() else float(value)
    if kind == "M":
        return {name: _plain(inner) for name, inner in value.items()}
    if kind == "L":
        return [_plain(inner) for inner in value]
    return None if kind == "NULL" else value
