"""What is read from the tables: on moto, and where nobody answers."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

import dashboard.tables as tables_module
from dashboard.tables import (
    HistoryPage,
    TablesError,
    TablesOffError,
    read_history,
    read_profile,
)
from dataflows.playback.profile import (
    HistoryItem,
    PlaybackStatus,
    history_item,
    profile_item,
)
from dataflows.settings import Settings
from sinks.attributes import to_attributes
from stack.services.ports import HOST, free_ports
from stack.services.tables import tables_of
from tests.dashboard.records import profile
from tests.dashboard.stories import at, change

WATCHING = PlaybackStatus.WATCHING_VIDEO
SETTINGS = Settings()
HOSTILE = "viewer/ä &=?#<b>'\"\\ \u202e"


@pytest.fixture
def dynamodb() -> Iterator[Any]:
    """Return a client of tables as the flow's, empty."""
    tables_module._open.cache_clear()
    with mock_aws():
        client = boto3.client("dynamodb", region_name=SETTINGS.aws_region)
        for table in tables_of(SETTINGS):
            client.create_table(
                TableName=table.name,
                KeySchema=[
                    {"AttributeName": key, "KeyType": "RANGE" if place else "HASH"}
                    for place, key in enumerate(table.keys)
                ],
                AttributeDefinitions=[
                    {"AttributeName": k, "AttributeType": "S"} for k in table.keys
                ],
                BillingMode="PAY_PER_REQUEST",
            )
        yield client
    tables_module._open.cache_clear()


def put(client: Any, *items: HistoryItem) -> None:
    """Write items of the history as the flow does."""
    for item in items:
        attributes = to_attributes(history_item(item, 9_999_999_999))
        client.put_item(TableName=SETTINGS.history_table, Item=attributes)


def five() -> list[HistoryItem]:
    """Return five items, two of them within one millisecond."""
    return [
        change(0, WATCHING, video_ts=0.0),
        change(1, WATCHING, video_ts=1.5, bitrate=900_000),
        change(1, WATCHING, collector_tstamp=at(1, 1)),
        change(2, WATCHING, label="x"),
        change(3, WATCHING, ad_id="17"),
    ]


def test_round_trip(dynamodb: Any) -> None:
    """Items are read as they were written, oldest first."""
    put(dynamodb, *five())

    assert read_history(SETTINGS, "alice") == HistoryPage(tuple(five()))


def test_limit(dynamodb: Any) -> None:
    """A page is the newest items, and tells of the older ones."""
    put(dynamodb, *five())
    page = read_history(SETTINGS, "alice", limit=2)

    assert (page.items, page.more) == (tuple(five()[3:]), True)


def test_before(dynamodb: Any) -> None:
    """The page before an item ends with the one before it."""
    put(dynamodb, *five())
    page = read_history(SETTINGS, "alice", before=at(1, 1), limit=5)

    assert (page.items, page.more) == (tuple(five()[:2]), False)


def test_since(dynamodb: Any) -> None:
    """What is read since an item begins with it."""
    put(dynamodb, *five())

    assert read_history(SETTINGS, "alice", since=at(1, 1)).items == tuple(five()[2:])


def test_only_this_viewer(dynamodb: Any) -> None:
    """Another viewer's items are none, whatever the id is made of."""
    item = change(0, WATCHING, viewer_id=HOSTILE)
    put(dynamodb, item, change(0, WATCHING))

    assert read_history(SETTINGS, HOSTILE).items == (item,)
    assert read_history(SETTINGS, "bob") == HistoryPage()


@pytest.mark.parametrize(
    "odd",
    [
        {"collector_tstamp": {"S": "yesterday"}},
        {"status": {"S": "DANCING"}},
        {"session_start": {"NULL": True}},
        {"video_ts": {"S": "soon"}},
        {"session_start": {"S": "soon"}},
    ],
)
def test_unreadable_items(dynamodb: Any, odd: dict[str, Any]) -> None:
    """An item that the flow did not write is counted, and the others are read."""
    put(dynamodb, *five())
    item = to_attributes(history_item(change(9, WATCHING), 1)) | odd
    dynamodb.put_item(TableName=SETTINGS.history_table, Item=item)

    assert read_history(SETTINGS, "alice") == HistoryPage(tuple(five()), unreadable=1)


def test_profile(dynamodb: Any) -> None:
    """A profile is read as it was written; nobody is None."""
    known = profile("alice", dimensions={"device": "Phone"}, startup_time=0.5)
    item = to_attributes(profile_item(known, 9_999_999_999))
    dynamodb.put_item(TableName=SETTINGS.profiles_table, Item=item)

    assert read_profile(SETTINGS, "alice") == known
    assert read_profile(SETTINGS, "bob") is None


def test_switched_off() -> None:
    """A table that the flow does not write is not asked."""
    off = Settings(write_history=False, write_profiles=False)

    with pytest.raises(TablesOffError, match="WRITE_HISTORY"):
        read_history(off, "alice")
    with pytest.raises(TablesOffError, match="WRITE_PROFILES"):
        read_profile(off, "alice")


@pytest.mark.usefixtures("dynamodb")
def test_no_such_table() -> None:
    """A table that is not there is named, with where it should be."""
    elsewhere = Settings(history_table="nowhere")

    with pytest.raises(TablesError, match="no table `nowhere` at AWS, eu-west-1"):
        read_history(elsewhere, "alice")


@pytest.mark.usefixtures("dynamodb")
def test_refused() -> None:
    """What DynamoDB says against a question is told, for instance an empty id."""
    with pytest.raises(TablesError, match="can't be read: ValidationException"):
        read_profile(SETTINGS, "")


def test_nobody_answers() -> None:
    """A DynamoDB that is not there is told, with its address."""
    url = f"http://{HOST}:{free_ports(1)[0]}"

    with pytest.raises(TablesError, match=f"{url} can't be reached"):
        read_history(Settings(aws_endpoint_url=url), "alice")
