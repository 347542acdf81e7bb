"""Stand-ins without a JVM: librdkafka's mock cluster and moto's server.

Both live in this process and forget everything with it. The mock cluster picks its own
port, creates a topic when it is first asked about and knows no topic settings.
"""

import http.client
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from confluent_kafka import Producer
from moto.server import ThreadedMotoServer

from stack.services.ports import HOST

__all__ = ["mock_dynamodb", "mock_kafka"]

_TIMEOUT_S = 10.0


@contextmanager
def mock_kafka() -> Iterator[str]:
    """Keep a mock cluster of one broker; yields its bootstrap servers."""
    # The cluster lives as long as this client, which does nothing else. At level 4
    # it does not announce itself on stderr.
    keeper = Producer({"test.mock.num.brokers": 1, "log_level": 4})
    brokers = keeper.list_topics(timeout=_TIMEOUT_S).brokers.values()
    yield ",".join(f"{broker.host}:{broker.port}" for broker in brokers)
    del keeper


@contextmanager
def mock_dynamodb(port: int) -> Iterator[str]:
    """Keep moto's server; yields its URL."""
    # It would log every request.
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address=HOST, port=port, verbose=False)
    server.start()
    try:
        yield f"http://{HOST}:{port}"
    finally:
        # moto keeps its tables in this process, not in the server.
        connection = http.client.HTTPConnection(HOST, port, timeout=_TIMEOUT_S)
        connection.request("POST", "/moto-api/reset")
        connection.getresponse().read()
        connection.close()
        server.stop()
