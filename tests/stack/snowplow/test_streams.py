"""Streams and tables of the pipeline are made once."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from dataflows.settings import Settings
from stack.errors import StackError
from stack.services.ports import HOST, free_ports
from stack.services.tables import client_of
from stack.services.topics import Found
from stack.snowplow.streams import STREAMS, TABLES, ensure_streams, main

REGION = Settings().aws_region


@pytest.fixture
def kinesis() -> Iterator[Any]:
    """Be on an AWS without streams."""
    with mock_aws():
        client = boto3.client("kinesis", region_name=REGION)
        yield client
        client.close()


def test_streams_are_made_once(kinesis: Any) -> None:
    """The first call creates the streams, the second finds them."""
    first = list(ensure_streams(kinesis, STREAMS))
    again = list(ensure_streams(kinesis, STREAMS))

    assert [(o.name, o.found) for o in first] == [(n, Found.CREATED) for n in STREAMS]
    assert {o.found for o in again} == {Found.EXISTS}


def test_streams_that_cannot_be_made() -> None:
    """A Kinesis that does not answer is told with its address and the cure."""
    (port,) = free_ports(1)
    client = boto3.client(
        "kinesis", region_name=REGION, endpoint_url=f"http://{HOST}:{port}"
    )

    with pytest.raises(StackError, match=f"{port}.*`AWS_ENDPOINT_URL` right"):
        list(ensure_streams(client, ["raw-good"]))
    client.close()


def test_main(kinesis: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """The command makes all of the streams, and Snowbridge's tables with their keys."""
    main()

    dynamodb = client_of(Settings())
    keys = {
        table.name: dynamodb.describe_table(TableName=table.name)["Table"]["KeySchema"]
        for table in TABLES
    }
    dynamodb.close()
    assert sorted(kinesis.list_streams()["StreamNames"]) == sorted(STREAMS)
    assert keys == {
        "snowbridge_clients": [{"AttributeName": "ID", "KeyType": "HASH"}],
        "snowbridge_checkpoints": [{"AttributeName": "Shard", "KeyType": "HASH"}],
        "snowbridge_metadata": [{"AttributeName": "Key", "KeyType": "HASH"}],
    }
    assert "stream raw-good created" in capsys.readouterr().out


def test_main_says_what_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    """A setting that breaks its rule ends the command with the reason."""
    monkeypatch.setenv("AWS_REGION", "nowhere at all")

    with pytest.raises(SystemExit, match="`AWS_REGION` must be"):
        main()
