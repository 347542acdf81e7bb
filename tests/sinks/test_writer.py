"""Background writes: durable at the flush, whatever befalls them."""

import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial

import pytest
from botocore.exceptions import EndpointConnectionError
from hypothesis import example, given
from hypothesis import strategies as st

from sinks import writer as writer_module
from sinks.batching import Write
from sinks.errors import DynamoDBWriteError
from sinks.stats import WriteStats
from sinks.table import READ_LIMIT, WRITE_LIMIT, Table
from sinks.versions import VersionGate
from sinks.writer import BackgroundWriter
from tests.sinks.stand_ins import StubDynamoDB, client_error, eventually

NO_LINGER = timedelta(0)
MOMENT = timedelta(milliseconds=1)
LONG = timedelta(minutes=10)

Start = Callable[..., BackgroundWriter]


def put(key: str, version: str = "") -> Write:
    """Return a put of a version."""
    return Write((key,), {"id": key, "version": version}, version)


def start_writer(
    stub: StubDynamoDB,
    stats: WriteStats,
    linger: timedelta = NO_LINGER,
    *,
    versioned: bool = False,
) -> BackgroundWriter:
    """Return a writer of the stand-in's table."""
    table = Table(stub, "profiles", key=("id",), where="eu-west-1", stats=stats)
    gate = VersionGate(table, "version", capacity=100, stats=stats)
    return BackgroundWriter(
        table, gate=gate if versioned else None, linger=linger, stats=stats
    )


@pytest.fixture
def stub() -> StubDynamoDB:
    """A table in memory."""
    return StubDynamoDB()


@pytest.fixture
def stats() -> WriteStats:
    """Counters at zero."""
    return WriteStats()


@pytest.fixture
def start(stub: StubDynamoDB, stats: WriteStats) -> Iterator[Start]:
    """Start writers that are ended with the test, whatever comes of it."""
    started: list[BackgroundWriter] = []

    def start(
        linger: timedelta = NO_LINGER, *, versioned: bool = False
    ) -> BackgroundWriter:
        started.append(start_writer(stub, stats, linger, versioned=versioned))
        return started[-1]

    yield start
    for writer in started:
        writer._end()


def test_flush_makes_all_durable(
    start: Start, stub: StubDynamoDB, stats: WriteStats
) -> None:
    """After the flush every item is in the table, in batches of the limit."""
    writer = start(LONG)
    writer.add(put(str(n)) for n in range(2 * WRITE_LIMIT + 1))
    writer.flush()

    assert len(stub.items) == stats.written == 2 * WRITE_LIMIT + 1
    assert sorted(map(len, stub.writes)) == [1, WRITE_LIMIT, WRITE_LIMIT]


def test_a_flush_of_nothing_returns(start: Start, stub: StubDynamoDB) -> None:
    """Without items the flush asks nothing of DynamoDB."""
    start().flush()

    assert stub.writes == []


def test_a_full_batch_does_not_linger(start: Start, stub: StubDynamoDB) -> None:
    """What fills a batch is sent at once, without a flush; the rest waits for more."""
    start(LONG).add(put(str(n)) for n in range(WRITE_LIMIT + 1))
    eventually(lambda: len(stub.items) == WRITE_LIMIT)

    assert [len(ids) for ids in stub.writes] == [WRITE_LIMIT]


def test_a_batch_that_stays_small_is_sent(start: Start, stub: StubDynamoDB) -> None:
    """After the linger an item is sent without a flush."""
    start().add([put("a")])
    eventually(lambda: "a" in stub.items)


def test_small_batches_go_one_at_a_time(
    start: Start, stub: StubDynamoDB, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What comes while a request is under way goes together, once that is answered."""
    monkeypatch.setattr(writer_module, "_UNDER_WAY_LINGERS", LONG / MOMENT)
    idle = StubDynamoDB()
    writer, clock = start(MOMENT), start_writer(idle, WriteStats(), MOMENT)
    stub.open.clear()
    writer.add([put("a")])
    eventually(lambda: stub.writes)
    for key in "bcd":
        writer.add([put(key)])
        # Had it only lingered, it would be under way when this is.
        clock.add([put(key)])
        eventually(partial(idle.items.get, key))
    stub.open.set()
    writer.flush()
    clock.close()

    assert stub.writes == [["a"], ["b", "c", "d"]]


def test_newest_wins(start: Start, stub: StubDynamoDB, stats: WriteStats) -> None:
    """Of the writes of one key that wait, only the last is sent."""
    writer = start(LONG)
    writer.add([put("a", "1"), put("a", "2"), Write(("b",), None), put("a", "3")])
    writer.flush()

    assert stub.items["a"]["version"] == {"S": "3"}
    assert stats.coalesced == 2
    assert stats.written == 2


def test_a_key_is_never_in_two_requests(start: Start, stub: StubDynamoDB) -> None:
    """While a key is in flight, its next write waits, and other keys don't."""
    stub.open.clear()
    writer = start()
    writer.add([put("a", "1")])
    eventually(lambda: stub.writes == [["a"]])
    writer.add([put("a", "2"), put("b")])
    eventually(lambda: stub.writes == [["a"], ["b"]])
    stub.open.set()
    writer.flush()

    assert stub.overlaps == set()
    assert stub.items["a"]["version"] == {"S": "2"}


@pytest.mark.parametrize(
    "fault",
    [
        client_error("ThrottlingException"),
        client_error("InternalServerError", 500),
        EndpointConnectionError(endpoint_url="http://127.0.0.1"),
        1,
    ],
    ids=str,
)
def test_a_passing_fault_is_retried(
    start: Start, stub: StubDynamoDB, stats: WriteStats, fault: Exception | int
) -> None:
    """A throttle, an outage or an unprocessed item ends in a retry that succeeds."""
    stub.faults = [fault, fault]
    writer = start()
    writer.add([put("a")])
    writer.flush()

    assert "a" in stub.items
    assert (stats.requests, stats.retries) == (3, 2)


def test_a_newer_write_replaces_the_retry(
    start: Start, stub: StubDynamoDB, stats: WriteStats
) -> None:
    """What failed is not sent again when its key was written anew meanwhile."""
    stub.faults = [client_error("InternalServerError", 500)]
    stub.open.clear()
    writer = start()
    writer.add([put("a", "1")])
    eventually(lambda: stub.writes)
    writer.add([put("a", "2")])
    stub.open.set()
    writer.flush()

    assert stub.writes == [["a"], ["a"]]
    assert (stats.written, stats.coalesced) == (1, 1)


def test_part_of_a_batch_goes_through(
    start: Start, stub: StubDynamoDB, stats: WriteStats
) -> None:
    """Only what was left unprocessed is tried again."""
    stub.faults = [2, 1]
    writer = start(LONG)
    writer.add(put(key) for key in "abc")
    writer.flush()

    assert stub.writes == [["a", "b", "c"], ["b", "c"], ["c"]]
    assert (stats.throttles, stats.retries, stats.written) == (2, 3, 3)


def test_pending_is_what_is_not_durable(start: Start, stub: StubDynamoDB) -> None:
    """It does not wait, and holds what is in flight and what came after that."""
    writer = start()
    writer.add([put("a")])
    writer.flush()
    stub.open.clear()
    writer.add([put("b")])
    eventually(lambda: ["b"] in stub.writes)
    writer.add([put("c"), put("b", "2")])
    kept = writer.pending()
    stub.open.set()

    assert sorted(kept, key=lambda write: write.key) == [put("b", "2"), put("c")]


def test_an_error_is_raised_by_flush(start: Start, stub: StubDynamoDB) -> None:
    """A refusal for good does not leave the flush waiting, nor what comes after."""
    stub.faults = [client_error("AccessDeniedException")]
    writer = start()
    writer.add([put("a")])
    for call in (writer.flush, lambda: writer.add([put("b")]), writer.pending):
        with pytest.raises(DynamoDBWriteError, match=r"`profiles` in eu-west-1 can't"):
            call()


def test_an_error_ends_all_threads(start: Start, stub: StubDynamoDB) -> None:
    """No thread outlives the failure of one."""
    stub.poison = "a"
    writer = start()
    writer.add([put("a")])
    with pytest.raises(DynamoDBWriteError, match=r"the item \('a',\)"):
        writer.flush()
    eventually(lambda: not any(thread.is_alive() for thread in writer._threads))


def test_a_fault_of_ours_is_raised_too(start: Start, stub: StubDynamoDB) -> None:
    """An exception that nobody thought of ends the flow, not only its thread."""
    stub.faults = [ZeroDivisionError("a bug")]
    writer = start()
    writer.add([put("a")])
    with pytest.raises(ZeroDivisionError, match="a bug"):
        writer.flush()


def test_add_waits_for_room(
    start: Start,
    stub: StubDynamoDB,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With too many items pending the dataflow is held, says so, and goes on after."""
    monkeypatch.setattr(writer_module, "MAX_PENDING", 2)
    monkeypatch.setattr(writer_module, "_PATIENCE_S", 0.01)
    stub.open.clear()

    class OpenWhenTold(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            assert "waiting for room, 3 items pending" in record.getMessage()
            stub.open.set()

    logger = logging.getLogger("sinks.writer")
    handler = OpenWhenTold()
    logger.addHandler(handler)
    start().add(put(key) for key in "abc")
    logger.removeHandler(handler)

    assert len(stub.items) >= 1


def test_close_flushes_and_ends(start: Start, stub: StubDynamoDB) -> None:
    """At the end everything is durable and no thread is left."""
    writer = start(LONG)
    writer.add([put("a")])
    writer.close()

    assert "a" in stub.items
    assert not any(thread.is_alive() for thread in writer._threads)


def test_close_cuts_a_backoff_short(start: Start, stub: StubDynamoDB) -> None:
    """A thread that waits before a retry ends when another has failed for good."""
    stub.faults = [client_error("InternalServerError", 500) for _ in range(99)]
    writer = start()
    writer.add([put("a")])
    eventually(lambda: len(stub.writes) > 1)
    writer._end(DynamoDBWriteError("elsewhere"))
    writer.close()

    assert not any(thread.is_alive() for thread in writer._threads)


def test_close_gives_up(
    start: Start,
    stub: StubDynamoDB,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A flow that fails during an outage ends, and tells what was not written."""
    monkeypatch.setattr(writer_module, "_PATIENCE_S", 0.01)
    stub.faults = [client_error("InternalServerError", 500) for _ in range(99)]
    writer = start()
    writer.add([put("a")])
    writer.close()

    assert "closed, 1 items not durable" in caplog.text


def test_versions_keep_older_items_out(
    start: Start, stub: StubDynamoDB, stats: WriteStats
) -> None:
    """A replay of old items changes nothing, and is counted."""
    stub.items["a"] = {"id": {"S": "a"}, "version": {"S": "5"}}
    writer = start(versioned=True)
    for version in "345645":
        writer.add([put("a", version)])
        writer.flush()

    assert stub.items["a"]["version"] == {"S": "6"}
    assert (stats.superseded, stats.written) == (4, 2)
    assert stub.lookups == [["a"]]


def test_versions_look_up_by_the_hundred(start: Start, stub: StubDynamoDB) -> None:
    """First writes of many keys share a lookup."""
    writer = start(LONG, versioned=True)
    writer.add(put(str(n), "1") for n in range(READ_LIMIT + 1))
    writer.flush()

    assert sorted(map(len, stub.lookups)) == [1, READ_LIMIT]
    assert len(stub.items) == READ_LIMIT + 1


def test_a_failed_lookup_is_retried(
    start: Start, stub: StubDynamoDB, stats: WriteStats
) -> None:
    """An item whose stored version can't be told yet is written later."""
    stub.lookup_faults = [client_error("ThrottlingException"), 1]
    writer = start(versioned=True)
    writer.add([put("a", "1")])
    writer.flush()

    assert len(stub.lookups) == 3
    assert (stats.retries, stats.throttles, stats.written) == (2, 2, 1)


FAULTS = st.lists(
    st.sampled_from([0, 0, 1, 3])
    | st.builds(client_error, st.just("ThrottlingException"))
    | st.builds(client_error, st.just("InternalServerError"), st.just(500)),
    max_size=6,
)
CHANGES = st.lists(
    st.tuples(st.sampled_from("abcd"), st.sampled_from([None, "1", "2", "3"])),
    max_size=30,
)


@pytest.fixture(scope="module")
def no_backoff() -> Iterator[None]:
    """Retries come at once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writer_module, "backoff_s", lambda _failures: 0.0)
        yield


@pytest.mark.usefixtures("no_backoff")
@example(
    changes=[("a", "2"), ("a", "1"), ("b", "1"), ("b", None)],
    faults=[0],
    lookup_faults=[1],
    lost_answer=True,
    versioned=True,
)
@given(
    changes=CHANGES,
    faults=FAULTS,
    lookup_faults=FAULTS,
    lost_answer=st.booleans(),
    versioned=st.booleans(),
)
def test_any_faults(
    changes: list[tuple[str, str | None]],
    faults: list[Exception | int],
    lookup_faults: list[Exception | int],
    lost_answer: bool,  # noqa: FBT001
    versioned: bool,  # noqa: FBT001
) -> None:
    """Whatever fails, the table ends with each key's last write or newest version."""
    stub, stats, expected = StubDynamoDB(), WriteStats(), dict[str, str]()
    stub.faults, stub.lookup_faults = list(faults), list(lookup_faults)
    stub.lost = [client_error("InternalServerError", 500)] * lost_answer
    writer = start_writer(stub, stats, versioned=versioned)
    for key, version in changes:
        if version is None:
            expected.pop(key, None)
            writer.add([Write((key,), None)])
            continue
        if not versioned or expected.get(key, "") <= version:
            expected[key] = version
        writer.add(
            [Write((key,), {"id": key, "version": version}, version * versioned)]
        )
    writer.flush()
    writer.close()

    assert {key: item["version"]["S"] for key, item in stub.items.items()} == expected
    assert stub.overlaps == set()
    assert stats.written + stats.superseded + stats.coalesced == len(changes)
