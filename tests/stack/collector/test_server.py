"""The collector's server: its connections and its log."""

import asyncio
import logging

import pytest

from stack.collector import server
from stack.collector.collecting import Collector
from stack.collector.producing import BatchProducer
from tests.stack.collector.serving import Client, StandInProducer, run, serving

VIEW = {"e": "pv"}


def a_collector() -> Collector:
    """Return a collector that nobody asks anything."""
    producer = BatchProducer(StandInProducer())
    return Collector(producer, source_topic="events", bad_rows_topic="bad-rows")


def test_connection_is_kept_until_it_stops() -> None:
    """A connection is kept for more requests, until the collector stops."""
    with serving(StandInProducer()) as served, Client(served.address) as client:
        before = client.post(VIEW).headers["Connection"]
        served.collector.is_stopping = True
        after = client.post(VIEW).headers["Connection"]

    assert (before, after) == (None, "close")


def test_stopped_server_hangs_up() -> None:
    """A server that has stopped keeps no connection and takes no new one."""
    with serving(StandInProducer()) as served, Client(served.address) as kept:
        kept.post(VIEW)
        served.stop()
        with pytest.raises(ConnectionError):
            kept.post(VIEW)
        with pytest.raises(ConnectionRefusedError), Client(served.address) as client:
            client.post(VIEW)


@pytest.mark.parametrize(
    ("host", "url"),
    [("127.0.0.1", "http://127.0.0.1:9"), ("::1", "http://[::1]:9")],
)
def test_url(host: str, url: str) -> None:
    """An IPv6 address stands in brackets."""
    assert url == server._url(host, 9)


def test_counts_are_told_when_they_change(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The log has one line of counts for each change, however long it lasts."""
    caplog.set_level(logging.INFO, server.__name__)
    collector = a_collector()
    requests = iter([0, 1, 1, 2, 2])

    async def sleep(_seconds: float) -> None:
        try:
            collector.counts.requests = next(requests)
        except StopIteration:
            raise asyncio.CancelledError from None

    monkeypatch.setattr(asyncio, "sleep", sleep)
    with pytest.raises(asyncio.CancelledError):
        run(server._tell_counts(collector))

    assert [record.message.split()[0] for record in caplog.records] == [
        "requests=1",
        "requests=2",
    ]
