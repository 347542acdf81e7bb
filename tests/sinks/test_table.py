"""One table, on moto, and its faults, on a stand-in."""

from collections.abc import Iterator

import boto3
import pytest
from botocore.exceptions import NoCredentialsError
from moto import mock_aws

from sinks.batching import Write
from sinks.client import create_client
from sinks.errors import DynamoDBWriteError, TableNotFoundError, TableSchemaError
from sinks.faults import TransientFault
from sinks.stats import WriteStats
from sinks.table import WRITE_LIMIT, Table
from tests.sinks.stand_ins import StubDynamoDB, client_error

REGION = "eu-west-1"
KEY = ("viewer_id", "collector_tstamp")


@pytest.fixture
def moto_table(monkeypatch: pytest.MonkeyPatch) -> Iterator[Table]:
    """A table with a partition key and a sort key."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with mock_aws():
        boto3.client("dynamodb", region_name=REGION).create_table(
            TableName="video_events",
            KeySchema=[
                {"AttributeName": "viewer_id", "KeyType": "HASH"},
                {"AttributeName": "collector_tstamp", "KeyType": "RANGE"},
            ],
            AttributeDefinitions=[
                {"AttributeName": "viewer_id", "AttributeType": "S"},
                {"AttributeName": "collector_tstamp", "AttributeType": "N"},
            ],
            BillingMode="PAY_PER_REQUEST",
        )
        yield real_table("video_events", KEY)


def real_table(name: str, key: tuple[str, ...]) -> Table:
    """Return a table behind the client that the sink opens."""
    client = create_client(REGION, None)
    return Table(client, name, key=key, where=REGION, stats=WriteStats())


def stub_table(stub: StubDynamoDB, key: tuple[str, ...] = ("id",)) -> Table:
    """Return a table behind a stand-in."""
    return Table(stub, "profiles", key=key, where=REGION, stats=WriteStats())


def put(viewer: str, stamp: float, version: str | None = None) -> Write:
    """Return a put of an item under two key attributes."""
    item = {"viewer_id": viewer, "collector_tstamp": stamp, "version": version}
    return Write((viewer, stamp), item)


def test_check_passes(moto_table: Table) -> None:
    """A table that is there with the right key is fine."""
    moto_table.check()


@pytest.mark.usefixtures("moto_table")
def test_check_missing() -> None:
    """A missing table is told by name and region, with what creates it."""
    rule = r"`nowhere` must exist .*in eu-west-1; .*python -m stack topics"
    with pytest.raises(TableNotFoundError, match=rule):
        real_table("nowhere", KEY).check()


def test_check_not_ready() -> None:
    """A table on its way out is as good as missing."""
    with pytest.raises(TableNotFoundError, match="status DELETING"):
        stub_table(StubDynamoDB("DELETING")).check()


@pytest.mark.usefixtures("moto_table")
@pytest.mark.parametrize("key", [("viewer_id",), KEY[::-1], (*KEY, "more")])
def test_check_other_key(key: tuple[str, ...]) -> None:
    """A table with another key, or in another order, is refused."""
    with pytest.raises(TableSchemaError, match="must have the key"):
        real_table("video_events", key).check()


def test_check_denied() -> None:
    """What keeps us from asking is told with its cure."""
    stub = StubDynamoDB()
    stub.describe_faults = [NoCredentialsError()]
    with pytest.raises(DynamoDBWriteError, match=r"be described: .*AWS_ACCESS_KEY_ID"):
        stub_table(stub).check()


def test_write_and_look_up(moto_table: Table) -> None:
    """What was put is found, what was deleted is not, numbers in keys and all."""
    alice, bob = put("alice", 1.5, "7"), put("bob", 0.1)
    assert moto_table.write([alice, bob]) == []
    assert moto_table.write([Write(("carol", 3), None)]) == []
    keys = [("alice", 1.5), ("bob", 0.1), ("carol", 3)]

    assert moto_table.versions([alice.key], "version") == {alice.key: "7"}
    assert set(moto_table.versions(keys[2:], "version").values()) == {""}

    moto_table.write([Write(alice.key, None)])

    assert moto_table.versions([alice.key], "version") == {alice.key: ""}


def test_an_item_too_large_is_named(moto_table: Table) -> None:
    """Of a batch that DynamoDB refuses, the bad item is told, the good are written."""
    huge = Write(
        ("huge", 2),
        {"viewer_id": "huge", "collector_tstamp": 2, "text": "x" * 410_000},
    )
    with pytest.raises(DynamoDBWriteError, match=r"take the item \('huge', 2\)"):
        moto_table.write([put("alice", 1, "1"), huge])

    assert moto_table.versions([("alice", 1)], "version") == {("alice", 1): "1"}


def test_an_item_that_has_no_words_is_named() -> None:
    """A value that DynamoDB has no type for is told with key and attribute."""
    bad = Write(("a",), {"id": "a", "x": float("nan")})
    with pytest.raises(DynamoDBWriteError, match=r"\('a',\): attribute `x` must be"):
        stub_table(StubDynamoDB()).write([bad])


def test_unprocessed_writes_come_back() -> None:
    """Puts and deletes that DynamoDB did not come to are told."""
    stub = StubDynamoDB()
    stub.faults = [2]
    writes = [Write((key,), {"id": key}) for key in "ab"] + [Write(("c",), None)]

    assert stub_table(stub).write(writes) == writes[1:]
    assert list(stub.items) == ["a"]


def test_unprocessed_keys_are_left_out() -> None:
    """What was not looked up is not said to be absent."""
    stub = StubDynamoDB()
    stub.lookup_faults = [1]

    assert stub_table(stub).versions([("a",), ("b",)], "version") == {("a",): ""}


def test_throttle_passes() -> None:
    """A throttle is a fault that passes, and is remembered."""
    stub = StubDynamoDB()
    stub.faults = [client_error("ThrottlingException")]
    stats = WriteStats()
    table = Table(stub, "profiles", key=("id",), where=REGION, stats=stats)
    with pytest.raises(TransientFault):
        table.write([Write(("a",), None)])

    assert "ThrottlingException" in stats.last_fault


def test_lookup_denied() -> None:
    """A lookup that is not allowed is told with the right to grant."""
    stub = StubDynamoDB()
    stub.lookup_faults = [client_error("AccessDeniedException")]
    with pytest.raises(DynamoDBWriteError, match="dynamodb:BatchGetItem"):
        stub_table(stub).versions([("a",)], "version")


def test_a_full_batch(moto_table: Table) -> None:
    """A batch may be as large as `WRITE_LIMIT` says, and no larger."""
    writes = [put("alice", stamp) for stamp in range(WRITE_LIMIT + 1)]

    assert moto_table.write(writes[:WRITE_LIMIT]) == []
