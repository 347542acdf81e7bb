"""The DynamoDB sink in a flow and by itself."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3
import bytewax.operators as op
import pytest
from boto3.dynamodb.types import TypeDeserializer
from bytewax.dataflow import Dataflow
from bytewax.testing import TestingSource, run_main
from moto import mock_aws

from sinks.dynamodb import Delete, DynamoDBSink, Put
from sinks.errors import DynamoDBWriteError, TableNotFoundError
from tests.sinks.stand_ins import StubDynamoDB, client_error, eventually

ROOT = Path(__file__).parents[2]
REGION = "eu-west-1"
REFUSED_FLOW = f"""
from {__name__} import StubDynamoDB, client_error, put, run, sink, timedelta
stub = StubDynamoDB()
stub.faults = [client_error("AccessDeniedException")]
run([put("a", "1")], sink(client_factory=stub, linger=timedelta(minutes=10)))
"""


@pytest.fixture
def profiles(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A client of a moto that has the table `profiles`."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with mock_aws():
        client = boto3.client("dynamodb", region_name=REGION)
        client.create_table(
            TableName="profiles",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        yield client


def sink(**options: Any) -> DynamoDBSink:
    """Return a sink of the table `profiles`."""
    return DynamoDBSink("profiles", key=("id",), region=REGION, **options)


def run(changes: Sequence[tuple[str, Put | Delete]], to: DynamoDBSink) -> None:
    """Run a flow of keyed changes into a sink, an epoch a change."""
    flow = Dataflow("test")
    stream = op.input("in", flow, TestingSource(list(changes)))
    op.output("out", stream, to)
    run_main(flow, epoch_interval=timedelta(0))


def stored(client: Any) -> dict[str, dict[str, Any]]:
    """Return the items of the table by their ids."""
    read = TypeDeserializer().deserialize
    items = [read({"M": item}) for item in client.scan(TableName="profiles")["Items"]]
    return {item["id"]: item for item in items}


def put(key: str, version: str) -> tuple[str, Put | Delete]:
    """Return a keyed put of a version."""
    return key, Put({"id": key, "version": version, "at": 1.5, "ads": None})


def test_flow(profiles: Any) -> None:
    """The table holds what the flow put and did not delete."""
    delete = ("b", Delete({"id": "b"}))
    run([put("a", "1"), put("b", "1"), delete, put("a", "2")], sink(parts=3))

    expected = {"id": "a", "version": "2", "at": 1.5, "ads": None}
    assert stored(profiles) == {"a": expected}


def test_replay(profiles: Any) -> None:
    """A flow that runs again over its older input leaves newer items alone."""
    run([put("a", "1"), put("a", "2")], sink(version="version"))
    again = sink(version="version")
    run([put("a", "1")], again)

    assert stored(profiles)["a"]["version"] == "2"
    assert again.stats["0"].superseded == 1


def test_pending_items_outlast_a_crash() -> None:
    """An epoch ends without waiting, and what was not durable is written on resume."""
    stub = StubDynamoDB()
    stub.open.clear()
    kept = sink(client_factory=stub, keep_pending=True)
    part = kept.build_part("out", "0", None)
    for change in (put("a", "1"), put("b", "1"), put("a", "2")):
        part.write_batch([change[1]])
    state = part.snapshot()
    stub.faults = [client_error("AccessDeniedException")]
    stub.open.set()
    part.close()
    resumed = kept.build_part("out", "0", state)
    eventually(lambda: len(stub.items) == 2)
    resumed.close()

    assert [stub.items[id_]["version"]["S"] for id_ in "ab"] == ["2", "1"]


def test_an_epoch_ends_when_all_is_durable(profiles: Any) -> None:
    """Unless it may keep what is pending, a snapshot waits and holds nothing."""
    part = sink(linger=timedelta(minutes=10)).build_part("out", "0", None)
    part.write_batch([put("a", "1")[1]])

    assert list(part.snapshot()) == []
    assert list(stored(profiles)) == ["a"]
    part.close()


@pytest.mark.usefixtures("profiles")
def test_missing_table() -> None:
    """A flow into a table that is not there does not start."""
    nowhere = DynamoDBSink("nowhere", key=("id",), region=REGION)
    with pytest.raises(TableNotFoundError, match="`nowhere` must exist"):
        nowhere.build_part("out", "0", None)


def test_flow_ends_with_the_error() -> None:
    """What DynamoDB refuses for good ends the flow, and the flow says what it was."""
    # Not in this process: Bytewax aborts it when an error meets another on its way out.
    done = subprocess.run(
        [sys.executable, "-c", REFUSED_FLOW],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode != 0
    assert DynamoDBWriteError.__name__ in done.stderr
    assert "dynamodb:BatchWriteItem" in done.stderr


def test_where_is_told() -> None:
    """An error names the endpoint, where one is set."""
    elsewhere = sink(
        endpoint_url="http://127.0.0.1:8000",
        client_factory=lambda _region, _url: StubDynamoDB("CREATING"),
    )
    with pytest.raises(TableNotFoundError, match=r"eu-west-1 at http://127\.0\.0\.1"):
        elsewhere.build_part("out", "0", None)


def test_parts() -> None:
    """There are as many partitions as asked for."""
    assert sink(parts=3).list_parts() == ["0", "1", "2"]


def test_start_outlasts_a_fault() -> None:
    """A fault that passes does not keep the flow from starting."""
    stub = StubDynamoDB()
    stub.describe_faults = [client_error("InternalServerError", 500)]
    part = sink(client_factory=stub).build_part("out", "0", None)
    part.close()

    assert stub.describe_faults == []


def test_start_gives_up() -> None:
    """A table that can't be asked for a while keeps the flow from starting."""
    stub = StubDynamoDB()
    stub.describe_faults = [client_error("InternalServerError", 500) for _ in range(9)]
    with pytest.raises(DynamoDBWriteError, match=r"can't be asked: .*InternalServer"):
        sink(client_factory=stub).build_part("out", "0", None)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (Put({"version": "1"}), "key attribute `id` must be text"),
        (Put({"id": "", "version": "1"}), "key attribute `id` must be text"),
        (Delete({}), "key attribute `id` must be text"),
        (Put({"id": "a"}), "version `version` must be text; got None"),
        (Put({"id": "a", "version": 1}), "version `version` must be text; got 1"),
    ],
)
def test_refused_at_once(change: Put | Delete, rule: str) -> None:
    """An item without key or version is refused where it is handed in."""
    to = sink(version="version", client_factory=StubDynamoDB())
    part = to.build_part("out", "0", None)
    with pytest.raises(DynamoDBWriteError, match=rule):
        part.write_batch([change])
    part.close()
