"""Make what the pipeline expects to find on AWS: `python -m stack.snowplow.streams`.

Snowplow's programs make no streams, and Snowbridge no tables. Enrich makes the table of
its leases by itself.
"""

import sys
from collections.abc import Iterable, Iterator
from typing import Any, Final

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from dataflows.settings import Settings, SettingsError
from stack.errors import StackError
from stack.services.tables import Table, client_of, ensure_tables
from stack.services.topics import Found, Outcome

__all__ = ["STREAMS", "TABLES", "ensure_streams", "main"]

STREAMS: Final = (
    "raw-good",
    "raw-bad",
    "enriched-good",
    "enriched-failed",
    "enriched-bad",
)
"""Kinesis streams, as the files beside this one name them."""

TABLES: Final = (
    Table(name="snowbridge_clients", keys=("ID",)),
    Table(name="snowbridge_checkpoints", keys=("Shard",)),
    Table(name="snowbridge_metadata", keys=("Key",)),
)
"""Where Snowbridge keeps its place; `snowbridge` is its `app_name`.

https://docs.snowplow.io/docs/api-reference/snowbridge/configuration/sources/kinesis/
"""


def ensure_streams(kinesis: Any, names: Iterable[str]) -> Iterator[Outcome]:  # noqa: ANN401, boto3 makes its clients' classes when it runs
    """Create the streams that are missing, of one shard each, and wait for them.

    Raises:
        StackError: Kinesis does not answer, or refuses.

    """
    try:
        for name in names:
            yield _ensure(kinesis, name)
    except (BotoCoreError, ClientError) as ex:
        msg = (
            f"can't set up streams at `{kinesis.meta.endpoint_url}`: {ex}; is "
            "`AWS_ENDPOINT_URL` right, and are there credentials?"
        )
        raise StackError(msg) from ex


def _ensure(kinesis: Any, name: str) -> Outcome:  # noqa: ANN401, the same
    found = Found.CREATED
    try:
        kinesis.create_stream(StreamName=name, ShardCount=1)
    except kinesis.exceptions.ResourceInUseException:
        found = Found.EXISTS
    waiter = kinesis.get_waiter("stream_exists")
    waiter.wait(StreamName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 60})
    return Outcome(kind="stream", name=name, found=found)


def main() -> None:
    """Make the streams and the tables, and say what became of each."""
    try:
        settings = Settings.from_env()
        kinesis = boto3.client("kinesis", region_name=settings.aws_region)
        outcomes = list(ensure_streams(kinesis, STREAMS))
        outcomes += ensure_tables(client_of(settings), TABLES)
    except (StackError, SettingsError) as ex:
        sys.exit(str(ex))
    for outcome in outcomes:
        print(outcome.kind, outcome.name, outcome.found, outcome.detail)


if __name__ == "__main__":
    main()
