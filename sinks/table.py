"""One DynamoDB table: its key, its limits, and requests of a batch each."""

from collections.abc import Sequence
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from sinks import faults
from sinks.attributes import (
    Attribute,
    key_attributes,
    key_from_attributes,
    to_attributes,
)
from sinks.batching import Key, Write
from sinks.client import DynamoDBClient
from sinks.errors import DynamoDBWriteError, TableNotFoundError, TableSchemaError
from sinks.stats import WriteStats

__all__ = ["MEND_STEP", "READ_LIMIT", "WRITE_LIMIT", "Table"]

# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
WRITE_LIMIT: Final = 25
# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
READ_LIMIT: Final = 100

MEND_STEP: Final = "mend the step that makes the items"
"""What cures an item that can't be stored."""

# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html
_USABLE: Final = frozenset({"ACTIVE", "UPDATING"})


class Table:
    """A table of items under their keys, written and looked up in batches.

    Each method raises `TransientFault` for a fault that passes and
    `DynamoDBWriteError` for one that does not.

    Args:
        client: how to reach it.
        name: the table's name.
        key: names of the key attributes, the partition key first.
        where: region and endpoint, for a person to read.
        stats: where requests are counted.

    """

    def __init__(
        self,
        client: DynamoDBClient,
        name: str,
        *,
        key: tuple[str, ...],
        where: str,
        stats: WriteStats,
    ) -> None:
        self.name = name
        self.where = where
        self._client = client
        self._key = key
        self._stats = stats

    def check(self) -> None:
        """Make sure that the table can be written and has the right key.

        Raises:
            TableNotFoundError: it is not there, or on its way in or out.
            TableSchemaError: it has another key.

        """
        try:
            table = self._client.describe_table(TableName=self.name)["Table"]
        except (BotoCoreError, ClientError) as ex:
            if faults.rule(ex) == "ResourceNotFoundException":
                raise self._missing(status=None) from ex
            what = "be described"
            raise self._failure(ex, what) from ex
        if table["TableStatus"] not in _USABLE:
            raise self._missing(table["TableStatus"])
        names = {part["KeyType"]: part["AttributeName"] for part in table["KeySchema"]}
        found = tuple(names[kind] for kind in ("HASH", "RANGE") if kind in names)
        if found != self._key:
            msg = (
                f"table `{self.name}` in {self.where} must have the key {self._key}; "
                f"got {found} instead; drop it, or give the flow another table's name"
            )
            raise TableSchemaError(msg)

    def write(self, writes: Sequence[Write]) -> list[Write]:
        """Put and delete up to `WRITE_LIMIT` items, each under another key.

        Returns:
            The writes that DynamoDB did not come to; they are right, only too many.

        """
        requests = [self._request(write) for write in writes]
        self._stats.count(requests=1)
        try:
            answer = self._client.batch_write_item(RequestItems={self.name: requests})
        except (BotoCoreError, ClientError) as ex:
            if faults.rule(ex) in faults.ITEM_FAULTS and len(writes) > 1:
                # DynamoDB does not tell which item; one at a time, it does.
                return [late for write in writes for late in self.write([write])]
            raise self._failure(ex, f"take the item {writes[0].key}") from ex
        left = answer.get("UnprocessedItems", {}).get(self.name, ())
        keys = {self._key_of_request(request) for request in left}
        return [write for write in writes if write.key in keys] if keys else []

    def versions(self, keys: Sequence[Key], version: str) -> dict[Key, str]:
        """Look up what is stored under up to `READ_LIMIT` keys.

        Args:
            keys: the keys, all different.
            version: name of the attribute that holds an item's version.

        Returns:
            The version under each key, empty where there is none. Keys that DynamoDB
            did not come to are left out.

        """
        # Any name may be one of DynamoDB's 573 reserved words, so none is used itself.
        names = {f"#{n}": name for n, name in enumerate((*self._key, version))}
        request = {
            "Keys": [key_attributes(key, self._key) for key in keys],
            "ConsistentRead": True,
            "ProjectionExpression": ", ".join(names),
            "ExpressionAttributeNames": names,
        }
        self._stats.count(requests=1)
        try:
            answer = self._client.batch_get_item(RequestItems={self.name: request})
        except (BotoCoreError, ClientError) as ex:
            raise self._failure(ex, f"return the items {keys[0]} and others") from ex
        found = dict.fromkeys(keys, "")
        for item in answer["Responses"].get(self.name, ()):
            stored = item.get(version, {}).get("S", "")
            found[key_from_attributes(item, self._key)] = stored
        left = answer.get("UnprocessedKeys", {}).get(self.name, {}).get("Keys", ())
        for item in left:
            found.pop(key_from_attributes(item, self._key), None)
        return found

    def refusal(self, what: str, cause: object, cure: str) -> DynamoDBWriteError:
        """Return the error that says that the table can't `what`, why, and the cure."""
        msg = f"table `{self.name}` in {self.where} can't {what}: {cause}; {cure}"
        return DynamoDBWriteError(msg)

    def _request(self, write: Write) -> dict[str, dict[str, dict[str, Attribute]]]:
        try:
            if write.item is None:
                key = key_attributes(write.key, self._key)
                return {"DeleteRequest": {"Key": key}}
            return {"PutRequest": {"Item": to_attributes(write.item)}}
        except ValueError as ex:
            what = f"take the item {write.key}"
            raise self.refusal(what, ex, MEND_STEP) from ex

    def _key_of_request(self, request: dict[str, dict[str, Any]]) -> Key:
        ((_, body),) = request.items()
        return key_from_attributes(body.get("Item") or body["Key"], self._key)

    def _failure(self, fault: faults.AnyFault, what: str) -> Exception:
        passing = faults.transient(fault)
        if passing is None:
            return self.refusal(what, fault, faults.cure(fault))
        self._stats.last_fault = str(fault)
        return passing

    def _missing(self, status: str | None) -> TableNotFoundError:
        msg = (
            f"table `{self.name}` must exist and be active in {self.where}; got "
            f"status {status} instead; `python -m stack topics` creates it"
        )
        return TableNotFoundError(msg)
