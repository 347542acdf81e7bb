"""A collector with a stand-in for Kafka behind it, and a client in front."""

from collections.abc import Iterator

import pytest

from tests.stack.collector.serving import Client, StandInProducer, serving


@pytest.fixture
def producer() -> StandInProducer:
    """Return a producer whose messages are settled at once."""
    return StandInProducer()


@pytest.fixture
def client(producer: StandInProducer) -> Iterator[Client]:
    """Return a client of a collector."""
    with serving(producer) as served, Client(served.address) as client:
        yield client
