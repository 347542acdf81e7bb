"""The part of boto3's low-level DynamoDB client that the sink uses."""

import threading
from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol, TypeAlias

import boto3.session
import msgspec
from botocore.config import Config

__all__ = ["CONNECTIONS", "ClientFactory", "DynamoDBClient", "create_client"]

# A request of 25 writes takes AWS about 10 ms, so four at a time write 10,000 items a
# second: more than one process changes. DynamoDB Local is no faster for more of them.
CONNECTIONS: Final = 4

# An answer takes milliseconds; past these, a new connection is the better bet.
_CONNECT_TIMEOUT_S: Final = 5
_READ_TIMEOUT_S: Final = 10

_Response: TypeAlias = dict[str, Any]


class DynamoDBClient(Protocol):
    """What the sink needs of the client; the arguments' names are AWS's."""

    def describe_table(self, *, TableName: str) -> _Response:  # noqa: N803
        """Return what the table is like."""
        ...

    def batch_write_item(
        self,
        *,
        RequestItems: Mapping[str, Sequence[Mapping[str, object]]],  # noqa: N803
    ) -> _Response:
        """Put and delete items, each under another key."""
        ...

    def batch_get_item(
        self,
        *,
        RequestItems: Mapping[str, Mapping[str, object]],  # noqa: N803
    ) -> _Response:
        """Return items by their keys."""
        ...


class ClientFactory(Protocol):
    """Opens a client, at `endpoint_url` or else at AWS in `region`."""

    def __call__(self, region: str, endpoint_url: str | None) -> DynamoDBClient:
        """Open it; it must stand being used by several threads."""
        ...


def create_client(region: str, endpoint_url: str | None) -> DynamoDBClient:
    """Open a boto3 client with a connection a writer, which leaves retries to us."""
    config = Config(
        connect_timeout=_CONNECT_TIMEOUT_S,
        read_timeout=_READ_TIMEOUT_S,
        max_pool_connections=CONNECTIONS,
        # It refuses the empty requests of `_LeanClient`; DynamoDB checks all the same.
        parameter_validation=False,
        retries={"total_max_attempts": 1},
        tcp_keepalive=True,
        # botocore's own takes an eighth of a request to put together (measured).
        user_agent="live-viewer-profiles",
    )
    # A session of its own: boto3's default one must not be used by two workers at once.
    client = boto3.session.Session().client(
        "dynamodb", region_name=region, endpoint_url=endpoint_url, config=config
    )
    return _LeanClient(client)


class _LeanClient:
    """boto3's client, but for the body of writes, which msgspec encodes.

    botocore walks through each value of each item: 1.5 ms of Python for 25 profiles,
    while the dataflow waits for the interpreter; so it takes 0.35 ms (measured). Only
    the table's name goes through botocore, which may need it to find the endpoint.
    """

    def __init__(self, client: Any) -> None:  # noqa: ANN401, boto3 makes it at run time
        self._client = client
        self._written = threading.local()
        self.meta = client.meta
        client.meta.events.register(
            "before-call.dynamodb.BatchWriteItem", self._set_body
        )

    def describe_table(self, *, TableName: str) -> _Response:  # noqa: N803
        return dict(self._client.describe_table(TableName=TableName))

    def batch_write_item(
        self,
        *,
        RequestItems: Mapping[str, Sequence[Mapping[str, object]]],  # noqa: N803
    ) -> _Response:
        self._written.body = msgspec.json.encode({"RequestItems": RequestItems})
        names: dict[str, list[object]] = {name: [] for name in RequestItems}
        return dict(self._client.batch_write_item(RequestItems=names))

    def batch_get_item(
        self,
        *,
        RequestItems: Mapping[str, Mapping[str, object]],  # noqa: N803
    ) -> _Response:
        return dict(self._client.batch_get_item(RequestItems=RequestItems))

    def _set_body(self, params: dict[str, object], **_: object) -> None:
        params["body"] = self._written.body
