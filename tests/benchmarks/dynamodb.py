"""DynamoDB Local, asked without boto3: a tenth of the time, so polling costs little."""

import http.client
import json
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import urlsplit

from tests.benchmarks.errors import BenchmarkError

__all__ = ["Client"]

# DynamoDB Local reads the name of the account out of it, and checks no signature.
_AUTHORIZATION: Final = (
    "AWS4-HMAC-SHA256 Credential=local/20261123/eu-west-1/dynamodb/aws4_request, "
    "SignedHeaders=host, Signature=local"
)
_PATIENCE_S: Final = 30.0
_OK: Final = 200


class Client:
    """One connection; a context manager that closes it."""

    def __init__(self, url: str) -> None:
        where = urlsplit(url)
        self._connection = http.client.HTTPConnection(
            where.hostname or "", where.port, timeout=_PATIENCE_S
        )

    def __enter__(self) -> Self:
        """Return the client itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the connection."""
        self._connection.close()

    def call(self, action: str, body: dict[str, Any]) -> dict[str, Any]:
        """Return the answer to a request.

        Raises:
            BenchmarkError: DynamoDB refuses.

        """
        headers = {
            "X-Amz-Target": f"DynamoDB_20120810.{action}",
            "Content-Type": "application/x-amz-json-1.0",
            "Authorization": _AUTHORIZATION,
        }
        self._connection.request("POST", "/", json.dumps(body), headers)
        response = self._connection.getresponse()
        answer: dict[str, Any] = json.loads(response.read())
        if response.status != _OK:
            msg = f"`{action}` must be answered with {_OK}; got {answer} instead"
            raise BenchmarkError(msg)
        return answer

    def text(self, table: str, viewer_id: str, attribute: str) -> str | None:
        """Return a text attribute of a viewer's item, read consistently."""
        body = {
            "TableName": table,
            "Key": {"viewer_id": {"S": viewer_id}},
            "ConsistentRead": True,
            "ProjectionExpression": attribute,
        }
        found = self.call("GetItem", body).get("Item", {})
        value: str | None = found.get(attribute, {}).get("S")
        return value

    def count(self, table: str) -> int:
        """Return how many items a table holds."""
        return int(
            self.call("DescribeTable", {"TableName": table})["Table"]["ItemCount"]
        )
