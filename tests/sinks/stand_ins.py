"""A DynamoDB that fails when told to, and a way to wait for threads."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from botocore.exceptions import ClientError

DEADLINE_S = 20.0


def eventually(condition: Callable[[], object]) -> None:
    """Wait until `condition` holds; fail if it does not in time."""
    deadline = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < deadline, "the condition never came true"
        time.sleep(0.002)


def client_error(code: str, status: int = 400, operation: str = "Any") -> ClientError:
    """Return botocore's exception for an error that DynamoDB answers."""
    return ClientError(
        {
            "Error": {"Code": code, "Message": "as told"},
            "ResponseMetadata": {"HTTPStatusCode": status},  # type: ignore[typeddict-item]
        },
        operation,
    )


class StubDynamoDB:
    """One table in memory, with the key `id`, that counts and fails as told.

    Attributes:
        faults: what befalls the next write requests: an exception to raise, or how many
            writes to leave unprocessed.
        lookup_faults: the same for lookups.
        lost: what befalls the next write requests after they were obeyed.
        poison: an id that makes a request invalid.
        open: while it is not set, writes don't come back.

    """

    def __init__(self, status: str = "ACTIVE") -> None:
        self.status = status
        self.items: dict[str, dict[str, Any]] = {}
        self.describe_faults: list[Exception] = []
        self.faults: list[Exception | int] = []
        self.lookup_faults: list[Exception | int] = []
        self.lost: list[Exception] = []
        self.poison: str | None = None
        self.open = threading.Event()
        self.open.set()
        self.writes: list[list[str]] = []
        self.lookups: list[list[str]] = []
        self.overlaps: set[str] = set()
        self._in_request: set[str] = set()
        self._lock = threading.Lock()

    def __call__(self, region: str, endpoint_url: str | None) -> "StubDynamoDB":
        assert region
        assert endpoint_url is None
        return self

    def describe_table(self, *, TableName: str) -> dict[str, Any]:  # noqa: N803
        assert TableName
        if self.describe_faults:
            raise self.describe_faults.pop(0)
        schema = [{"KeyType": "HASH", "AttributeName": "id"}]
        return {"Table": {"TableStatus": self.status, "KeySchema": schema}}

    def batch_write_item(
        self,
        *,
        RequestItems: Mapping[str, Sequence[Mapping[str, Any]]],  # noqa: N803
    ) -> dict[str, Any]:
        ((table, requests),) = RequestItems.items()
        ids = [_id(request) for request in requests]
        with self._lock:
            self.writes.append(ids)
            self.overlaps |= self._in_request & set(ids)
            self._in_request |= set(ids)
            fault = self.faults.pop(0) if self.faults else 0
        assert self.open.wait(DEADLINE_S)
        with self._lock:
            self._in_request -= set(ids)
            if isinstance(fault, Exception):
                raise fault
            if self.poison in ids:
                code = "ValidationException"
                raise client_error(code)
            done = len(requests) - fault
            for request in requests[:done]:
                self._apply(request)
            if self.lost:
                raise self.lost.pop(0)
        left = list(requests[done:])
        return {"UnprocessedItems": {table: left} if left else {}}

    def batch_get_item(
        self,
        *,
        RequestItems: Mapping[str, Mapping[str, Any]],  # noqa: N803
    ) -> dict[str, Any]:
        ((table, request),) = RequestItems.items()
        keys = list(request["Keys"])
        with self._lock:
            self.lookups.append([key["id"]["S"] for key in keys])
            fault = self.lookup_faults.pop(0) if self.lookup_faults else 0
            if isinstance(fault, Exception):
                raise fault
            done = len(keys) - fault
            ids = [key["id"]["S"] for key in keys[:done]]
            found = [self.items[id_] for id_ in ids if id_ in self.items]
        left = {table: {"Keys": keys[done:]}} if fault else {}
        return {"Responses": {table: found}, "UnprocessedKeys": left}

    def _apply(self, request: Mapping[str, Any]) -> None:
        if "PutRequest" in request:
            self.items[_id(request)] = request["PutRequest"]["Item"]
        else:
            self.items.pop(_id(request), None)


def _id(request: Mapping[str, Any]) -> str:
    ((_, body),) = request.items()
    ((_, item),) = body.items()
    id_: str = item["id"]["S"]
    return id_
